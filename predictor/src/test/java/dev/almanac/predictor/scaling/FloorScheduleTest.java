package dev.almanac.predictor.scaling;

import static dev.almanac.predictor.scaling.Observations.replicas;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.metrics.Reading;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floors by the clocks on the wall; the changes of clocks are those of the IANA database. */
class FloorScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");
  private static final ZoneId SANTIAGO = ZoneId.of("America/Santiago");

  @Test
  void aRangeIsByTheClocksOfItsZoneInSummerAndWinter() {
    FloorSchedule office = daily("08:00", "18:00", BERLIN);
    assertThat(office.on(LocalDate.parse("2026-01-15")))
        .isEqualTo(range("2026-01-15T07:00:00Z", "2026-01-15T17:00:00Z"));
    assertThat(office.on(LocalDate.parse("2026-07-15")))
        .isEqualTo(range("2026-07-15T06:00:00Z", "2026-07-15T16:00:00Z"));
  }

  @Test
  void aRangeOverMidnightEndsOnTheNextDay() {
    FloorSchedule night = daily("22:00", "02:00", ZoneId.of("UTC"));
    assertThat(night.on(LocalDate.parse("2026-03-01")))
        .isEqualTo(range("2026-03-01T22:00:00Z", "2026-03-02T02:00:00Z"));
    assertThat(daily("00:00", "00:00", BERLIN).on(LocalDate.parse("2026-03-29")))
        .as("23 hours, the day on which clocks go forward")
        .isEqualTo(range("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
  }

  @Test
  void springLeavesOutWhatItLeavesOut() {
    LocalDate day = LocalDate.parse("2026-03-29"); // 02:00 becomes 03:00
    assertThat(daily("02:30", "04:00", BERLIN).on(day))
        .isEqualTo(range("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"));
    assertThat(daily("01:00", "02:30", BERLIN).on(day))
        .isEqualTo(range("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"));
    FloorSchedule inside = daily("02:10", "02:50", BERLIN);
    assertThat(
            inside.touches(
                Instant.parse("2026-03-28T20:00:00Z"), Instant.parse("2026-03-29T20:00:00Z")))
        .isFalse();
    // Half an hour on Lord Howe: 02:00 becomes 02:30. Midnight itself in Santiago.
    assertThat(daily("02:15", "03:00", LORD_HOWE).on(LocalDate.parse("2026-10-04")))
        .isEqualTo(range("2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z"));
    assertThat(daily("00:00", "06:00", SANTIAGO).on(LocalDate.parse("2026-09-06")))
        .isEqualTo(range("2026-09-06T04:00:00Z", "2026-09-06T09:00:00Z"));
  }

  @Test
  void autumnIsCoveredBothTimes() {
    LocalDate day = LocalDate.parse("2026-10-25"); // 03:00 becomes 02:00
    assertThat(daily("02:00", "02:30", BERLIN).on(day))
        .isEqualTo(range("2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z"));
  }

  @Test
  void onlyListedDaysBegin() {
    FloorSchedule friday =
        new FloorSchedule(
            "party", List.of(DayOfWeek.FRIDAY), time("20:00"), time("04:00"), BERLIN, 5);
    assertThat(holds(friday, "2026-03-06T19:30:00Z")).isTrue();
    assertThat(holds(friday, "2026-03-07T02:59:59Z")).isTrue();
    assertThat(holds(friday, "2026-03-07T03:00:00Z")).isFalse();
    assertThat(holds(friday, "2026-03-07T19:30:00Z")).isFalse();
    assertThatThrownBy(
            () -> new FloorSchedule("none", List.of(), time("20:00"), time("04:00"), BERLIN, 5))
        .hasMessageContaining("a day");
  }

  @Test
  void aroundEveryChangeOfClocksAFloorAgreesWithTheClockOnTheWall() {
    Instant end = Instant.parse("2036-01-01T00:00:00Z");
    for (ZoneId zone : List.of(BERLIN, LORD_HOWE, SANTIAGO)) {
      FloorSchedule floor = daily("01:20", "02:40", zone);
      var change = zone.getRules().nextTransition(Instant.parse("2026-01-01T00:00:00Z"));
      for (;
          change.getInstant().isBefore(end);
          change = zone.getRules().nextTransition(change.getInstant())) {
        boolean before = false;
        for (int minute = -24 * 60; minute < 24 * 60; minute += 5) {
          ZonedDateTime now = change.getInstant().plusSeconds(60L * minute).atZone(zone);
          LocalTime clock = now.toLocalTime();
          boolean shown = !clock.isBefore(floor.from()) && clock.isBefore(floor.to());
          boolean holds = floor.touches(now.toInstant(), now.toInstant());
          // The only difference allowed: through an hour that occurs twice the floor goes on.
          boolean twice = zone.getRules().getValidOffsets(now.toLocalDateTime()).size() > 1;
          if (shown != holds && !(twice && before)) {
            assertThat(holds).as("%s", now).isEqualTo(shown);
          }
          before = holds;
        }
      }
    }
  }

  // ---- in a decision

  private static final ScalingPolicy POLICY =
      ScalingPolicy.of(2, 50, Stage.FLOOR, 100)
          .withFloors(
              List.of(
                  daily("09:00", "10:00", BERLIN, 20),
                  daily("09:30", "12:00", BERLIN, 30),
                  daily("11:00", "11:30", BERLIN, 80)));

  private final Autoscaler autoscaler = new Autoscaler();

  @Test
  void aFloorHoldsFromALeadTimeBeforeAndTheLargestWins() {
    // Berlin is one hour ahead of UTC; 60 s lead time, 15 s interval.
    assertThat(at("2026-03-02T07:58:44Z", 10).proposed()).isEqualTo(10);
    assertThat(at("2026-03-02T07:58:45Z", 10))
        .isEqualTo(Decision.of(20, ReasonCode.SCHEDULE, StageName.SCHEDULE));
    assertThat(at("2026-03-02T08:31:00Z", 20).proposed()).isEqualTo(30);
    assertThat(at("2026-03-02T10:10:00Z", 30).proposed())
        .as("80 is above the bounds")
        .isEqualTo(50);
    assertThat(at("2026-03-02T11:00:00Z", 30).reason()).isNotEqualTo(ReasonCode.SCHEDULE);
  }

  @Test
  void aFloorNeedsNoEvidenceAndStopsAtStepCapsAndQuotas() {
    Instant nine = Instant.parse("2026-03-02T08:00:00Z");
    Observations blind = replicas(10).at(since(nine)).reading(new Reading.NoData("gone"));
    assertThat(autoscaler.step(POLICY, blind.build(), AutoscalerState.cold()).decision())
        .isEqualTo(Decision.of(20, ReasonCode.SCHEDULE, StageName.SCHEDULE));
    ScalingPolicy slow = new Policies(POLICY).caps(new StepCaps(Duration.ofMinutes(1), 4, 0, 0.25));
    Observations o = replicas(10).at(since(nine)).demand(700);
    assertThat(autoscaler.step(slow, o.build(), AutoscalerState.cold()).decision())
        .isEqualTo(Decision.of(14, ReasonCode.STEP_CAP_UP, StageName.GUARDS));
    o.surroundings(Surroundings.none().withQuota("team", 2));
    assertThat(autoscaler.step(POLICY, o.build(), AutoscalerState.cold()).decision())
        .isEqualTo(Decision.of(12, ReasonCode.QUOTA, StageName.GUARDS));
  }

  private Decision at(String instant, int replicas) {
    Instant now = Instant.parse(instant);
    Observations o = replicas(replicas).at(since(now)).demand(replicas * 70.0);
    return autoscaler.step(POLICY, o.build(), AutoscalerState.cold()).decision();
  }

  private static Duration since(Instant instant) {
    return Duration.between(Observations.START, instant);
  }

  private static boolean holds(FloorSchedule floor, String instant) {
    Instant at = Instant.parse(instant);
    return floor.touches(at, at);
  }

  private static FloorSchedule daily(String from, String to, ZoneId zone) {
    return daily(from, to, zone, 5);
  }

  private static FloorSchedule daily(String from, String to, ZoneId zone, int replicas) {
    return FloorSchedule.daily("floor", time(from), time(to), zone, replicas);
  }

  private static LocalTime time(String text) {
    return LocalTime.parse(text);
  }

  private static FloorSchedule.Range range(String from, String to) {
    return new FloorSchedule.Range(Instant.parse(from), Instant.parse(to));
  }
}
