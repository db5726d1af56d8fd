package dev.almanac.predictor.rightsizing.advice;

import java.util.Comparator;

/**
 * What owns pods.
 *
 * @param kind as the API writes it, such as {@code Deployment}; {@code Pod} for a pod that nothing
 *     owns
 */
public record WorkloadName(String namespace, String kind, String name)
    implements Comparable<WorkloadName> {
  private static final Comparator<WorkloadName> ORDER =
      Comparator.comparing(WorkloadName::namespace)
          .thenComparing(WorkloadName::kind)
          .thenComparing(WorkloadName::name);

  /** Whether pods of this kind end by themselves: each is a run. */
  public boolean runs() {
    return kind.equals("Job") || kind.equals("CronJob");
  }

  @Override
  public int compareTo(WorkloadName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + kind + "/" + name;
  }
}
