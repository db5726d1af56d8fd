package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From a report of containers to one sample per pod (Kubernetes 1.37, {@code metrics/client.go}).
 */
final class PodSamples {
  private PodSamples() {}

  /**
   * Samples of whole pods: the sum over containers. A pod with a container that has no value gets
   * no sample, rather than one that is too small.
   */
  static Map<String, PodSample> ofPods(List<PodUsage> report) {
    Map<String, PodSample> samples = new LinkedHashMap<>();
    for (PodUsage pod : report) {
      long sum = 0;
      boolean complete = !pod.containers().isEmpty();
      for (ContainerUsage container : pod.containers()) {
        complete &= container.milli().isPresent();
        sum = Milli.plus(sum, container.milli().orElse(0));
      }
      if (complete) {
        samples.put(pod.pod(), new PodSample(pod.pod(), pod.at(), pod.window(), sum));
      }
    }
    return samples;
  }

  /**
   * Samples of one container of each pod. A pod whose report has no value of it, or does not list
   * it at all, gets none and thus counts as missing; since PR 127193 such a pod no longer fails the
   * whole metric.
   */
  static Map<String, PodSample> ofContainer(List<PodUsage> report, String name) {
    Map<String, PodSample> samples = new LinkedHashMap<>();
    for (PodUsage pod : report) {
      for (ContainerUsage container : pod.containers()) {
        if (container.name().equals(name)) {
          container
              .milli()
              .ifPresent(milli ->
                  samples.put(pod.pod(), new PodSample(pod.pod(), pod.at(), pod.window(), milli)));
          break;
        }
      }
    }
    return samples;
  }

  /** Samples by pod; of two for one pod the later in the list holds. */
  static Map<String, PodSample> byPod(List<PodSample> list) {
    Map<String, PodSample> samples = new LinkedHashMap<>();
    for (PodSample sample : list) {
      samples.put(sample.pod(), sample);
    }
    return samples;
  }
}
