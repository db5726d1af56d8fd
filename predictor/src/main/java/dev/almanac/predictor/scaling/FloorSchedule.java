package dev.almanac.predictor.scaling;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A floor over a time range of some weekdays, by the clocks on the wall of a zone.
 *
 * <p>A range begins when a clock first shows {@code from} or a later time of a listed day, and ends
 * when one last shows {@code to}. So where autumn has an hour twice it is covered both times; where
 * spring leaves one out, a range is cut to what is left of it, and one inside that hour does not
 * occur.
 *
 * @param name shown to people
 * @param days on which a range begins, sorted, at least one
 * @param from first time of day
 * @param to first time of day after the range; at or before {@code from} it is one of the next day
 * @param zone whose clocks
 * @param replicas never fewer while it lasts, at least 1
 */
public record FloorSchedule(
    String name, List<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone, int replicas) {

  /**
   * A range in instants; empty when {@code to} is not after {@code from}.
   *
   * @param from first instant
   * @param to first instant after it
   */
  public record Range(Instant from, Instant to) {}

  /** Sorts the days; refuses an empty list and a floor of nothing. */
  public FloorSchedule {
    Set<DayOfWeek> sorted = new TreeSet<>(days);
    if (sorted.isEmpty() || replicas < 1) {
      throw new IllegalArgumentException(
          "a floor needs a day and at least one replica: %s, %d".formatted(days, replicas));
    }
    days = List.copyOf(sorted);
  }

  /** A floor on every day. */
  public static FloorSchedule daily(
      String name, LocalTime from, LocalTime to, ZoneId zone, int replicas) {
    return new FloorSchedule(name, Arrays.asList(DayOfWeek.values()), from, to, zone, replicas);
  }

  /** The range that begins on a local day; whether that day is listed is not asked. */
  public Range on(LocalDate day) {
    LocalDate last = to.isAfter(from) ? day : day.plusDays(1);
    return new Range(
        inGap(day.atTime(from)).orElseGet(() -> ZonedDateTime.of(day, from, zone).toInstant()),
        inGap(last.atTime(to))
            .orElseGet(
                () -> ZonedDateTime.of(last, to, zone).withLaterOffsetAtOverlap().toInstant()));
  }

  /** When the clocks changed, for a time that they left out. */
  private Optional<Instant> inGap(LocalDateTime time) {
    ZoneOffsetTransition transition = zone.getRules().getTransition(time);
    return transition != null && transition.isGap()
        ? Optional.of(transition.getInstant())
        : Optional.empty();
  }

  /** Whether the floor holds at some instant from {@code first} to {@code last}, both included. */
  public boolean touches(Instant first, Instant last) {
    LocalDate end = LocalDate.ofInstant(last, zone);
    // A range may have begun the day before, and one more day where clocks skip one (Samoa 2011).
    for (LocalDate day = LocalDate.ofInstant(first, zone).minusDays(2);
        !day.isAfter(end);
        day = day.plusDays(1)) {
      if (days.contains(day.getDayOfWeek())) {
        Range range = on(day);
        if (range.from().isBefore(range.to())
            && !range.from().isAfter(last)
            && range.to().isAfter(first)) {
          return true;
        }
      }
    }
    return false;
  }
}
