package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Proposal.Failure;
import java.util.Optional;

/** How much of a resource a pod requests (Kubernetes 1.37, {@code calculateRequests}). */
final class PodRequests {
  private PodRequests() {}

  /** A request, or why there is none. */
  sealed interface Request {
    /** Milli-units, at least 0. */
    record Known(long milli) implements Request {}

    /** One pod without a request fails the whole metric. */
    record Unknown(Failure why) implements Request {}
  }

  /**
   * The request of a whole pod or of one container.
   *
   * @param resource for example {@code cpu}
   * @param container a container's own request counts even when the pod has pod-level ones
   * @param podLevel whether pod-level requests are looked at
   */
  static Request of(Pod pod, String resource, Optional<String> container, boolean podLevel) {
    if (container.isPresent()) {
      return ofContainer(pod, resource, container.get());
    }
    if (podLevel && !pod.requestsMilli().isEmpty()) {
      Long own = pod.requestsMilli().get(resource);
      return own != null ? new Request.Known(own) : effective(pod, resource);
    }
    long sum = 0;
    for (Container c : pod.containers()) {
      if (c.kind() != Kind.INIT) {
        Long milli = c.requestsMilli().get(resource);
        if (milli == null) {
          return new Request.Unknown(Failure.MISSING_REQUEST);
        }
        sum = Milli.plus(sum, milli);
      }
    }
    return new Request.Known(sum);
  }

  private static Request ofContainer(Pod pod, String resource, String name) {
    for (Container c : pod.containers()) {
      if (c.kind() != Kind.INIT && c.name().equals(name)) {
        Long milli = c.requestsMilli().get(resource);
        return milli != null
            ? new Request.Known(milli)
            : new Request.Unknown(Failure.MISSING_REQUEST);
      }
    }
    return new Request.Unknown(Failure.CONTAINER_NOT_FOUND);
  }

  /**
   * A pod with pod-level requests, but not of this resource: what the scheduler reserves, that is,
   * the larger of what runs together and of each init container beside the sidecars before it.
   */
  private static Request effective(Pod pod, String resource) {
    boolean any = false;
    long running = 0;
    long sidecars = 0;
    long initPeak = 0;
    for (Container c : pod.containers()) {
      Long milli = c.requestsMilli().get(resource);
      any |= milli != null;
      long own = milli == null ? 0 : milli;
      switch (c.kind()) {
        case MAIN -> running = Milli.plus(running, own);
        case RESTARTABLE_INIT -> sidecars = Milli.plus(sidecars, own);
        case INIT -> initPeak = Math.max(initPeak, Milli.plus(own, sidecars));
      }
    }
    return any
        ? new Request.Known(Math.max(initPeak, Milli.plus(running, sidecars)))
        : new Request.Unknown(Failure.MISSING_REQUEST);
  }
}
