package dev.almanac.predictor.rightsizing.vpa;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Recommendations inside the bounds that others set: the policy of the VPA, limits, LimitRanges
 * ({@code utils/vpa/capping.go}). A bound of 0 bounds nothing.
 */
public final class Capping {
  private Capping() {}

  /** Requests and limits that a container has now. */
  public record Container(ResourceList requests, ResourceList limits) {}

  /**
   * One item of a LimitRange.
   *
   * @param defaultLimit for containers without a limit
   */
  public record LimitRange(ResourceList min, ResourceList max, ResourceList defaultLimit) {}

  /**
   * The container policy of a VPA. The global maximum holds for resources without a maximum in the
   * policy; the maximum wins over the minimum.
   */
  public static Recommendation toPolicy(
      Recommendation recommendation,
      ResourceList minAllowed,
      ResourceList maxAllowed,
      ResourceList globalMaxAllowed) {
    ResourceList max = globalMaxAllowed;
    for (var entry : maxAllowed.amounts().entrySet()) {
      max = max.with(entry.getKey(), entry.getValue());
    }
    ResourceList most = max;
    return recommendation.cap(list -> between(list, minAllowed, most));
  }

  /** Requests at most the limits, for a container whose limits are not controlled. */
  public static ResourceList toLimits(
      ResourceList requests, ResourceList limits, ControlledValues controlled) {
    if (controlled == ControlledValues.REQUESTS_AND_LIMITS) {
      return requests;
    }
    ResourceList capped = requests;
    for (var limit : limits.amounts().entrySet()) {
      capped = capped.map(limit.getKey(), amount -> Math.min(amount, limit.getValue()));
    }
    return capped;
  }

  /**
   * Requests such that, in the ratio of now, neither they nor the limits leave the range of a
   * container.
   */
  public static ResourceList toContainerRange(
      ResourceList requests, Container container, LimitRange range) {
    ResourceList least = ResourceList.NONE;
    ResourceList most = ResourceList.NONE;
    for (Resource resource : Resource.values()) {
      long min = range.min().orZero(resource);
      least = least.with(resource, Math.max(min, requestAt(min, resource, container, range)));
      long max = range.max().orZero(resource);
      most = most.with(resource, requestAt(max, resource, container, range));
    }
    return between(requests, least, most);
  }

  private static long requestAt(
      long bound, Resource resource, Container container, LimitRange range) {
    return ProportionalLimit.requestAt(
        bound,
        container.limits().orZero(resource),
        container.requests().orZero(resource),
        range.defaultLimit().orZero(resource));
  }

  private static ResourceList between(ResourceList list, ResourceList min, ResourceList max) {
    ResourceList bounded = list;
    for (Resource resource : Resource.values()) {
      long least = min.orZero(resource);
      long most = max.orZero(resource);
      bounded =
          bounded.map(
              resource,
              amount -> {
                long raised = Math.max(amount, least);
                return most == 0 ? raised : Math.min(raised, most);
              });
    }
    return bounded;
  }

  /**
   * One resource of all containers of a pod, scaled together into the range of the pod.
   *
   * <p>When the requests are below the minimum they are scaled up to it; else, when the limits are
   * outside, requests are scaled by as much as the limits have to be. CPU is rounded up for a
   * minimum of requests and cut off otherwise; memory is always cut off, so that a raised sum can
   * be some bytes short of its minimum, as it is in the reference.
   *
   * @param requests recommended, one a container; absent for a container without recommendation,
   *     which counts with what it requests now and stays
   * @return in the same order
   */
  public static List<OptionalLong> toPodRange(
      Resource resource,
      List<OptionalLong> requests,
      List<Container> containers,
      LimitRange range) {
    long min = range.min().orZero(resource);
    long max = range.max().orZero(resource);
    long sumRequests = 0;
    long sumLimits = 0;
    for (int i = 0; i < containers.size(); i++) {
      Container container = containers.get(i);
      long request = requests.get(i).orElse(container.requests().orZero(resource));
      sumRequests += request;
      long limit =
          ProportionalLimit.of(
                  container.limits().get(resource),
                  container.requests().get(resource),
                  request,
                  range.defaultLimit().get(resource))
              .limit()
              .orElse(0);
      sumLimits = limit > Long.MAX_VALUE - sumLimits ? Long.MAX_VALUE : sumLimits + limit;
    }
    boolean limitsFit = min <= sumLimits && (max == 0 || sumLimits <= max);
    if (sumLimits == 0 || min <= sumRequests && limitsFit) {
      return requests;
    }
    if (sumRequests < min) {
      return scale(requests, min, sumRequests, resource == Resource.CPU);
    }
    return scale(requests, max != 0 && sumLimits > max ? max : min, sumLimits, false);
  }

  private static List<OptionalLong> scale(
      List<OptionalLong> amounts, long part, long whole, boolean up) {
    List<OptionalLong> scaled = new ArrayList<>();
    for (OptionalLong amount : amounts) {
      scaled.add(
          amount.isEmpty() || whole == 0
              ? amount
              : OptionalLong.of(ProportionalLimit.scale(amount.getAsLong(), part, whole, up)));
    }
    return scaled;
  }
}
