package dev.almanac.simulator.outcome;

import dev.almanac.simulator.demand.DemandTrace;

/**
 * Counts ticks as they pass. The same counting for the virtual cluster, for a replay and for every
 * reference policy.
 *
 * <p>A tick is short when fewer pods are Ready than its demand needs. A tick of unknown demand is
 * not scored: it adds no short time, no pod-hours and no event. Not safe for several threads.
 */
public final class Tally {

  private static final double MINUTES_PER_TICK = DemandTrace.TICK_SECONDS / 60.0;

  private long scored;
  private long shortTicks;
  private long missing;
  private long billed;
  private long events;
  private int lastSpec = -1; // none yet

  /** A tally that has seen nothing. */
  public Tally() {}

  /**
   * Fewest Ready pods that serve a demand: {@code ceil(demand / perReplica)}, where a billionth of
   * a pod too much still counts as served.
   *
   * @param demand finite, at least 0
   * @param perReplica demand that one pod serves, above 0
   * @return at least 0, saturating at {@link Integer#MAX_VALUE}
   */
  public static int replicasFor(double demand, double perReplica) {
    return (int) Math.ceil(demand / perReplica - 1e-9); // the cast saturates
  }

  /**
   * Counts one tick.
   *
   * @param demand during the tick, NaN when unknown
   * @param perReplica demand that one pod serves
   * @param spec replicas that are paid for
   * @param ready pods that serve
   */
  public void add(double demand, double perReplica, int spec, int ready) {
    if (!Double.isNaN(demand)) {
      int lacking = Math.max(0, replicasFor(demand, perReplica) - ready);
      scored++;
      billed += spec;
      missing += lacking;
      shortTicks += lacking > 0 ? 1 : 0;
      events += lastSpec >= 0 && spec != lastSpec ? 1 : 0;
    }
    lastSpec = spec;
  }

  /** The figures so far. */
  public Outcome outcome(String policy) {
    return new Outcome(
        policy,
        shortTicks * MINUTES_PER_TICK,
        missing * MINUTES_PER_TICK,
        billed * MINUTES_PER_TICK / 60,
        events,
        scored * MINUTES_PER_TICK);
  }
}
