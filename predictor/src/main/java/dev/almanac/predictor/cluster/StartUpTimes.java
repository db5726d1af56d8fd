package dev.almanac.predictor.cluster;

import java.time.Duration;

/**
 * How long pods of a workload took from creation to Ready, over the most recent pods seen.
 *
 * @param samples how many pods were measured; 0 = nothing measured yet
 * @param p50 median, zero when {@code samples} is 0
 * @param p90 90 % point of running and new nodes together, each weighted by how often a pod came to
 *     one: the lead time that a rise must be ordered ahead; zero when {@code samples} is 0
 * @param onRunningNodes pods that found a node at once
 * @param onNewNodes pods that had to wait for a node
 */
public record StartUpTimes(
    int samples, Duration p50, Duration p90, OnNodes onRunningNodes, OnNodes onNewNodes) {

  /**
   * Start-ups on one sort of node.
   *
   * @param samples how many of them are remembered
   * @param p90 90 % point of these alone, zero when {@code samples} is 0
   */
  public record OnNodes(int samples, Duration p90) {
    static final OnNodes NONE = new OnNodes(0, Duration.ZERO);
  }

  /** Start-ups that all found a node at once. */
  public StartUpTimes(int samples, Duration p50, Duration p90) {
    this(samples, p50, p90, new OnNodes(samples, p90), OnNodes.NONE);
  }

  /** Nothing measured yet. */
  public static StartUpTimes none() {
    return new StartUpTimes(0, Duration.ZERO, Duration.ZERO);
  }
}
