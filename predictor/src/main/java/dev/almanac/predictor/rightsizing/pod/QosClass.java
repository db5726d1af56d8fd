package dev.almanac.predictor.rightsizing.pod;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import java.util.List;
import java.util.OptionalLong;

/** The quality of service class of a pod, as the API server derives it from its containers. */
public enum QosClass {
  /** Every container has limits for CPU and memory, and requests equal to them. */
  GUARANTEED,
  /** Anything between. */
  BURSTABLE,
  /** No container requests or limits anything. */
  BEST_EFFORT;

  /** The class of a pod with these containers; a request that is not set is its limit. */
  public static QosClass of(List<ContainerResources> containers) {
    boolean guaranteed = true;
    boolean bestEffort = true;
    for (ContainerResources container : containers) {
      for (Resource resource : Resource.values()) {
        long limit = container.limits().orZero(resource);
        OptionalLong request = container.requests().get(resource);
        guaranteed &= limit > 0 && request.orElse(limit) == limit;
        bestEffort &= limit == 0 && request.orElse(0) == 0;
      }
    }
    if (bestEffort) {
      return BEST_EFFORT;
    }
    return guaranteed ? GUARANTEED : BURSTABLE;
  }

  /**
   * Requests and limits of a container of a pod of this class that requests an advised amount, such
   * that the class stays.
   *
   * <p>Guaranteed: the limits follow. Burstable: a limit is raised to the request where it would be
   * below it, and never lowered, as memory in use does not follow a limit down. Best effort:
   * nothing is set, as the first request would change the class, which a running pod may not.
   */
  public ContainerResources with(ResourceList advised, ContainerResources now) {
    if (this == BEST_EFFORT) {
      return now;
    }
    ResourceList requests = now.requests();
    ResourceList limits = now.limits();
    for (var amount : advised.amounts().entrySet()) {
      Resource resource = amount.getKey();
      long request = amount.getValue();
      requests = requests.with(resource, request);
      limits =
          limits.map(resource, limit -> this == GUARANTEED ? request : Math.max(limit, request));
    }
    return new ContainerResources(requests, limits);
  }
}
