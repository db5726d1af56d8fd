package dev.almanac.simulator.fleet;

/**
 * A fleet minute by minute, as it stood at the first tick of each. Arrays are shared, not copied.
 *
 * @param demandPods what demand needed, summed over workloads; -1 where that of any is unknown
 * @param spec replicas asked for
 * @param ready pods that served
 * @param pending pods without a node
 * @param nodes by group, then minute; those that are there
 * @param cpu nodes' worth of CPU that pods take, by group, then minute
 * @param memory the same of memory
 * @param costPerHour of all nodes that are paid for
 * @param causes share of that cost by {@link Cause}, then minute; empty without nodes
 */
public record Timeline(
    int[] demandPods,
    int[] spec,
    int[] ready,
    int[] pending,
    int[][] nodes,
    double[][] cpu,
    double[][] memory,
    double[] costPerHour,
    double[][] causes) {

  /** What a node's cost is for. */
  public enum Cause {
    /** Requests of pods that demand needs. */
    USE,
    /** Requests of pods beyond that. */
    HEADROOM,
    /** One resource that is free while the other is taken. */
    STRANDED,
    /** Free of both. */
    IDLE
  }
}
