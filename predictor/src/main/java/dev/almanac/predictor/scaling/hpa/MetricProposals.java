package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.MetricTarget.AverageValue;
import dev.almanac.predictor.scaling.hpa.MetricTarget.Utilization;
import dev.almanac.predictor.scaling.hpa.MetricTarget.Value;
import dev.almanac.predictor.scaling.hpa.PerPodMetric.Context;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Failure;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import java.util.List;

/** Finds the rule for a metric (Kubernetes 1.37, {@code computeReplicasForMetric}). */
final class MetricProposals {
  private MetricProposals() {}

  /**
   * What one metric asks for.
   *
   * @param statusReplicas pods that exist, the base of AverageValue targets of Object and External
   */
  static Proposal of(MetricSpec metric, MetricAnswer answer, Context context, int statusReplicas) {
    if (metric instanceof MetricSpec.Unknown) {
      return new Failed(Failure.UNKNOWN_TYPE, metric.describe());
    }
    if (PerPodMetric.isPerPod(metric)) {
      return PerPodMetric.of(metric, answer, context);
    }
    return switch (answer) {
      case MetricAnswer.Unavailable(String detail) -> new Failed(Failure.UNAVAILABLE, detail);
      case MetricAnswer.Total total -> total(metric.target(), total, context, statusReplicas);
      case MetricAnswer.Usage _, MetricAnswer.PerPod _ ->
          throw new IllegalArgumentException(metric.describe() + " is one number");
    };
  }

  private static Proposal total(
      MetricTarget target, MetricAnswer.Total answer, Context context, int statusReplicas) {
    List<Pod> pods = context.pods();
    int current = context.currentReplicas();
    Tolerance tolerance = context.tolerance();
    if (answer.seriesMilli().isEmpty()) {
      return new Failed(Failure.NO_SAMPLES);
    }
    return switch (target) {
      case Value(long milli) -> {
        long total = TotalMetric.sum(answer.seriesMilli());
        if (pods.isEmpty() && TotalMetric.valueCountsPods(total, milli, current, tolerance)) {
          yield new Failed(Failure.NO_PODS);
        }
        int ready = TotalMetric.readyPods(pods);
        yield new Replicas(
            TotalMetric.value(total, milli, current, ready, tolerance), new Current.Value(total));
      }
      case AverageValue(long milli) -> {
        long total = TotalMetric.sumForAverage(answer.seriesMilli());
        yield new Replicas(
            TotalMetric.averageValue(total, milli, statusReplicas, tolerance),
            new Current.Average(TotalMetric.perPod(total, statusReplicas)));
      }
      case Utilization _, MetricTarget.Unset _ -> new Failed(Failure.INVALID_TARGET);
    };
  }

  /** The reason that a failure of this metric gives to ScalingActive. */
  static ConditionReason failureReason(MetricSpec metric) {
    return switch (metric) {
      case MetricSpec.Resource _ -> ConditionReason.FAILED_GET_RESOURCE_METRIC;
      case MetricSpec.ContainerResource _ -> ConditionReason.FAILED_GET_CONTAINER_RESOURCE_METRIC;
      case MetricSpec.Pods _ -> ConditionReason.FAILED_GET_PODS_METRIC;
      case MetricSpec.OfObject _ -> ConditionReason.FAILED_GET_OBJECT_METRIC;
      case MetricSpec.External _ -> ConditionReason.FAILED_GET_EXTERNAL_METRIC;
      case MetricSpec.Unknown _ -> ConditionReason.INVALID_METRIC_SOURCE_TYPE;
    };
  }
}
