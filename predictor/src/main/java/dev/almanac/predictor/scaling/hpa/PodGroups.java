package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which pods a per-pod metric may count on (Kubernetes 1.37, {@code groupPods}; ended pods as since
 * PR 141302). The first group that fits holds.
 *
 * @param readyCount pods whose sample counts
 * @param unready pods that are starting, in the order of the pods; their samples mislead
 * @param missing pods without a sample
 * @param ignored pods that are going or gone
 */
record PodGroups(int readyCount, List<String> unready, List<String> missing, List<String> ignored) {

  /**
   * Groups the pods of a target.
   *
   * @param samples by pod name
   * @param readinessCounts true for cpu only: a starting pod burns cpu that no load causes
   */
  static PodGroups of(
      List<Pod> pods, Map<String, PodSample> samples, boolean readinessCounts, PodTiming timing) {
    int readyCount = 0;
    List<String> unready = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    for (Pod pod : pods) {
      PodSample sample = samples.get(pod.name());
      if (pod.deleting() || pod.terminal()) {
        ignored.add(pod.name());
      } else if (pod.phase() == Phase.PENDING) {
        unready.add(pod.name());
      } else if (sample == null) {
        missing.add(pod.name());
      } else if (readinessCounts && timing.isUnready(pod, sample)) {
        unready.add(pod.name());
      } else {
        readyCount++;
      }
    }
    return new PodGroups(readyCount, unready, missing, ignored);
  }

  /** Takes away the samples that must not count. Samples of unknown pods stay. */
  void dropSamples(Map<String, PodSample> samples) {
    ignored.forEach(samples::remove);
    unready.forEach(samples::remove);
  }

  /**
   * When a pod counts as starting.
   *
   * @param now time of the sync
   * @param cpuInitialization for so long after its start a pod is believed only while Ready, and
   *     with a sample taken wholly after it became Ready
   * @param readinessDelay a pod unready since before start plus this has never been ready
   */
  record PodTiming(Instant now, Duration cpuInitialization, Duration readinessDelay) {

    boolean isUnready(Pod pod, PodSample sample) {
      if (pod.ready() == Ready.ABSENT || pod.startTime().isEmpty()) {
        return true;
      }
      boolean notReady = pod.ready() == Ready.FALSE;
      Instant start = pod.startTime().get();
      if (now.isBefore(start.plus(cpuInitialization))) {
        return notReady || sample.at().isBefore(pod.readySince().plus(sample.window()));
      }
      return notReady && pod.readySince().isBefore(start.plus(readinessDelay));
    }
  }
}
