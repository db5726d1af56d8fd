package dev.almanac.predictor.scaling;

import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.PodTotals;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.hpa.HpaSettings;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.PerPodMetric;
import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.PodSample;
import dev.almanac.predictor.scaling.hpa.PodSum;
import dev.almanac.predictor.scaling.hpa.PodUsage;
import dev.almanac.predictor.scaling.hpa.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** From what each pod says to one reading with its age, its coverage and the sums behind it. */
public final class PodReadings {
  /**
   * A reading of fewer of the pods than this is partial, and nothing falls by it. HPA fills the
   * missing ones in at their whole request, which lets a third of the pods go silent at a low load
   * and still falls (reliability F13); one silent pod of 160 must not keep a fleet up (k8s PR
   * 127193, F15). Starting pods are not counted either way.
   */
  static final double LEAST_COVERAGE = 0.9;

  private PodReadings() {}

  /**
   * Reads one metric.
   *
   * @param metric one with a value for each pod
   * @param answer of its kind, or Unavailable
   * @param pods that the target's selector matches; a value of any other pod is left out, since of
   *     one that has ended a store may show the last value for minutes
   * @param now the decision's time
   * @param maxAge when even the newest sample is older, the reading is stale
   * @return the value is the average of the pods, or their whole percent of the requests; whatever
   *     fails the metric in HPA is NoData with the reason
   */
  public static MetricReading read(
      MetricSpec metric, MetricAnswer answer, List<Pod> pods, Instant now, Duration maxAge) {
    String name = metric.describe();
    MetricAnswer ofThese = only(pods, answer);
    return switch (PerPodMetric.sum(metric, ofThese, pods, HpaSettings.DEFAULT, now)) {
      case Proposal.Failed(var _, String detail) ->
          new MetricReading(name, new Reading.NoData(detail));
      case PodSum.Of(PodTotals totals) -> {
        double value = value(metric.target(), totals);
        Reading typed =
            covered(Reading.of(value, newest(ofThese).orElse(Instant.MIN), now, maxAge), totals);
        yield typed instanceof Reading.Invalid
            ? new MetricReading(name, typed)
            : new MetricReading(name, typed, Optional.of(totals));
      }
    };
  }

  private static MetricAnswer only(List<Pod> pods, MetricAnswer answer) {
    Set<String> names = pods.stream().map(Pod::name).collect(Collectors.toUnmodifiableSet());
    return switch (answer) {
      case MetricAnswer.Usage(List<PodUsage> usage) ->
          new MetricAnswer.Usage(usage.stream().filter(u -> names.contains(u.pod())).toList());
      case MetricAnswer.PerPod(List<PodSample> samples) ->
          new MetricAnswer.PerPod(samples.stream().filter(s -> names.contains(s.pod())).toList());
      case MetricAnswer.Total _, MetricAnswer.Unavailable _ -> answer;
    };
  }

  private static double value(MetricTarget target, PodTotals totals) {
    double sum = totals.sumMilli();
    return target instanceof MetricTarget.Utilization
        ? Math.floor(100 * sum / totals.requestMilli())
        : sum / totals.samples() / 1000;
  }

  private static Reading covered(Reading reading, PodTotals totals) {
    int of = totals.ready() + totals.missingPods();
    return reading instanceof Reading.Present(double value, Instant at)
            && totals.ready() < LEAST_COVERAGE * of
        ? new Reading.Partial(value, at, "%d of %d pods answer".formatted(totals.ready(), of))
        : reading;
  }

  private static Optional<Instant> newest(MetricAnswer answer) {
    return switch (answer) {
      case MetricAnswer.Usage(List<PodUsage> pods) ->
          pods.stream().map(PodUsage::at).max(Instant::compareTo);
      case MetricAnswer.PerPod(List<PodSample> samples) ->
          samples.stream().map(PodSample::at).max(Instant::compareTo);
      case MetricAnswer.Total _, MetricAnswer.Unavailable _ -> Optional.empty();
    };
  }
}
