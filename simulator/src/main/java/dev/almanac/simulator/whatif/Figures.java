package dev.almanac.simulator.whatif;

import dev.almanac.simulator.fleet.FleetOutcome;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.GroupOutcome;
import dev.almanac.simulator.fleet.Resources;
import dev.almanac.simulator.fleet.WorkloadOutcome;
import dev.almanac.simulator.fleet.WorkloadOutcome.Latency;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The figures of one line: those that tables show and gates ask for, in this order.
 *
 * @param values one a {@link Name}; NaN where a figure does not apply
 * @param hash of all that the line did
 */
public record Figures(double[] values, String hash) {

  /** What is counted. Names are those of JSON, CSV and gates. */
  public enum Name {
    /** Time in which a workload had fewer Ready pods than it needed, over all workloads. */
    SHORT_MINUTES,
    /** Pods missing in that time, times the time. */
    SHORT_POD_MINUTES,
    /** Pods paid for, times the time. */
    POD_HOURS,
    /** Most replicas of each workload, summed. */
    PEAK_REPLICAS,
    /** Changes of size. */
    SCALE_EVENTS,
    /** Most nodes of each group, summed. */
    PEAK_NODES,
    /** Nodes paid for, times the time. */
    NODE_HOURS,
    /** Price of these. */
    COST,
    /** Nodes of each group that were on all the time, summed: what a commitment can cover. */
    NODES_ON_100_PERCENT,
    /** The same for 95 % of the time. */
    NODES_ON_95_PERCENT,
    /** The same for 90 % of the time. */
    NODES_ON_90_PERCENT,
    /** Pods without a node, times the time. */
    PENDING_POD_MINUTES,
    /** Most of them at once. */
    PEAK_PENDING,
    /** Pods that lost their node. */
    EVICTIONS,
    /** Pods that made a place for one of higher priority. */
    PREEMPTIONS,
    /** Nodes that the provider took back. */
    RECLAIMED_NODES,
    /** Pods that lost their node to it. */
    RECLAIMED_PODS,
    /** Time in which disruption budgets held a node that was not needed. */
    BUDGET_NODE_MINUTES,
    /** Time in which a workload needed more than its maxReplicas. */
    AT_MAX_MINUTES,
    /** Pending pod-minutes that another node in a full group would have prevented. */
    GROUP_MAX_POD_MINUTES,
    /** Those that more CPU quota would have prevented. */
    QUOTA_POD_MINUTES,
    /** Those that more addresses would have prevented. */
    ADDRESS_POD_MINUTES,
    /** From the begin of an outage until no workload is short any more. */
    RECOVERY_MINUTES,
    /** The slowest workload's mean of minutes' P95, where latency is computed. */
    P95_MILLIS,
    /** Requests slower than their objective, of all that are computed, mean over workloads. */
    MISSED_PERCENT,
    /** Requests that timed out, likewise. */
    LOST_PERCENT,
    /** CPU that pods asked for, times the time. Freeing it frees money only where a node goes. */
    REQUESTED_CORE_HOURS,
    /** The same of memory, in GiB. */
    REQUESTED_GIB_HOURS,
    /** Time in which a pod wanted more CPU than its limit, summed over workloads with a history. */
    THROTTLED_MINUTES,
    /** Time in which a pod used more CPU than its request, likewise. */
    OVER_REQUEST_MINUTES,
    /** Times that a pod's memory went above its limit, likewise. */
    OOM_KILLS;

    /** As in JSON. */
    public String key() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Copies; refuses a wrong number of values. */
  public Figures {
    values = values.clone();
    if (values.length != Name.values().length) {
      throw new IllegalArgumentException(
          "%d figures are needed, were %d".formatted(Name.values().length, values.length));
    }
  }

  /** One figure. */
  public double get(Name name) {
    return values[name.ordinal()];
  }

