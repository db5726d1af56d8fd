package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the size follows load without a forecast: what a HorizontalPodAutoscaler would be told.
 *
 * @param metrics of every type of the HPA v2 API, as an HPA lists them; without any, the demand is
 *     the one metric, with the AverageValue target {@code perReplica * targetUtilization}
 * @param targetUtilization share of {@code perReplica} that the rule aims at, in (0, 1]; read only
 *     without {@code metrics}
 * @param tolerance band around the target in which the size stays, at least 0; a {@code behavior}
 *     may have its own
 * @param downscaleStabilization without a {@code behavior} the size falls only to the highest
 *     answer of this window
 * @param behavior rules of both directions, complete; empty for HPA's other rules without the block
 */
public record ReactiveRule(
    List<MetricSpec> metrics,
    double targetUtilization,
    double tolerance,
    Duration downscaleStabilization,
    Optional<Behavior> behavior) {

  /** HPA's defaults, and 70 % of what a replica serves. */
  public static final ReactiveRule DEFAULT =
      new ReactiveRule(List.of(), 0.7, 0.1, Duration.ofSeconds(300), Optional.empty());

  /** Copies the list; checks all bounds and that every metric has a target of its own types. */
  public ReactiveRule {
    metrics = List.copyOf(metrics);
    for (MetricSpec metric : metrics) {
      if (!hasItsTarget(metric)) {
        throw new IllegalArgumentException("no such metric, or not with this target: " + metric);
      }
    }
    if (!(targetUtilization > 0 && targetUtilization <= 1)) {
      throw new IllegalArgumentException("targetUtilization must lie in (0, 1]");
    }
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
    }
    if (downscaleStabilization.isNegative()) {
      throw new IllegalArgumentException(
          "downscaleStabilization must not be negative, was " + downscaleStabilization);
    }
  }

  private static boolean hasItsTarget(MetricSpec metric) {
    boolean average = metric.target() instanceof MetricTarget.AverageValue;
    return switch (metric) {
      case MetricSpec.Resource _, MetricSpec.ContainerResource _ ->
          average || metric.target() instanceof MetricTarget.Utilization;
      case MetricSpec.Pods _ -> average;
      case MetricSpec.OfObject _, MetricSpec.External _ ->
          average || metric.target() instanceof MetricTarget.Value;
      case MetricSpec.Unknown _ -> false;
    };
  }

  /** The same for another share of what a replica serves. */
  public ReactiveRule withTargetUtilization(double share) {
    return new ReactiveRule(metrics, share, tolerance, downscaleStabilization, behavior);
  }

  /** The same with rules for both directions. */
  public ReactiveRule withBehavior(Behavior rules) {
    return new ReactiveRule(
        metrics, targetUtilization, tolerance, downscaleStabilization, Optional.of(rules));
  }

  /** The same for other metrics. */
  public ReactiveRule withMetrics(List<MetricSpec> others) {
    return new ReactiveRule(others, targetUtilization, tolerance, downscaleStabilization, behavior);
  }
}
