package dev.almanac.predictor.rightsizing.vpa;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What one container should request.
 *
 * @param target the request
 * @param lowerBound below it a running pod is worth replacing
 * @param upperBound above it a running pod is worth replacing
 * @param uncappedTarget the target before policies
 */
public record Recommendation(
    ResourceList target,
    ResourceList lowerBound,
    ResourceList upperBound,
    ResourceList uncappedTarget) {

  /** Only these resources. */
  public Recommendation only(Set<Resource> resources) {
    return new Recommendation(
        target.only(resources),
        lowerBound.only(resources),
        upperBound.only(resources),
        uncappedTarget.only(resources));
  }

  /** All four values changed by one function. */
  Recommendation map(UnaryOperator<ResourceList> change) {
    return new Recommendation(
        change.apply(target),
        change.apply(lowerBound),
        change.apply(upperBound),
        change.apply(uncappedTarget));
  }

  /** Target and bounds changed by one function; the uncapped target stays. */
  Recommendation cap(UnaryOperator<ResourceList> change) {
    return new Recommendation(
        change.apply(target), change.apply(lowerBound), change.apply(upperBound), uncappedTarget);
  }

  /** CPU of all four values rounded up to whole cores, as the annotation of a VPA can ask for. */
  public Recommendation wholeCores() {
    return map(list -> list.map(Resource.CPU, millicores -> Amount.roundUp(millicores, 1000)));
  }

  /**
   * Rounded up to multiples, as flags of the recommender ask for. A step that is not positive
   * leaves its resource as it is.
   */
  public Recommendation roundUp(long cpuMillicores, long memoryBytes) {
    return map(
        list -> roundUp(roundUp(list, Resource.CPU, cpuMillicores), Resource.MEMORY, memoryBytes));
  }

  private static ResourceList roundUp(ResourceList list, Resource resource, long step) {
    return step <= 0 ? list : list.map(resource, amount -> Amount.roundUp(amount, step));
  }
}
