package dev.almanac.simulator.cluster;

import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Instant;

/**
 * A workload of the virtual cluster.
 *
 * @param target how it is addressed
 * @param demand what it has to serve
 * @param perReplica demand that one Ready pod serves, above 0
 * @param replicas pods at first, all Ready, at least 0
 * @param lag how long new pods take to become Ready
 * @param scoreFrom ticks that begin earlier are not counted in its outcome
 */
public record VirtualWorkload(
    TargetRef target,
    DemandTrace demand,
    double perReplica,
    int replicas,
    StartUpLag lag,
    Instant scoreFrom) {

  /** Refuses capacity and replicas out of bounds. */
  public VirtualWorkload {
    if (!(perReplica > 0) || Double.isInfinite(perReplica)) {
      throw new IllegalArgumentException("perReplica must be above 0, was " + perReplica);
    }
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas must be >= 0, was " + replicas);
    }
  }
}
