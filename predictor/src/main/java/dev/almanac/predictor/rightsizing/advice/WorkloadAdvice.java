package dev.almanac.predictor.rightsizing.advice;

import java.util.List;
import java.util.Optional;

/**
 * What is said about a workload.
 *
 * @param history what it rests on
 * @param containers in the order of the history
 * @param hpa the target that goes with the new requests, where an HPA goes by them
 */
public record WorkloadAdvice(
    WorkloadHistory history, List<ContainerAdvice> containers, Optional<HpaTarget> hpa) {

  /**
   * What a HorizontalPodAutoscaler should aim at, so that it scales at the load at which it scaled.
   *
   * @param kept whether no percent is lost
   */
  public record HpaTarget(String name, int percentNow, int percent, boolean kept) {}

  /** Copies. */
  public WorkloadAdvice {
    containers = List.copyOf(containers);
  }

  /** The workload. */
  public WorkloadName name() {
    return history.name();
  }
}
