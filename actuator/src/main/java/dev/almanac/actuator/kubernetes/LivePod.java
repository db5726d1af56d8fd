package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pod, as far as what it uses is to be understood.
 *
 * @param workload what owns it at the top: a Deployment, not its ReplicaSet
 * @param started when its node took it; empty before that
 * @param there whether it has neither ended nor begun to
 */
public record LivePod(
    WorkloadName workload,
    String name,
    Optional<Instant> started,
    boolean there,
    List<Container> containers) {

  /**
   * One of its containers, init containers among them.
   *
   * @param killed when the kernel killed it for want of memory, if that is how it ended last
   */
  public record Container(
      String name, Role role, ContainerResources now, Optional<Instant> killed) {}

  /** Copies. */
  public LivePod {
    containers = List.copyOf(containers);
  }
}
