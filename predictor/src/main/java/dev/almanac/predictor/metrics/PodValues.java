package dev.almanac.predictor.metrics;

import java.time.Instant;
import java.util.Map;

/** What a source says about a metric of each pod. */
public sealed interface PodValues {

  /**
   * Values by pod.
   *
   * @param byPod each finite and at least 0; not empty
   * @param sampledAt when they were true
   */
  record Present(Map<String, Double> byPod, Instant sampledAt) implements PodValues {
    /** Copies the map; refuses an empty one and values that are no measurements. */
    public Present {
      byPod = Map.copyOf(byPod);
      if (byPod.isEmpty()) {
        throw new IllegalArgumentException("no pod has a value");
      }
      for (double value : byPod.values()) {
        if (!(value >= 0) || Double.isInfinite(value)) {
          throw new IllegalArgumentException("a value must be finite and >= 0, was " + value);
        }
      }
    }
  }

  /** None; the detail says why. */
  record None(String detail) implements PodValues {}
}
