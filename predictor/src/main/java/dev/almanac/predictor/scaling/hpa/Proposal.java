package dev.almanac.predictor.scaling.hpa;

/** The size that one metric asks for, or why it can ask for none. */
public sealed interface Proposal {

  /**
   * A size.
   *
   * @param replicas as computed; the bounds and limits come later
   * @param current what the metric is now
   */
  record Replicas(int replicas, Current current) implements Proposal {}

  /** No size. */
  record Failed(Failure failure, String detail) implements Proposal, PodSum {
    Failed(Failure failure) {
      this(failure, failure.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    }
  }

  /** What a metric is now, as in {@code currentMetrics} of the HPA's status. */
  sealed interface Current {
    /** Whole percent of the requests, and usage per sampled pod in milli-units, truncated. */
    record Utilization(int percent, long averageMilli) implements Current {}

    /** Average per pod in milli-units. */
    record Average(long milli) implements Current {}

    /** Whole value in milli-units. */
    record Value(long milli) implements Current {}

    /** Not known: the metric failed. */
    record Unknown() implements Current {}
  }

  /** Why a metric failed. */
  enum Failure {
    /** The metrics API gave no answer. */
    UNAVAILABLE,
    /** It answered with no sample or series at all. */
    NO_SAMPLES,
    /** The selector matches no pod. */
    NO_PODS,
    /** Every sample is of a pod that is unready, pending, deleting or ended. */
    NO_SAMPLES_OF_TARGETED_PODS,
    /** No sample is of a pod that the selector matches, or all those pods request nothing. */
    NO_SAMPLES_OF_KNOWN_PODS,
    /** A pod has no container of the name that the metric gives. */
    CONTAINER_NOT_FOUND,
    /** A container does not request the resource. */
    MISSING_REQUEST,
    /** The target is absent or of a type that the metric does not have. */
    INVALID_TARGET,
    /** A type of metric that this version does not know. */
    UNKNOWN_TYPE
  }
}
