package dev.almanac.predictor.scaling.hpa;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * What metrics.k8s.io reports of one pod for one resource.
 *
 * @param pod the pod's name
 * @param at end of the time that the values cover
 * @param window length of that time
 * @param containers usage per container
 */
public record PodUsage(String pod, Instant at, Duration window, List<ContainerUsage> containers) {

  /**
   * Usage of one container.
   *
   * @param name the container's name
   * @param milli in milli-units; empty when the report lists the container without this resource
   */
  public record ContainerUsage(String name, OptionalLong milli) {}

  /** Copies the list. */
  public PodUsage {
    containers = List.copyOf(containers);
  }
}
