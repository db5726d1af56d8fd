package dev.almanac.predictor.rightsizing.pod;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;

/**
 * What a ResourceQuota leaves for requests in a namespace.
 *
 * @param hard most that all pods may request; unset for no bound
 * @param used requested now, by everybody
 */
public record Quota(ResourceList hard, ResourceList used) {

  /**
   * The request of a container such that all replicas fit, also while a rollout runs: growth is cut
   * to what is left, an amount that does not grow is always fine.
   *
   * @param advised request of a container
   * @param now request of it today; unset is 0
   * @param replicas pods that have such a container
   * @param surge pods that a rollout adds for a while; they come on top with their whole request
   */
  public ResourceList fit(ResourceList advised, ResourceList now, int replicas, int surge) {
    if (replicas < 1 || surge < 0) {
      throw new IllegalArgumentException(
          "replicas must be at least 1 and surge at least 0: %d, %d".formatted(replicas, surge));
    }
    ResourceList fitting = advised;
    for (Resource resource : Resource.values()) {
      if (hard.get(resource).isPresent()) {
        long today = now.orZero(resource);
        long left = Math.max(0, hard.orZero(resource) - used.orZero(resource));
        // replicas * (x - today) + surge * x <= left
        double most = (left + (double) replicas * today) / ((double) replicas + surge);
        long floor = Math.max(today, (long) most);
        fitting = fitting.map(resource, amount -> Math.min(amount, floor));
      }
    }
    return fitting;
  }
}