  /**
   * The figures of an outcome.
   *
   * @param outageFrom minute in which the only outage begins; negative where there is none
   */
  static Figures of(FleetOutcome o, int outageFrom) {
    double[] v = new double[Name.values().length];
    Arrays.fill(v, Double.NaN);
    set(v, Name.SHORT_MINUTES, o.shortMinutes());
    set(v, Name.SHORT_POD_MINUTES, o.shortPodMinutes());
    set(v, Name.POD_HOURS, o.podHours());
    set(v, Name.PEAK_REPLICAS, o.peakReplicas());
    set(v, Name.SCALE_EVENTS, o.scaleEvents());
    set(
        v,
        Name.AT_MAX_MINUTES,
        o.workloads().stream().mapToDouble(WorkloadOutcome::atMaxMinutes).sum());
    if (!o.groups().isEmpty()) {
      set(v, Name.PEAK_NODES, o.peakNodes());
      set(v, Name.NODE_HOURS, o.nodeHours());
      set(v, Name.COST, o.cost());
      set(v, Name.NODES_ON_100_PERCENT, on(o, 0));
      set(v, Name.NODES_ON_95_PERCENT, on(o, 1));
      set(v, Name.NODES_ON_90_PERCENT, on(o, 2));
      set(v, Name.PENDING_POD_MINUTES, o.pendingPodMinutes());
      set(v, Name.PEAK_PENDING, o.peakPending());
      set(v, Name.EVICTIONS, o.evictions());
      set(v, Name.BUDGET_NODE_MINUTES, o.budgetNodeMinutes());
      set(v, Name.PREEMPTIONS, o.preemptions());
      set(v, Name.RECLAIMED_NODES, o.reclaimedNodes());
      set(v, Name.RECLAIMED_PODS, o.reclaimedPods());
      set(v, Name.GROUP_MAX_POD_MINUTES, o.groupMaxPodMinutes());
      set(v, Name.QUOTA_POD_MINUTES, o.quotaPodMinutes());
      set(v, Name.ADDRESS_POD_MINUTES, o.addressPodMinutes());
    }
    if (outageFrom >= 0) {
      set(v, Name.RECOVERY_MINUTES, Math.max(0, o.lastShortMinute() + 1 - outageFrom));
    }
    List<Latency> latencies =
        o.workloads().stream()
            .map(WorkloadOutcome::latency)
            .filter(l -> !Double.isNaN(l.missedShare()))
            .toList();
    if (!latencies.isEmpty()) {
      set(
          v,
          Name.P95_MILLIS,
          latencies.stream().mapToDouble(Latency::meanP95Millis).max().orElseThrow());
      set(v, Name.MISSED_PERCENT, 100 * mean(latencies.stream().mapToDouble(Latency::missedShare)));
      set(v, Name.LOST_PERCENT, 100 * mean(latencies.stream().mapToDouble(Latency::lostShare)));
    }
    return new Figures(v, o.hash());
  }

  /** The same with what pods asked for, and what that does to them. */
  Figures asked(FleetScenario fleet, FleetOutcome o, Map<String, PodUsage> usage) {
    double[] v = values.clone();
    double cores = 0;
    double bytes = 0;
    for (int i = 0; i < fleet.workloads().size(); i++) {
      Resources requests = fleet.workloads().get(i).requests();
      double hours = o.workloads().get(i).outcome().podHours();
      cores += hours * requests.millicores() / 1000.0;
      bytes += hours * requests.bytes();
    }
    set(v, Name.REQUESTED_CORE_HOURS, cores);
    set(v, Name.REQUESTED_GIB_HOURS, bytes / (1L << 30));
    Instant from = fleet.start().plus(Duration.ofMinutes(fleet.scoreFromMinute()));
    Instant to = fleet.start().plus(Duration.ofMinutes(fleet.minutes()));
    for (FleetWorkload w : fleet.workloads()) {
      PodUsage known = usage.get(w.name());
      if (known != null) {
        PodUsage.Effects effects = known.under(w.requests(), from, to);
        add(v, Name.THROTTLED_MINUTES, effects.throttledMinutes());
        add(v, Name.OVER_REQUEST_MINUTES, effects.overRequestMinutes());
        add(v, Name.OOM_KILLS, effects.oomKills());
      }
    }
    return new Figures(v, hash);
  }

  private static void add(double[] values, Name name, double more) {
    double there = values[name.ordinal()];
    if (!Double.isNaN(more)) {
      values[name.ordinal()] = Double.isNaN(there) ? more : there + more;
    }
  }

  private static int on(FleetOutcome o, int percent) {
    return o.groups().stream().mapToInt(g -> g.alwaysNodes()[percent]).sum();
  }

  private static double mean(java.util.stream.DoubleStream values) {
    return values.average().orElseThrow();
  }

  private static void set(double[] values, Name name, double value) {
    values[name.ordinal()] = value;
  }

  /** The same with a part of the nodes paid by commitment: all hours, at a discount. */
  Figures committed(
      FleetOutcome o, List<Double> pricesPerHour, double scoredHours, Change.Commit c) {
    double cost = 0;
    for (int g = 0; g < o.groups().size(); g++) {
      GroupOutcome group = o.groups().get(g);
      double committed = Math.floor(c.share() * group.peakNodes() + 1e-9);
      double always = committed * scoredHours;
      // What runs above the commitment is paid by the hour.
      double above = Math.max(0, group.nodeHours() - group.hoursUpTo((int) committed));
      cost += pricesPerHour.get(g) * (always * (1 - c.discount()) + above);
    }
    double[] v = values.clone();
    set(v, Name.COST, cost);
    return new Figures(v, hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Figures f && Arrays.equals(f.values, values) && f.hash.equals(hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "Figures" + Arrays.toString(values);
  }
}
