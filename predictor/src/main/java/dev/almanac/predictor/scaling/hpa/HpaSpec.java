package dev.almanac.predictor.scaling.hpa;

import java.util.List;
import java.util.Optional;

/**
 * What an HPA object asks for.
 *
 * @param minReplicas at least 0; the API's default is 1, and 0 needs an Object or External metric
 * @param maxReplicas at least 0
 * @param metrics at least one; {@link MetricSpec#DEFAULT} for an HPA that names none
 * @param behavior empty for an HPA without the block, which then follows other rules
 */
public record HpaSpec(
    int minReplicas, int maxReplicas, List<MetricSpec> metrics, Optional<Behavior> behavior) {

  /** Copies the metrics; refuses negative bounds and an empty list. */
  public HpaSpec {
    if (minReplicas < 0 || maxReplicas < 0) {
      throw new IllegalArgumentException(
          "bounds must not be negative, were %d and %d".formatted(minReplicas, maxReplicas));
    }
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("an HPA has at least one metric");
    }
  }

  /** Whether a metric exists that has a value without any pod. */
  boolean hasMetricAtZero() {
    return metrics.stream()
        .anyMatch(m -> m instanceof MetricSpec.OfObject || m instanceof MetricSpec.External);
  }
}
