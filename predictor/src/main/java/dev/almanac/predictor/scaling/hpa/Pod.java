package dev.almanac.predictor.scaling.hpa;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rule knows of one pod that the target's label selector matches; ownership is not asked.
 *
 * @param name unique among the pods of one target
 * @param phase its phase
 * @param deleting whether a deletion timestamp is set
 * @param ready its Ready condition
 * @param readySince when Ready last changed; read only for a pod that has the condition
 * @param startTime empty until the kubelet has seen the pod
 * @param containers main and init containers, in the order of the pod's spec
 * @param requestsMilli pod-level requests by resource name in milli-units, each at least 0; empty
 *     when none are set (KEP-2837)
 */
public record Pod(
    String name,
    Phase phase,
    boolean deleting,
    Ready ready,
    Instant readySince,
    Optional<Instant> startTime,
    List<Container> containers,
    Map<String, Long> requestsMilli) {

  /** A pod's phase. */
  public enum Phase {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }

  /** Status of the Ready condition; {@code ABSENT} when there is none. */
  public enum Ready {
    TRUE,
    FALSE,
    UNKNOWN,
    ABSENT
  }

  /**
   * A container's part in the requests.
   *
   * @param name unique in the pod
   * @param kind its place in the pod
   * @param requestsMilli by resource name in milli-units, each at least 0; no entry = no request
   */
  public record Container(String name, Kind kind, Map<String, Long> requestsMilli) {
    /** Copies the map and refuses negative requests. */
    public Container {
      requestsMilli = checked(requestsMilli);
    }
  }

  /** Restartable init containers (sidecars) run beside the main ones and count like them. */
  public enum Kind {
    MAIN,
    INIT,
    RESTARTABLE_INIT
  }

  /** Copies the collections and refuses negative requests. */
  public Pod {
    containers = List.copyOf(containers);
    requestsMilli = checked(requestsMilli);
  }

  /** Whether it has ended for good. */
  boolean terminal() {
    return phase == Phase.FAILED || phase == Phase.SUCCEEDED;
  }

  private static Map<String, Long> checked(Map<String, Long> requestsMilli) {
    for (long milli : requestsMilli.values()) {
      if (milli < 0) {
        throw new IllegalArgumentException("a request must not be negative, was " + milli + " m");
      }
    }
    return Map.copyOf(requestsMilli);
  }
}
