package dev.almanac.simulator.fleet;

import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Tally;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Demand of many workloads around one minute, and what their metrics show. */
final class MinuteRows {
  /** Need of a minute whose demand is not known. */
  static final int UNKNOWN = -1;

  private static final int MINUTE = 60;

  /** Of the metric: the mean of the 60 s that ended 30 s ago, as MetricTiming.DEFAULT has it. */
  private static final int DELAY = 30;

  private final int rows;
  private final FleetDemand[] demands;
  private final DemandTrace[] traces;
  private final double[] factors;
  private final int[] offset;
  private final double[] perReplica;
  private final boolean[] plain;

  final double[] now;
  final int[] need;
  private final double[] before;
  private final double[] beforeThat;

  MinuteRows(List<FleetWorkload> workloads, Instant start) {
    rows = workloads.size();
    demands = workloads.stream().map(FleetWorkload::demand).toArray(FleetDemand[]::new);
    traces = Arrays.stream(demands).map(FleetDemand::trace).toArray(DemandTrace[]::new);
    factors = Arrays.stream(demands).mapToDouble(FleetDemand::factor).toArray();
    perReplica = workloads.stream().mapToDouble(FleetWorkload::perReplica).toArray();
    offset = new int[rows];
    plain = new boolean[rows];
    for (int w = 0; w < rows; w++) {
      offset[w] = demands[w].minuteOf(start);
      plain[w] = demands[w].surges().isEmpty();
    }
    now = new double[rows];
    need = new int[rows];
    before = new double[rows];
    beforeThat = new double[rows];
    for (int w = 0; w < rows; w++) {
      before[w] = at(w, -2);
      now[w] = at(w, -1);
    }
  }

  MinuteRows(MinuteRows other) {
    rows = other.rows;
    demands = other.demands;
    traces = other.traces;
    factors = other.factors;
    offset = other.offset;
    perReplica = other.perReplica;
    plain = other.plain;
    now = other.now.clone();
    need = other.need.clone();
    before = other.before.clone();
    beforeThat = other.beforeThat.clone();
  }

  private double at(int w, int minute) {
    double multiple = plain[w] ? factors[w] : demands[w].multipleAt(minute);
    return Math.min(traces[w].minute(offset[w] + minute) * multiple, DemandTrace.MAX_DEMAND);
  }

  /** Moves on to a minute; minutes come one after the other from 0 on. */
  void load(int minute) {
    System.arraycopy(before, 0, beforeThat, 0, rows);
    System.arraycopy(now, 0, before, 0, rows);
    for (int w = 0; w < rows; w++) {
      double demand = at(w, minute);
      now[w] = demand;
      need[w] = Double.isNaN(demand) ? UNKNOWN : Tally.replicasFor(demand, perReplica[w]);
    }
  }

  /** What the metric shows at a second of the loaded minute. */
  double measured(int w, int second) {
    int end = second - DELAY; // of the metric's window, in seconds of this minute
    return end > 0
        ? mean(before[w], MINUTE - end, now[w], end)
        : mean(beforeThat[w], -end, before[w], MINUTE + end);
  }

  /** The same sums in the same order as DemandTrace.mean, so that both give the same bits. */
  private static double mean(double a, int secondsOfA, double b, int secondsOfB) {
    boolean aKnown = secondsOfA > 0 && !Double.isNaN(a);
    if (Double.isNaN(b)) {
      return aKnown ? a * secondsOfA / secondsOfA : Double.NaN;
    }
    return aKnown ? (a * secondsOfA + b * secondsOfB) / MINUTE : b * secondsOfB / secondsOfB;
  }
}
