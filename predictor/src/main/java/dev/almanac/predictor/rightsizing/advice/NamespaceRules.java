package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.util.List;
import java.util.Map;

/**
 * What a namespace allows.
 *
 * @param ranges items of its LimitRanges
 * @param requests what its ResourceQuotas leave for requests
 * @param limits what they leave for limits
 */
public record NamespaceRules(List<Range> ranges, Quota requests, Quota limits) {
  private static final Quota UNBOUNDED = new Quota(ResourceList.NONE, ResourceList.NONE);

  /** Everything is allowed. */
  public static final NamespaceRules NONE = new NamespaceRules(List.of(), UNBOUNDED, UNBOUNDED);

  /**
   * An item of a LimitRange. What is not set bounds nothing.
   *
   * @param ofPod whether it bounds the sum of a pod, else each container
   * @param maxRatio most that a limit may be of its request
   */
  public record Range(
      boolean ofPod, ResourceList min, ResourceList max, Map<Resource, Double> maxRatio) {
    /** Copies. */
    public Range {
      maxRatio = Map.copyOf(maxRatio);
    }
  }

  /** Copies. */
  public NamespaceRules {
    ranges = List.copyOf(ranges);
  }
}
