package dev.almanac.predictor.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.calendar.DemandCalendar.Event;
import dev.almanac.predictor.calendar.DemandCalendar.Exclusion;
import dev.almanac.predictor.calendar.DemandCalendar.Holiday;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandCalendarTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-28T22:59:59Z, 2026-03-28, 86399", // winter: +1
    "Europe/Berlin, 2026-03-28T23:00:00Z, 2026-03-29, 0",
    "Europe/Berlin, 2026-03-29T00:59:59Z, 2026-03-29, 7199",
    "Europe/Berlin, 2026-03-29T01:00:00Z, 2026-03-29, 10800", // 2:00 does not occur
    "Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25, 9000", // 2:30, summer
    "Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25, 9000", // 2:30 again, winter
    "Australia/Melbourne, 2015-10-03T15:59:59Z, 2015-10-04, 7199", // +10
    "Australia/Melbourne, 2015-10-03T16:00:00Z, 2015-10-04, 10800", // +11
    "Asia/Kathmandu, 2026-01-01T00:00:00Z, 2026-01-01, 20700", // +5:45
    "UTC, 1969-12-31T23:59:59Z, 1969-12-31, 86399"
  })
  void daysAndTimesAreThoseOfTheWall(String zone, Instant at, LocalDate day, int second) {
    DemandCalendar calendar = new DemandCalendar(ZoneId.of(zone), List.of(), List.of(), List.of());
    assertThat(calendar.localDay(at.getEpochSecond())).isEqualTo(day.toEpochDay());
    assertThat(calendar.secondOfDay(at.getEpochSecond())).isEqualTo(second);
    assertThat(calendar.dayType(at.getEpochSecond())).isEqualTo(day.getDayOfWeek().getValue());
    assertThat(calendar.likeWeekday(at.getEpochSecond())).isEqualTo(day.getDayOfWeek().getValue());
  }

  @Test
  void aDayHas23Or25HoursWhereTheClocksChange() {
    DemandCalendar calendar = new DemandCalendar(BERLIN, List.of(), List.of(), List.of());
    TreeMap<Long, Integer> hours = new TreeMap<>();
    long start = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, BERLIN).toEpochSecond();
    for (int h = 0; h < 365 * 24; h++) {
      hours.merge(calendar.localDay(start + 3600L * h), 1, Integer::sum);
    }
    assertThat(hours).hasSize(365);
    hours.forEach((day, n) -> {
      int expected =
          switch (LocalDate.ofEpochDay(day).toString()) {
            case "2026-03-29" -> 23;
            case "2026-10-25" -> 25;
            default -> 24;
          };
      assertThat(n).as(LocalDate.ofEpochDay(day).toString()).isEqualTo(expected);
    });
  }

  @Test
  void aHolidayIsAKindOfDayFromLocalMidnightToMidnight() {
    DemandCalendar calendar =
        new DemandCalendar(
            BERLIN,
            List.of(
                new Holiday(LocalDate.parse("2026-12-25"), "Christmas Day", DayOfWeek.SUNDAY),
                new Holiday(LocalDate.parse("2025-12-25"), "Christmas Day", DayOfWeek.SUNDAY),
                new Holiday(LocalDate.parse("2026-12-24"), "Christmas Eve", DayOfWeek.SATURDAY)),
            List.of(),
            List.of());
    assertThat(calendar.dayTypes()).isEqualTo(9);
    assertThat(calendar.dayTypeName(8)).isEqualTo("Christmas Day");
    assertThat(calendar.dayTypeName(9)).isEqualTo("Christmas Eve");
    assertThat(calendar.dayTypeName(7)).isEqualTo("SUNDAY");
    assertThat(calendar.dayType(at("2026-12-23T22:59:59Z"))).isEqualTo(3); // Wednesday
    assertThat(calendar.dayType(at("2026-12-23T23:00:00Z"))).isEqualTo(9);
    assertThat(calendar.likeWeekday(at("2026-12-23T23:00:00Z"))).isEqualTo(6);
    assertThat(calendar.dayType(at("2026-12-25T22:59:59Z"))).isEqualTo(8);
    assertThat(calendar.dayType(at("2026-12-25T23:00:00Z"))).isEqualTo(6); // Saturday
    assertThat(calendar.dayType(at("2025-12-25T12:00:00Z"))).isEqualTo(8);
    assertThat(calendar.likeWeekday(at("2025-12-25T12:00:00Z"))).isEqualTo(7);
  }

  @Test
  void eventsMultiplyWhileTheyLastAndAreNotLearned() {
    DemandCalendar calendar =
        new DemandCalendar(
            ZoneOffset.UTC,
            List.of(),
            List.of(
                new Event(Instant.ofEpochSecond(200), Instant.ofEpochSecond(300), 2, "sale"),
                new Event(Instant.ofEpochSecond(100), Instant.ofEpochSecond(250), 1.5, "spot")),
            List.of());
    assertThat(calendar.uplift(99)).isEqualTo(1);
    assertThat(calendar.uplift(100)).isEqualTo(1.5);
    assertThat(calendar.uplift(200)).isEqualTo(3);
    assertThat(calendar.uplift(250)).isEqualTo(2);
    assertThat(calendar.uplift(300)).isEqualTo(1);
    assertThat(calendar.counts(99)).isTrue();
    assertThat(calendar.counts(100)).isFalse();
    assertThat(calendar.counts(299)).isFalse();
    assertThat(calendar.counts(300)).isTrue();
  }

  @Test
  void whatIsLeftOutIsTheUnionOfAllThatCoversIt() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      List<Exclusion> exclusions = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        long from = random.nextInt(100);
        exclusions.add(
            new Exclusion(
                Instant.ofEpochSecond(from),
                Instant.ofEpochSecond(from + 1 + random.nextInt(20)),
                ""));
      }
      DemandCalendar calendar = new DemandCalendar(exclusions);
      for (long t = -1; t < 130; t++) {
        Instant at = Instant.ofEpochSecond(t);
        assertThat(calendar.counts(t))
            .isEqualTo(
                exclusions.stream().noneMatch(e -> !at.isBefore(e.from()) && at.isBefore(e.to())));
      }
    }
  }

  @Test
  void theOrderInWhichItIsGivenDoesNotMatter() {
    Exclusion a = new Exclusion(Instant.ofEpochSecond(1), Instant.ofEpochSecond(2), "a");
    Exclusion b = new Exclusion(Instant.ofEpochSecond(0), Instant.ofEpochSecond(9), "b");
    assertThat(new DemandCalendar(List.of(a, b)))
        .isEqualTo(new DemandCalendar(List.of(b, a)))
        .hasSameHashCodeAs(new DemandCalendar(List.of(b, a)))
        .isNotEqualTo(new DemandCalendar(List.of(a)));
  }

  @Test
  void whatCannotBeIsRefused() {
    Instant at = Instant.EPOCH;
    assertThatThrownBy(() -> new Exclusion(at, at, "")).hasMessageContaining("before it starts");
    assertThatThrownBy(() -> new Event(at, at, 2, "")).hasMessageContaining("before it starts");
    for (double uplift : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Event(at, at.plusSeconds(1), uplift, ""))
          .hasMessageContaining("uplift");
    }
    Holiday holiday = new Holiday(LocalDate.EPOCH, "a", DayOfWeek.SUNDAY);
    assertThatThrownBy(
            () -> new DemandCalendar(BERLIN, List.of(holiday, holiday), List.of(), List.of()))
        .hasMessageContaining("two holidays on 1970-01-01");
  }

  private static long at(String instant) {
    return Instant.parse(instant).getEpochSecond();
  }
}
