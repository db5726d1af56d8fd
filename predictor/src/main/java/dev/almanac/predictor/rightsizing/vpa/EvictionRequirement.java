package dev.almanac.predictor.rightsizing.vpa;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A condition for evicting a pod ({@code scaling_direction_pod_eviction_admission.go}): at least
 * one of the resources changes in the direction.
 */
public record EvictionRequirement(Set<Resource> resources, Direction direction) {

  /** Which change is asked for. */
  public enum Direction {
    /** {@code TargetHigherThanRequests}. */
    HIGHER,
    /** {@code TargetLowerThanRequests}. */
    LOWER
  }

  /** A container and its target, where it has one. */
  public record Container(ResourceList requests, Optional<ResourceList> target) {}

  /**
   * Whether a pod may be evicted: some container meets all requirements. A container that lacks a
   * request meets them.
   */
  public static boolean admit(List<Container> containers, List<EvictionRequirement> requirements) {
    if (requirements.isEmpty()) {
      return true;
    }
    for (Container container : containers) {
      if (container.target().isPresent()
          && (container.requests().amounts().size() < Resource.values().length
              || allHold(container.requests(), container.target().get(), requirements))) {
        return true;
      }
    }
    return false;
  }

  private static boolean allHold(
      ResourceList requests, ResourceList target, List<EvictionRequirement> requirements) {
    for (EvictionRequirement requirement : requirements) {
      if (!requirement.holds(requests, target)) {
        return false;
      }
    }
    return true;
  }

  private boolean holds(ResourceList requests, ResourceList target) {
    for (Resource resource : resources) {
      int change = Long.compare(target.orZero(resource), requests.orZero(resource));
      if (direction == Direction.HIGHER ? change > 0 : change < 0) {
        return true;
      }
    }
    return false;
  }
}
