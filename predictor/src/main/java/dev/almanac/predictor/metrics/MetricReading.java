package dev.almanac.predictor.metrics;

import java.util.Optional;

/**
 * One metric of a workload and what it says now.
 *
 * @param metric name within its workload, for example {@code demand}
 * @param reading the value, or why there is none; of a metric that has a value for each pod, their
 *     average or their share of the requests in percent
 * @param pods what the value comes from, for a metric that has one for each pod
 */
public record MetricReading(String metric, Reading reading, Optional<PodTotals> pods) {

  /** Refuses sums beside a reading that has no value. */
  public MetricReading {
    boolean none = reading instanceof Reading.NoData || reading instanceof Reading.Invalid;
    if (none && pods.isPresent()) {
      throw new IllegalArgumentException("sums over pods, but no value: " + reading);
    }
  }

  /** A metric that is one number. */
  public MetricReading(String metric, Reading reading) {
    this(metric, reading, Optional.empty());
  }
}
