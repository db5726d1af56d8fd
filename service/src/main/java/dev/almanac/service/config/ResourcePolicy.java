package dev.almanac.service.config;

import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.resize.ResizeRules;
import java.util.Optional;

/**
 * What may be done to the running pods of one workload, or of a namespace.
 *
 * @param target the one workload; empty for every workload of the namespace that has no policy of
 *     its own
 * @param resizes whether pods may be resized at all
 */
public record ResourcePolicy(
    String name, String namespace, Optional<Target> target, boolean resizes, ResizeRules rules) {

  /** One workload of the namespace. */
  public record Target(String kind, String name) {}

  /** Whether it is for this workload and no other. */
  public boolean isFor(WorkloadName workload) {
    return namespace.equals(workload.namespace())
        && target.equals(Optional.of(new Target(workload.kind(), workload.name())));
  }

  /** Whether it is for what no other policy of the namespace is for. */
  public boolean isForRestOf(String other) {
    return namespace.equals(other) && target.isEmpty();
  }
}
