package dev.almanac.predictor.scaling;

/**
 * How a decision takes effect. It belongs to the policy because a size means something else by each
 * way: the replicas of the workload, or the floor under another autoscaler.
 */
public enum Actuation {
  /** The size of the workload is written; nobody else may write it. */
  SCALE,
  /**
   * The lower bound of the workload's HorizontalPodAutoscaler is raised, and given back. Sizes in
   * observation and decision are that bound; the HPA is the reactive rule, so the decision is what
   * the forecast needs, and nothing but the policy's own minimum where there is no forecast.
   */
  HPA_FLOOR,
  /** The size is published as a metric, for an autoscaler that follows it; nothing is written. */
  EMIT
}
