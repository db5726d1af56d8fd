package dev.almanac.predictor.scaling;

import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.PodTotals;
import dev.almanac.predictor.scaling.AutoscalerState.ReactiveMemory;
import dev.almanac.predictor.scaling.AutoscalerState.Size;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.DefaultBehavior;
import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import dev.almanac.predictor.scaling.hpa.History;
import dev.almanac.predictor.scaling.hpa.History.Normal;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.PerPodMetric;
import dev.almanac.predictor.scaling.hpa.Proposal;
import dev.almanac.predictor.scaling.hpa.Tolerance;
import dev.almanac.predictor.scaling.hpa.TotalMetric;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What plain HPA would set now. Its metrics are the policy's own, or else the demand as one
 * External metric with an AverageValue target.
 *
 * <p>Two inputs differ from HPA's, on purpose. Where HPA takes {@code status.replicas} as the
 * number of pods, this takes {@code spec.replicas}, so that the surge pods of a rollout do not
 * become the new size (k8s#72775). And rate limits charge every change of the size that is seen,
 * not only those that this rule has made: whoever else adds pods uses up the same budget.
 */
final class ReactiveStage implements DecisionStage {
  /** An explanation names so many metrics one by one. */
  private static final int MOST_SHOWN = 4;

  @Override
  public StageName name() {
    return StageName.REACTIVE;
  }

  @Override
  public void decide(Draft d) {
    Instant now = d.observation.at();
    ReactiveRule rule = d.policy.reactive();
    History history = history(d, rule, now);
    Size size = new Size(now, d.current);
    d.reactive = d.current;
    int raw = raw(d, rule);
    if (raw < 0) {
      // HPA's own answer to a failed metric: no change, and no answer is remembered.
      d.reactiveMemory = Optional.of(new ReactiveMemory(history, size));
      return;
    }
    Normal normal = normalize(d, rule, history, raw, now);
    d.reactiveMemory = Optional.of(new ReactiveMemory(normal.next(), size));
    d.reactive = normal.limited().replicas();
    d.move(d.reactive, ReasonCode.REACTIVE, name());
    if (d.reactive == d.current && raw < d.current) {
      d.reason = ReasonCode.STABILIZED;
    }
    if (d.trace.isOn()) {
      d.trace.note(name(), describe(d, rule, raw, normal), d.reactive);
    }
  }

  /** What was remembered, with the change that the last step has made. */
  private static History history(Draft d, ReactiveRule rule, Instant now) {
    if (d.reactiveMemory.isEmpty()) {
      return History.startingWith(d.current, now);
    }
    ReactiveMemory memory = d.reactiveMemory.get();
    Size last = memory.last();
    return rule.behavior().isPresent() && last.replicas() != d.current
        ? memory.history().withChange(last.replicas(), d.current, rule.behavior().get(), last.at())
        : memory.history();
  }

  /** The highest of all metrics; negative when nothing is known, or too little to fall. */
  private static int raw(Draft d, ReactiveRule rule) {
    Tolerance tolerance = tolerance(rule);
    List<MetricSpec> metrics = rule.metrics();
    if (metrics.isEmpty()) {
      return Double.isNaN(d.demandNow)
          ? -1
          : ExternalMetric.averageValue(
              ExternalMetric.milli(d.demandNow),
              Math.max(1, ExternalMetric.milli(d.policy.perReplica() * rule.targetUtilization())),
              d.current,
              tolerance.scaleDown(),
              tolerance.scaleUp());
    }
    int highest = -1;
    boolean failed = false;
    for (int i = 0; i < metrics.size(); i++) {
      int wish = wish(d, metrics.get(i), i, tolerance);
      failed |= wish < 0;
      highest = Math.max(highest, wish);
    }
    // With a metric failed, the others may raise, but nobody knows whether less would do.
    return failed && highest < d.current ? -1 : highest;
  }

  /** What one metric asks for, negative when it cannot be known. */
  private static int wish(Draft d, MetricSpec metric, int index, Tolerance tolerance) {
    var readings = d.observation.readings();
    if (index >= readings.size() || Double.isNaN(readings.get(index).reading().valueOrNaN())) {
      return -1;
    }
    MetricReading reading = readings.get(index);
    if (PerPodMetric.isPerPod(metric)) {
      return reading.pods().isPresent()
              && PerPodMetric.proposal(reading.pods().get(), metric.target(), d.current, tolerance)
                  instanceof Proposal.Replicas(int replicas, var _)
          ? Math.max(0, replicas)
          : -1;
    }
    long milli = ExternalMetric.milli(reading.reading().valueOrNaN());
    return switch (metric.target()) {
      case MetricTarget.AverageValue(long target) ->
          TotalMetric.averageValue(milli, target, d.current, tolerance);
      case MetricTarget.Value(long target) ->
          TotalMetric.value(
              milli, target, d.current, d.observation.target().readyReplicas(), tolerance);
      default -> throw new IllegalStateException("refused by ReactiveRule: " + metric);
    };
  }

  private static Tolerance tolerance(ReactiveRule rule) {
    double both = rule.tolerance();
    if (rule.behavior().isEmpty()) {
      return new Tolerance(both, both);
    }
    Behavior behavior = rule.behavior().get();
    return new Tolerance(
        behavior.scaleDown().tolerance().orElse(both), behavior.scaleUp().tolerance().orElse(both));
  }

  private static Normal normalize(
      Draft d, ReactiveRule rule, History history, int raw, Instant now) {
    int min = d.policy.minReplicas();
    int max = d.policy.maxReplicas();
    return rule.behavior().isPresent()
        ? history.normalize(d.current, raw, min, max, rule.behavior().get(), now)
        : history.normalize(
            raw,
            min,
            max,
            DefaultBehavior.scaleUpLimit(d.current),
            rule.downscaleStabilization(),
            now);
  }

  /** What each metric says and asks for: {@code cpu 84 % of 3 pods -> 7; 2 more}. */
  private static String metrics(Draft d, ReactiveRule rule) {
    StringJoiner text = new StringJoiner("; ");
    int shown = Math.min(MOST_SHOWN, rule.metrics().size());
    for (int i = 0; i < shown; i++) {
      MetricSpec metric = rule.metrics().get(i);
      int wish = wish(d, metric, i, tolerance(rule));
      text.add(
          wish < 0
              ? metric.describe() + " has no answer"
              : "%s %s -> %d"
                  .formatted(
                      metric.describe(), value(d.observation.readings().get(i), metric), wish));
    }
    if (shown < rule.metrics().size()) {
      text.add(rule.metrics().size() - shown + " more");
    }
    return text + (rule.metrics().size() > 1 ? "; highest" : "");
  }

  private static String value(MetricReading reading, MetricSpec metric) {
    String value =
        Amounts.show(reading.reading().valueOrNaN())
            + (metric.target() instanceof MetricTarget.Utilization ? " %" : "");
    if (reading.pods().isEmpty()) {
      return value;
    }
    PodTotals pods = reading.pods().get();
    return "%s of %d pods%s%s"
        .formatted(
            value,
            pods.samples(),
            pods.missing().isEmpty() ? "" : ", %d without a sample".formatted(pods.missingPods()),
            pods.unready() == 0 ? "" : ", %d starting".formatted(pods.unready()));
  }

  private static String describe(Draft d, ReactiveRule rule, int raw, Normal normal) {
    String asked =
        rule.metrics().isEmpty()
            ? "%s at %s a replica x %.0f %% -> %d"
                .formatted(
                    Amounts.show(d.demandNow),
                    Amounts.show(d.policy.perReplica()),
                    100 * rule.targetUtilization(),
                    raw)
            : "%s -> %d".formatted(metrics(d, rule), raw);
    int stable = normal.stabilized();
    int limited = normal.limited().replicas();
    return asked
        + (stable == raw ? "" : ", stabilized to " + stable)
        + (limited == stable
            ? ""
            : ", limited to %d: %s".formatted(limited, normal.limited().reason().text()));
  }
}
