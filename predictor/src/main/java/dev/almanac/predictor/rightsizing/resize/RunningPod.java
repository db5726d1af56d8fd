package dev.almanac.predictor.rightsizing.resize;

import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A pod as far as resizing it goes.
 *
 * @param uid a StatefulSet's pods come back under the same name with another one
 * @param workload what owns it
 * @param resourceVersion of the reading
 * @param running whether its phase is Running and it is not being deleted
 * @param containers those that run along with it: main ones and sidecars
 * @param resize the condition that the kubelet set, while a resize is under way
 */
public record RunningPod(
    String uid,
    String name,
    WorkloadName workload,
    String resourceVersion,
    boolean running,
    List<Container> containers,
    Optional<Condition> resize) {

  /** Copies. */
  public RunningPod {
    containers = List.copyOf(containers);
  }

  /** The same with what its containers use. */
  public RunningPod with(List<Container> others) {
    return new RunningPod(uid, name, workload, resourceVersion, running, others, resize);
  }

  /**
   * One container.
   *
   * @param sidecar whether it is among the init containers of the pod
   * @param desired what the spec asks for
   * @param actual what the status says that it has; empty where it says nothing, as before
   *     Kubernetes 1.33
   * @param cpuRestarts whether a change of CPU restarts it, by its resizePolicy
   * @param memoryRestarts whether a change of memory does
   * @param memoryUsed bytes; empty where nobody knows
   */
  public record Container(
      String name,
      boolean sidecar,
      ContainerResources desired,
      Optional<ContainerResources> actual,
      boolean cpuRestarts,
      boolean memoryRestarts,
      OptionalLong memoryUsed) {

    /** The same with what it uses. */
    public Container with(OptionalLong bytes) {
      return new Container(name, sidecar, desired, actual, cpuRestarts, memoryRestarts, bytes);
    }
  }

  /** What the kubelet says of a resize that it has not ended (KEP-1287). */
  public enum State {
    /** {@code PodResizePending} with reason Deferred: no room on the node yet. */
    DEFERRED,
    /** {@code PodResizePending} with reason Infeasible: never on this node. */
    INFEASIBLE,
    /** {@code PodResizeInProgress}. */
    IN_PROGRESS,
    /** {@code PodResizeInProgress} with reason Error: tried again by the kubelet. */
    ERROR
  }

  /**
   * Where a resize stands.
   *
   * @param message for people; may be empty
   */
  public record Condition(State state, String message) {}
}
