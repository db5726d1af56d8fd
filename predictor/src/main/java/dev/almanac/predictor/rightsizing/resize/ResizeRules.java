package dev.almanac.predictor.rightsizing.resize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import java.util.Set;

/**
 * What an owner allows to be done to running pods.
 *
 * @param resources which may change
 * @param stepDown largest share of a request or limit that one step takes away, in (0, 1]
 * @param restarts whether a container may be changed whose resizePolicy restarts it
 * @param least no request goes below
 * @param most no request goes above
 */
public record ResizeRules(
    Set<Resource> resources,
    double stepDown,
    boolean restarts,
    ResourceList least,
    ResourceList most) {

  /**
   * A fifth a step. A wrong step shows in throttling and memory before the next one; VPA has no
   * such cap and moves at once.
   */
  public static final double DEFAULT_STEP_DOWN = 0.2;

  /** Both resources, nothing that restarts, no bounds. */
  public static final ResizeRules DEFAULT =
      new ResizeRules(
          Set.of(Resource.values()),
          DEFAULT_STEP_DOWN,
          false,
          ResourceList.NONE,
          ResourceList.NONE);

  /** Refuses a step outside of (0, 1] and bounds that contradict each other. */
  public ResizeRules {
    resources = Set.copyOf(resources);
    if (!(stepDown > 0 && stepDown <= 1)) {
      throw new IllegalArgumentException("stepDown must be in (0, 1], was " + stepDown);
    }
    for (Resource resource : Resource.values()) {
      long lower = least.orZero(resource);
      if (lower > most.get(resource).orElse(Long.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "%s: least %d is above most %d".formatted(resource, lower, most.orZero(resource)));
      }
    }
  }
}
