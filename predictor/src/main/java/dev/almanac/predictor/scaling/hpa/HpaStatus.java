package dev.almanac.predictor.scaling.hpa;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The status of an HPA object.
 *
 * @param currentReplicas {@code spec.replicas} of the target as last read
 * @param desiredReplicas what was last decided; a failed sync leaves it
 * @param lastScaleTime when the size was last changed
 * @param currentMetrics one per metric, empty when the last sync looked at none
 * @param conditions in their order
 */
public record HpaStatus(
    int currentReplicas,
    int desiredReplicas,
    Optional<Instant> lastScaleTime,
    List<Proposal.Current> currentMetrics,
    List<Condition> conditions) {

  /** Copies the lists. */
  public HpaStatus {
    currentMetrics = List.copyOf(currentMetrics);
    conditions = List.copyOf(conditions);
  }

  /** Of an HPA that no controller has seen yet. */
  public static HpaStatus fresh() {
    return new HpaStatus(0, 0, Optional.empty(), List.of(), List.of());
  }
}
