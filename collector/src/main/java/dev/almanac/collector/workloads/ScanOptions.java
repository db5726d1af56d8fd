package dev.almanac.collector.workloads;

import java.time.Duration;
import java.time.Instant;

/**
 * What to read.
 *
 * @param to end of the history
 * @param days of history, 4 to 60
 * @param selector more matchers for every selector, such as {@code cluster="prod"}; may be empty
 * @param rest how long to leave the store alone after a query, as a multiple of what it took; 0 to
 *     100
 */
public record ScanOptions(Instant to, int days, String selector, double rest) {
  /** Distance of two samples of a history. */
  public static final Duration STEP = Duration.ofMinutes(5);

  /** Two weeks, so that a weekly rhythm can show. */
  public static final int DEFAULT_DAYS = 14;

  /** Refuses what is out of bounds. */
  public ScanOptions {
    if (days < 4 || days > 60) {
      throw new IllegalArgumentException("history must be 4 to 60 days, was " + days);
    }
    if (!(rest >= 0 && rest <= 100)) {
      throw new IllegalArgumentException("rest must be 0 to 100, was " + rest);
    }
    to = Instant.ofEpochSecond(to.getEpochSecond() / STEP.toSeconds() * STEP.toSeconds());
  }

  /** The first grid point; the last one is {@code to}. */
  Instant from() {
    return to.minus(STEP.multipliedBy(points() - 1L));
  }

  int points() {
    return (int) (Duration.ofDays(days).dividedBy(STEP));
  }
}
