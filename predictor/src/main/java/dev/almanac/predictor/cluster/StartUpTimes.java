package dev.almanac.predictor.cluster;

import java.time.Duration;

/**
 * How long pods of a workload took from creation to Ready, over the most recent pods seen.
 *
 * @param samples how many pods were measured; 0 = nothing measured yet
 * @param p50 median, zero when {@code samples} is 0
 * @param p90 90 % point: the lead time that a rise must be ordered ahead, zero when {@code samples}
 *     is 0
 */
public record StartUpTimes(int samples, Duration p50, Duration p90) {

  /** Nothing measured yet. */
  public static StartUpTimes none() {
    return new StartUpTimes(0, Duration.ZERO, Duration.ZERO);
  }
}
