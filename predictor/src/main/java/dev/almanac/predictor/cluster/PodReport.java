package dev.almanac.predictor.cluster;

import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.Pod;
import java.util.List;
import java.util.Map;

/** What a cluster says about the pods of one workload, one by one. */
public sealed interface PodReport {

  /**
   * Its pods are known.
   *
   * @param pods that its label selector matches, those that are going included
   * @param usage what they use, by the resources that were asked for: Usage of these pods, or
   *     Unavailable with the reason
   */
  record Known(List<Pod> pods, Map<String, MetricAnswer> usage) implements PodReport {
    /** Copies both. */
    public Known {
      pods = List.copyOf(pods);
      usage = Map.copyOf(usage);
    }
  }

  /** They are not; the detail says why. */
  record Unknown(String detail) implements PodReport {}
}
