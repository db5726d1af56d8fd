package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.util.List;
import java.util.Optional;

/** What is said about one container; that nothing can be said is an answer. */
public sealed interface ContainerAdvice {

  /** The container's name. */
  String container();

  /** Requests and limits today, where they are known. */
  Optional<ContainerResources> now();

  /**
   * What to request.
   *
   * @param advised requests and limits that the API server accepts in the place of today's
   * @param cpu absent where there was no usage to go by
   * @param memory absent where there was no usage to go by
   * @param reasons what decided, in order; not empty
   */
  record Recommended(
      String container,
      Optional<ContainerResources> now,
      ContainerResources advised,
      Severity severity,
      Optional<Figures> cpu,
      Optional<Figures> memory,
      List<Reason> reasons)
      implements ContainerAdvice {
    /** Copies. */
    public Recommended {
      reasons = List.copyOf(reasons);
    }

    /** Whether anything is to change. */
    public boolean changes() {
      return !now.equals(Optional.of(advised));
    }
  }

  /** Nothing can be said, and why. */
  record Refused(String container, Optional<ContainerResources> now, Why why, String text)
      implements ContainerAdvice {

    /** Why nothing is said. */
    public enum Why {
      /** Too little usage has been seen. */
      NOT_ENOUGH_HISTORY,
      /** Nothing of it has been seen for a day. */
      NOT_RUNNING,
      /** It runs before the others and requests nothing on top of them. */
      INIT_CONTAINER
    }
  }
}
