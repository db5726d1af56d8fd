package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.metrics.PodTotals;
import dev.almanac.predictor.metrics.PodTotals.Missing;
import dev.almanac.predictor.scaling.hpa.PodGroups.PodTiming;
import dev.almanac.predictor.scaling.hpa.PodRequests.Request;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Failure;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Resource, ContainerResource and Pods metrics: from the pods to sums, and from the sums to the
 * size that they ask for.
 */
public final class PerPodMetric {
  /*
   * Kubernetes 1.37, replica_calculator.go: GetResourceReplicas, calcPlainMetricReplicas.
   *
   * The plain rule is ceil(ratio * ready pods). When pods have no sample, or are unready while the
   * others are above target, the rule first asks what would happen if those pods damped the move:
   * a missing pod at full use when the others are below target, at none when they are above; an
   * unready pod at none. Only a move that survives this is made, and never one against its own
   * ratio.
   *
   * All of it needs the pods only through a few sums; the pods without a sample are kept by what
   * they request, because the share that each is filled up with is cut to whole milli-units.
   */
  private PerPodMetric() {}

  /**
   * What is the same for all metrics of one sync.
   *
   * @param pods that the target's selector matches
   * @param currentReplicas {@code spec.replicas}
   * @param timing when a pod counts as starting
   * @param podLevelRequests whether requests of whole pods are looked at (KEP-2837)
   */
  record Context(
      List<Pod> pods,
      int currentReplicas,
      Tolerance tolerance,
      PodTiming timing,
      boolean podLevelRequests) {}

  /** Whether a metric has a value for each pod. */
  public static boolean isPerPod(MetricSpec metric) {
    return metric instanceof MetricSpec.Resource
        || metric instanceof MetricSpec.ContainerResource
        || metric instanceof MetricSpec.Pods;
  }

  /**
   * What the pods say about a metric, as a controller with the default gates sums it up.
   *
   * @param metric for which {@link #isPerPod} holds
   * @param answer of its kind, or Unavailable
   * @param pods that the target's selector matches
   * @param now the time of the sync
   */
  public static PodSum sum(
      MetricSpec metric, MetricAnswer answer, List<Pod> pods, HpaSettings settings, Instant now) {
    PodTiming timing = new PodTiming(now, settings.cpuInitialization(), settings.readinessDelay());
    return sum(metric, answer, pods, timing, HpaInput.Gates.DEFAULT.podLevelResources());
  }

  /** What the pods say, and the size that follows. */
  static Proposal of(MetricSpec metric, MetricAnswer answer, Context context) {
    return switch (sum(
        metric, answer, context.pods(), context.timing(), context.podLevelRequests())) {
      case PodSum.Of(PodTotals totals) ->
          proposal(totals, metric.target(), context.currentReplicas(), context.tolerance());
      case Failed failed -> failed;
    };
  }

  private static PodSum sum(
      MetricSpec metric,
      MetricAnswer answer,
      List<Pod> pods,
      PodTiming timing,
      boolean podLevelRequests) {
    if (answer instanceof MetricAnswer.Unavailable(String detail)) {
      return new Failed(Failure.UNAVAILABLE, detail);
    }
    return switch (metric) {
      case MetricSpec.Resource(String resource, MetricTarget target) -> {
        var samples = PodSamples.ofPods(usage(answer));
        yield target instanceof MetricTarget.Utilization
            ? utilization(samples, pods, timing, resource, Optional.empty(), podLevelRequests)
            : average(samples, pods, timing, resource.equals("cpu"), target);
      }
      case MetricSpec.ContainerResource(String resource, String container, MetricTarget target) -> {
        var samples = PodSamples.ofContainer(usage(answer), container);
        yield target instanceof MetricTarget.Utilization
            ? utilization(samples, pods, timing, resource, Optional.of(container), podLevelRequests)
            : average(samples, pods, timing, resource.equals("cpu"), target);
      }
      case MetricSpec.Pods(MetricSpec.MetricId _, MetricTarget target) ->
          average(PodSamples.byPod(values(answer)), pods, timing, false, target);
      default ->
          throw new IllegalArgumentException(metric.describe() + " has no value of each pod");
    };
  }

