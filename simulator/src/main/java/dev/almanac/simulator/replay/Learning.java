package dev.almanac.simulator.replay;

import dev.almanac.predictor.calendar.DemandCalendar;
import java.time.Duration;

/**
 * What forecasts are made from, and how often models are fitted.
 *
 * @param history longest past that a model is fitted on, at least one {@code step}
 * @param recent past that a forecast starts from, at least one {@code step}
 * @param step distance of samples in both, whole seconds
 * @param refit time between two fits, at least one decision
 * @param calendar what not to learn from
 */
public record Learning(
    Duration history, Duration recent, Duration step, Duration refit, DemandCalendar calendar) {

  /** 28 days and 60 minutes by the minute, fitted every hour. */
  public static final Learning DEFAULT =
      new Learning(
          Duration.ofDays(28),
          Duration.ofMinutes(60),
          Duration.ofSeconds(60),
          Duration.ofHours(1),
          DemandCalendar.empty());

  /** Refuses parts of seconds and empty times. */
  public Learning {
    if (step.toSeconds() < 1 || step.toMillis() % 1000 != 0) {
      throw new IllegalArgumentException("step must be whole seconds, was " + step);
    }
    if (history.compareTo(step) < 0 || recent.compareTo(step) < 0 || !refit.isPositive()) {
      throw new IllegalArgumentException(
          "history and recent must be at least one step, and refit above zero");
    }
  }

  /** The same over another history. */
  public Learning withHistory(Duration longest) {
    return new Learning(longest, recent, step, refit, calendar);
  }
}
