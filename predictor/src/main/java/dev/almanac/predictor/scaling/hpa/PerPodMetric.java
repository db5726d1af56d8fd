package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.PodGroups.PodTiming;
import dev.almanac.predictor.scaling.hpa.PodRequests.Request;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Failure;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * Resource, ContainerResource and Pods metrics (Kubernetes 1.37, replica_calculator.go:
 * GetResourceReplicas, calcPlainMetricReplicas).
 *
 * The plain rule is ceil(ratio * ready pods). When pods have no sample, or are unready while the
 * others are above target, the rule first asks what would happen if those pods damped the move:
 * a missing pod at full use when the others are below target, at none when they are above; an
 * unready pod at none. Only a move that survives this is made, and never one against its own ratio.
 */
/** Sizes that per-pod metrics ask for. */
final class PerPodMetric {
  private PerPodMetric() {}

  /** What is the same for all per-pod metrics of one sync. */
  record Context(
      List<Pod> pods,
      int currentReplicas,
      Tolerance tolerance,
      PodTiming timing,
      boolean podLevelRequests) {}

  /**
   * Usage against requests.
   *
   * <p>{@code u = trunc(100 * usage / request)} over pods that have both, in whole percent, and the
   * ratio is {@code u / target}: below one percent of precision the rule sees nothing.
   *
   * @param samples by pod, of the resource or of the container; consumed
   */
  static Proposal utilization(
      Context context,
      Map<String, PodSample> samples,
      String resource,
      Optional<String> container,
      int targetPercent) {
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES);
    }
    if (context.pods().isEmpty()) {
      return new Failed(Failure.NO_PODS);
    }
    PodGroups groups =
        PodGroups.of(context.pods(), samples, resource.equals("cpu"), context.timing());
    groups.dropSamples(samples);
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES_OF_TARGETED_PODS);
    }
    // Of all pods, also of those that are ignored: one that requests nothing fails the metric.
    Map<String, Long> requests = new HashMap<>();
    for (Pod pod : context.pods()) {
      switch (PodRequests.of(pod, resource, container, context.podLevelRequests())) {
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
    int percent = Milli.percent(usage, request);
    double ratio = (double) percent / targetPercent;
    Current current = new Current.Utilization(percent, usage / matched);
    if (!needsRefill(groups, ratio)) {
      return new Replicas(direct(context, ratio, groups.readyCount()), current);
    }
    int count = samples.size();
    if (ratio < 1) {
      for (String pod : groups.missing()) {
        long own = requests.getOrDefault(pod, 0L);
        usage = Milli.plus(usage, Milli.share(own, Math.max(100, targetPercent)));
        request = Milli.plus(request, own);
      }
      count += groups.missing().size();
    } else if (ratio > 1) {
      for (List<String> idle : List.of(groups.missing(), groups.unready())) {
        for (String pod : idle) {
          request = Milli.plus(request, requests.getOrDefault(pod, 0L));
        }
        count += idle.size();
      }
    }
    double refilled = (double) Milli.percent(usage, request) / targetPercent;
    return new Replicas(settled(context, ratio, refilled, count), current);
  }

  /**
   * Values against a target average: {@code a = trunc(sum / samples)}, ratio {@code a / target}.
   * Samples of pods that the selector does not match count too.
   *
   * @param samples by pod; consumed
   * @param readinessCounts true for cpu only
   */
  static Proposal average(
      Context context, Map<String, PodSample> samples, boolean readinessCounts, long targetMilli) {
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES);
    }
    if (context.pods().isEmpty()) {
      return new Failed(Failure.NO_PODS);
    }
    PodGroups groups = PodGroups.of(context.pods(), samples, readinessCounts, context.timing());
    groups.dropSamples(samples);
    if (samples.isEmpty()) {
      return new Failed(Failure.NO_SAMPLES_OF_TARGETED_PODS);
    }
    long sum = 0;
    for (PodSample sample : samples.values()) {
      sum = Milli.plus(sum, sample.milli());
    }
    int count = samples.size();
    long average = sum / count;
    double ratio = (double) average / targetMilli;
    Current current = new Current.Average(average);
    if (!needsRefill(groups, ratio)) {
      return new Replicas(direct(context, ratio, groups.readyCount()), current);
    }
    if (ratio < 1) {
      for (int i = 0; i < groups.missing().size(); i++) {
        sum = Milli.plus(sum, targetMilli);
      }
      count += groups.missing().size();
    } else if (ratio > 1) {
      count += groups.missing().size() + groups.unready().size();
    }
    double refilled = (double) (sum / count) / targetMilli;
    return new Replicas(settled(context, ratio, refilled, count), current);
  }

  private static boolean needsRefill(PodGroups groups, double ratio) {
    return !groups.missing().isEmpty() || (!groups.unready().isEmpty() && ratio > 1);
  }

  /** All is known. The count is of ready pods, so a ratio above 1 may still ask for fewer. */
  private static int direct(Context context, double ratio, int ready) {
    return context.tolerance().contains(ratio)
        ? context.currentReplicas()
        : Milli.replicas(ratio * ready);
  }

  /**
   * After refilling.
   *
   * @param ratio over the samples that there are
   * @param refilled over these and the pods refilled
   * @param count of both
   */
  private static int settled(Context context, double ratio, double refilled, int count) {
    int current = context.currentReplicas();
    boolean turned = (ratio < 1 && refilled > 1) || (ratio > 1 && refilled < 1);
    if (turned || context.tolerance().contains(refilled)) {
      return current;
    }
    int replicas = Milli.replicas(refilled * count);
    boolean against = (refilled < 1 && replicas > current) || (refilled > 1 && replicas < current);
    return against ? current : replicas;
  }
}
