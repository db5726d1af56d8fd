package dev.almanac.simulator.demand;

import java.time.Duration;

/**
 * How a monitoring system sees demand: late, and averaged. The value at an instant is the mean
 * demand over the {@code window} that ended {@code delay} before.
 *
 * @param window whole seconds, 1 s to 1 h, as in {@code rate(...[1m])}
 * @param delay whole seconds, at least zero: scraping, ingestion and evaluation
 */
public record MetricTiming(Duration window, Duration delay) {

  private static final Duration LONGEST = Duration.ofHours(1);

  /** Sees the 60 s that ended 30 s ago. */
  public static final MetricTiming DEFAULT =
      new MetricTiming(Duration.ofSeconds(60), Duration.ofSeconds(30));

  /** Refuses parts of seconds, an empty window and times that look ahead. */
  public MetricTiming {
    if (window.toSeconds() < 1 || window.compareTo(LONGEST) > 0 || hasParts(window)) {
      throw new IllegalArgumentException("window must be whole seconds up to 1 h, was " + window);
    }
    if (delay.isNegative() || delay.compareTo(LONGEST) > 0 || hasParts(delay)) {
      throw new IllegalArgumentException("delay must be whole seconds up to 1 h, was " + delay);
    }
  }

  /** What the metric says at an instant; NaN when no demand in its window is known. */
  public double valueAt(DemandTrace demand, long epochSecond) {
    long to = epochSecond - delay.toSeconds();
    return demand.mean(to - window.toSeconds(), to);
  }

  private static boolean hasParts(Duration time) {
    return time.toMillis() % 1000 != 0;
  }
}
