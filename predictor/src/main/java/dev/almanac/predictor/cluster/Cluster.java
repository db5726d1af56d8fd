package dev.almanac.predictor.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * The port to whatever runs workloads: the Kubernetes API, or the virtual cluster of the simulator.
 * Calls block and do not throw for anything the other side does.
 */
public interface Cluster {

  /**
   * What is known about a workload now. Never waits for the other side longer than its time-out.
   */
  Observed observe(TargetRef target, Instant now);

  /**
   * The pods of a workload one by one, and what they use, for metrics that have a value for each
   * pod. Never waits for the other side longer than its time-out.
   *
   * @param resources whose usage is asked for, such as {@code cpu}; may be empty
   */
  default PodReport pods(TargetRef target, Set<String> resources, Instant now) {
    return new PodReport.Unknown("this cluster does not tell its pods apart");
  }

  /** Sets the number of replicas, if the workload is still at the version that was observed. */
  ApplyResult apply(TargetRef target, int replicas, String resourceVersion, Instant now);

  /** The size that a wish comes to: this port may have bounds of its own. */
  default int reachable(TargetRef target, int replicas) {
    return replicas;
  }

  /**
   * The same cluster where the size of a workload is the lower bound of the HorizontalPodAutoscaler
   * that scales it.
   */
  default Cluster floors() {
    throw new UnsupportedOperationException("this cluster has no HorizontalPodAutoscalers");
  }

  /** Facts about a workload, or why there are none. */
  sealed interface Observed {
    /** The workload's facts. */
    record Known(TargetFacts facts) implements Observed {}

    /** Nothing usable is known; decisions hold. */
    record Unknown(Cause cause, String detail) implements Observed {}
  }

  /** Why nothing is known about a workload. */
  enum Cause {
    /** It does not exist. */
    NOT_FOUND,
    /** Its kind has no scale subresource, or the kind itself is unknown. */
    NOT_SCALABLE,
    /** We may not read it. */
    FORBIDDEN,
    /** The last thing heard about it is too old. */
    STALE,
    /** The other side does not answer. */
    UNREACHABLE
  }

  /** What became of a write. */
  sealed interface ApplyResult {
    /** The replicas were set; the version is the one after the write. */
    record Applied(String resourceVersion) implements ApplyResult {}

    /** Somebody changed the workload since it was observed: read again and decide again. */
    record Conflict(String detail) implements ApplyResult {}

    /** We may not write, or an admission rule refused it; the detail names the rule. */
    record Forbidden(String detail) implements ApplyResult {}

    /** Too many requests, ours or everybody's; nothing may be written before the time is over. */
    record Throttled(Duration retryAfter, String detail) implements ApplyResult {}

    /** The workload is gone. */
    record Gone(String detail) implements ApplyResult {}

    /** The other side failed or did not answer: the write may or may not have happened. */
    record Failed(String detail) implements ApplyResult {}

    /** Short name used in logs and as a metric label. */
    default String kind() {
      return switch (this) {
        case Applied _ -> "applied";
        case Conflict _ -> "conflict";
        case Forbidden _ -> "forbidden";
        case Throttled _ -> "throttled";
        case Gone _ -> "gone";
        case Failed _ -> "failed";
      };
    }
  }
}
