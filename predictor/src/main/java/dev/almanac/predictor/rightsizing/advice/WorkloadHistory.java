package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known about a workload.
 *
 * @param guessed whether the name was made out of pod names, as nobody says what owns the pods
 * @param start time of the first sample of its containers
 * @param pods that exist now
 * @param meanPods on average over the history, for what it costs; finite
 * @param hpa a HorizontalPodAutoscaler that goes by utilization, if one does
 * @param notes what is doubtful about the evidence, a sentence each
 */
public record WorkloadHistory(
    WorkloadName name,
    boolean guessed,
    Instant start,
    int pods,
    double meanPods,
    List<ContainerHistory> containers,
    Optional<UtilizationTarget> hpa,
    List<String> notes) {

  /**
   * What a HorizontalPodAutoscaler aims at.
   *
   * @param percent of the request, positive
   */
  public record UtilizationTarget(String name, Resource resource, int percent) {}

  /** Copies. */
  public WorkloadHistory {
    containers = List.copyOf(containers);
    notes = List.copyOf(notes);
  }
}
