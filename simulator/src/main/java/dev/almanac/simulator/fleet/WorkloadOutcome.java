package dev.almanac.simulator.fleet;

import dev.almanac.simulator.outcome.Outcome;

/**
 * What came of one workload.
 *
 * @param name of the workload
 * @param outcome counted as every replay counts
 * @param peakReplicas most replicas asked for
 * @param p95Replicas that 95 % of the scored time did not exceed, nearest rank
 * @param pendingPodMinutes of pods without a node, times the time
 * @param atMaxMinutes time in which demand needed more than the upper bound
 * @param latency of its requests
 */
public record WorkloadOutcome(
    String name,
    Outcome outcome,
    int peakReplicas,
    int p95Replicas,
    double pendingPodMinutes,
    double atMaxMinutes,
    Latency latency) {

  /**
   * Of the requests of one workload.
   *
   * @param meanP95Millis mean over scored minutes of the time within which 95 % were answered,
   *     overloaded minutes left out; NaN where it was not computed
   * @param worstP95Millis the highest of them; infinite where a minute was overloaded
   * @param missedShare share of requests that were slower than the objective, lost ones included
   * @param lostShare share of requests that timed out
   */
  public record Latency(
      double meanP95Millis, double worstP95Millis, double missedShare, double lostShare) {
    /** Not computed. */
    public static final Latency NONE = new Latency(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }
}