  private static List<PodUsage> usage(MetricAnswer answer) {
    if (answer instanceof MetricAnswer.Usage(List<PodUsage> pods)) {
      return pods;
    }
    throw new IllegalArgumentException("a resource is answered by usage, not by " + answer);
  }

  private static List<PodSample> values(MetricAnswer answer) {
    if (answer instanceof MetricAnswer.PerPod(List<PodSample> samples)) {
      return samples;
    }
    throw new IllegalArgumentException("a Pods metric is answered by values, not by " + answer);
  }

  /**
   * Usage and requests.
   *
   * @param samples by pod, of the resource or of the container; consumed
   */
  private static PodSum utilization(
      Map<String, PodSample> samples,
      List<Pod> pods,
      PodTiming timing,
      String resource,
      Optional<String> container,
      boolean podLevelRequests) {
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES);
    }
    if (pods.isEmpty()) {
      return new Failed(Failure.NO_PODS);
    }
    PodGroups groups = PodGroups.of(pods, samples, resource.equals("cpu"), timing);
    groups.dropSamples(samples);
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES_OF_TARGETED_PODS);
    }
    // Of all pods, also of those that are ignored: one that requests nothing fails the metric.
    Map<String, Long> requests = new HashMap<>();
    for (Pod pod : pods) {
      switch (PodRequests.of(pod, resource, container, podLevelRequests)) {
        case Request.Known(long milli) -> requests.put(pod.name(), milli);
        case Request.Unknown(Failure why) -> {
          return new Failed(why);
        }
      }
    }
    long usage = 0;
    long request = 0;
    int matched = 0;
    for (PodSample sample : samples.values()) {
      Long own = requests.get(sample.pod());
      if (own != null) {
        usage = Milli.plus(usage, sample.milli());
        request = Milli.plus(request, own);
        matched++;
      }
    }
    if (request == 0) {
      return new Failed(Failure.NO_SAMPLES_OF_KNOWN_PODS);
    }
    TreeMap<Long, Integer> missing = new TreeMap<>();
    for (String pod : groups.missing()) {
      missing.merge(requests.getOrDefault(pod, 0L), 1, Integer::sum);
    }
    List<Missing> byRequest = new ArrayList<>(missing.size());
    missing.forEach((own, count) -> byRequest.add(new Missing(count, own)));
    long unready = 0;
    for (String pod : groups.unready()) {
      unready = Milli.plus(unready, requests.getOrDefault(pod, 0L));
    }
    return new PodSum.Of(
        new PodTotals(
            samples.size(),
            matched,
            usage,
            request,
            groups.readyCount(),
            byRequest,
            groups.unready().size(),
            unready));
  }

  /**
   * Values alone. Samples of pods that the selector does not match count too.
   *
   * @param samples by pod; consumed
   * @param readinessCounts true for cpu only
   */
  private static PodSum average(
      Map<String, PodSample> samples,
      List<Pod> pods,
      PodTiming timing,
      boolean readinessCounts,
      MetricTarget target) {
    if (!(target instanceof MetricTarget.AverageValue)) {
      return new Failed(Failure.INVALID_TARGET);
    }
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES);
    }
    if (pods.isEmpty()) {
      return new Failed(Failure.NO_PODS);
    }
    PodGroups groups = PodGroups.of(pods, samples, readinessCounts, timing);
    groups.dropSamples(samples);
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES_OF_TARGETED_PODS);
    }
    long sum = 0;
    for (PodSample sample : samples.values()) {
      sum = Milli.plus(sum, sample.milli());
    }
    int missing = groups.missing().size();
    return new PodSum.Of(
        new PodTotals(
            samples.size(),
            samples.size(),
            sum,
            0,
            groups.readyCount(),
            missing == 0 ? List.of() : List.of(new Missing(missing, 0)),
            groups.unready().size(),
            0));
  }

  /**
   * The size that the sums ask for.
   *
   * @param target Utilization for sums with requests, else AverageValue
   * @param currentReplicas {@code spec.replicas}
   */
  public static Proposal proposal(
      PodTotals totals, MetricTarget target, int currentReplicas, Tolerance tolerance) {
    return switch (target) {
      case MetricTarget.Utilization(int percent) when totals.requestMilli() > 0 ->
          utilization(totals, percent, currentReplicas, tolerance);
      case MetricTarget.AverageValue(long milli) ->
          average(totals, milli, currentReplicas, tolerance);
      default -> new Failed(Failure.INVALID_TARGET);
    };
  }

  /**
   * {@code u = trunc(100 * usage / request)} over pods that have both, in whole percent, and the
   * ratio is {@code u / target}: below one percent of precision the rule sees nothing.
   */
  private static Proposal utilization(
      PodTotals totals, int targetPercent, int currentReplicas, Tolerance tolerance) {
    long usage = totals.sumMilli();
    long request = totals.requestMilli();
    int percent = Milli.percent(usage, request);
    double ratio = (double) percent / targetPercent;
    Current current = new Current.Utilization(percent, usage / totals.matched());
    if (!needsRefill(totals, ratio)) {
      return new Replicas(direct(totals, ratio, currentReplicas, tolerance), current);
    }
    int count = totals.samples();
    if (ratio < 1) {
      for (Missing group : totals.missing()) {
        long share = Milli.share(group.requestMilli(), Math.max(100, targetPercent));
        usage = Milli.plus(usage, Milli.times(share, group.pods()));
        request = Milli.plus(request, Milli.times(group.requestMilli(), group.pods()));
      }
      count += totals.missingPods();
    } else if (ratio > 1) {
      for (Missing group : totals.missing()) {
        request = Milli.plus(request, Milli.times(group.requestMilli(), group.pods()));
      }
      request = Milli.plus(request, totals.unreadyRequestMilli());
      count += totals.missingPods() + totals.unready();
    }
    double refilled = (double) Milli.percent(usage, request) / targetPercent;
    return new Replicas(settled(ratio, refilled, count, currentReplicas, tolerance), current);
  }

  /** {@code a = trunc(sum / samples)}, ratio {@code a / target}. */
  private static Proposal average(
      PodTotals totals, long targetMilli, int currentReplicas, Tolerance tolerance) {
    long sum = totals.sumMilli();
    int count = totals.samples();
    long average = sum / count;
    double ratio = (double) average / targetMilli;
    Current current = new Current.Average(average);
    if (!needsRefill(totals, ratio)) {
      return new Replicas(direct(totals, ratio, currentReplicas, tolerance), current);
    }
    if (ratio < 1) {
      sum = Milli.plus(sum, Milli.times(targetMilli, totals.missingPods()));
      count += totals.missingPods();
    } else if (ratio > 1) {
      count += totals.missingPods() + totals.unready();
    }
    double refilled = (double) (sum / count) / targetMilli;
    return new Replicas(settled(ratio, refilled, count, currentReplicas, tolerance), current);
  }

  private static boolean needsRefill(PodTotals totals, double ratio) {
    return !totals.missing().isEmpty() || (totals.unready() > 0 && ratio > 1);
  }

  /** All is known. The count is of ready pods, so a ratio above 1 may still ask for fewer. */
  private static int direct(PodTotals totals, double ratio, int current, Tolerance tolerance) {
    return tolerance.contains(ratio) ? current : Milli.replicas(ratio * totals.ready());
  }

  /**
   * After refilling.
   *
   * @param ratio over the samples that there are
   * @param refilled over these and the pods refilled
   * @param count of both
   */
  private static int settled(
      double ratio, double refilled, int count, int current, Tolerance tolerance) {
    boolean turned = (ratio < 1 && refilled > 1) || (ratio > 1 && refilled < 1);
    if (turned || tolerance.contains(refilled)) {
      return current;
    }
    int replicas = Milli.replicas(refilled * count);
    boolean against = (refilled < 1 && replicas > current) || (refilled > 1 && replicas < current);
    return against ? current : replicas;
  }
}
