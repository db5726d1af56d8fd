package dev.almanac.predictor.calendar;

import java.time.Instant;
import java.util.List;

/**
 * What people know about demand that its history does not say. For now: times that a model must not
 * learn from.
 *
 * @param exclusions incidents, load tests and other times to leave out of training, in any order
 */
public record DemandCalendar(List<Exclusion> exclusions) {

  /**
   * A time that says nothing about ordinary demand.
   *
   * @param from first instant left out
   * @param to first instant that counts again, after {@code from}
   * @param reason shown to people
   */
  public record Exclusion(Instant from, Instant to, String reason) {
    /** Refuses an empty or reversed range. */
    public Exclusion {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("exclusion ends before it starts: " + from + " " + to);
      }
    }
  }

  /** Copies the list. */
  public DemandCalendar {
    exclusions = List.copyOf(exclusions);
  }

  /** A calendar that knows nothing. */
  public static DemandCalendar empty() {
    return new DemandCalendar(List.of());
  }

  /** Whether a sample at this instant may be learnt from. */
  public boolean counts(long epochSecond) {
    for (Exclusion e : exclusions) {
      if (epochSecond >= e.from().getEpochSecond() && epochSecond < e.to().getEpochSecond()) {
        return false;
      }
    }
    return true;
  }
}
