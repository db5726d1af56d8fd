package dev.almanac.simulator.fleet;

import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Tally;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Demand of many workloads around one minute, and what their metrics show. */
final class MinuteRows {
  /*
   * Minutes are loaded in blocks, row by row: what belongs to a row is looked up once a block, and
   * its trace is read in order. What a tick asks of all rows lies side by side.
   */

  /** Need of a minute whose demand is not known. */
  static final int UNKNOWN = -1;

  /** Minutes of a block; so few that a block of 1,000 rows stays in the cache of a core. */
  static final int BLOCK = 8;

  /** Minutes before a block that metrics of its first minute show. */
  private static final int BEFORE = 2;

  private static final int WIDTH = BEFORE + BLOCK;
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

  /** Of the loaded minute, by row. */
  final int[] need;

  private final double[] demand; // [row][minute of the block]
  private final int[] needs; // [minute of the block][row]
  private int minute;

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
    need = new int[rows];
    demand = new double[rows * WIDTH];
    needs = new int[BLOCK * rows];
    load(0);
  }

  MinuteRows(MinuteRows other) {
    rows = other.rows;
    demands = other.demands;
    traces = other.traces;
    factors = other.factors;
    offset = other.offset;
    perReplica = other.perReplica;
    plain = other.plain;
    need = other.need.clone();
    demand = other.demand.clone();
    needs = other.needs.clone();
    minute = other.minute;
  }

  /** Moves on to a minute; minutes come one after the other from 0 on. */
  void load(int next) {
    minute = next;
    if (next % BLOCK == 0) {
      for (int w = 0; w < rows; w++) {
        fill(w, next - BEFORE);
      }
    }
    System.arraycopy(needs, next % BLOCK * rows, need, 0, rows);
  }

  private void fill(int w, int from) {
    DemandTrace trace = traces[w];
    double each = perReplica[w];
    for (int i = 0; i < WIDTH; i++) {
      double multiple = plain[w] ? factors[w] : demands[w].multipleAt(from + i);
      double d = Math.min(trace.minute(offset[w] + from + i) * multiple, DemandTrace.MAX_DEMAND);
      demand[w * WIDTH + i] = d;
      if (i >= BEFORE) {
        needs[(i - BEFORE) * rows + w] = Double.isNaN(d) ? UNKNOWN : Tally.replicasFor(d, each);
      }
    }
  }

  /** Demand of a row in the loaded minute. */
  double now(int w) {
    return demand[w * WIDTH + BEFORE + minute % BLOCK];
  }

  /**
   * What the metric of a row shows.
   *
   * @param ahead minutes from the first of the loaded block
   * @param second of that minute
   */
  double measured(int w, int ahead, int second) {
    int at = w * WIDTH + BEFORE + ahead;
    int end = second - DELAY; // of the metric's window, in seconds of this minute
    return end > 0
        ? mean(demand[at - 1], MINUTE - end, demand[at], end)
        : mean(demand[at - 2], -end, demand[at - 1], MINUTE + end);
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
