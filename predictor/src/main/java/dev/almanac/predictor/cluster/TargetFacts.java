package dev.almanac.predictor.cluster;

import java.time.Instant;

/**
 * What is known about a workload's size at one instant.
 *
 * @param specReplicas replicas asked for ({@code spec.replicas}); decisions start from this number,
 *     never from {@code statusReplicas}, which counts the surge pods of a rollout (k8s#72775)
 * @param statusReplicas pods that exist
 * @param readyReplicas pods that serve
 * @param rollout whether a new template is being rolled out
 * @param resourceVersion version that a write must match; empty when the port has none
 * @param observedAt when these facts were true
 * @param startUpTimes measured times from created to Ready
 * @param surroundings who else moves it, and what stands in the way of more pods
 */
public record TargetFacts(
    int specReplicas,
    int statusReplicas,
    int readyReplicas,
    boolean rollout,
    String resourceVersion,
    Instant observedAt,
    StartUpTimes startUpTimes,
    Surroundings surroundings) {

  /** Refuses negative counts. */
  public TargetFacts {
    if (specReplicas < 0 || statusReplicas < 0 || readyReplicas < 0) {
      throw new IllegalArgumentException(
          "replica counts must be >= 0: spec %d, status %d, ready %d"
              .formatted(specReplicas, statusReplicas, readyReplicas));
    }
  }

  /** Facts of a workload with nothing in its way. */
  public TargetFacts(
      int specReplicas,
      int statusReplicas,
      int readyReplicas,
      boolean rollout,
      String resourceVersion,
      Instant observedAt,
      StartUpTimes startUpTimes) {
    this(
        specReplicas,
        statusReplicas,
        readyReplicas,
        rollout,
        resourceVersion,
        observedAt,
        startUpTimes,
        Surroundings.none());
  }

  /** The same in other surroundings. */
  public TargetFacts with(Surroundings other) {
    return new TargetFacts(
        specReplicas,
        statusReplicas,
        readyReplicas,
        rollout,
        resourceVersion,
        observedAt,
        startUpTimes,
        other);
  }
}
