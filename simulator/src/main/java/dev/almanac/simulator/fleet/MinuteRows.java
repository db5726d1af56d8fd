package dev.almanac.simulator.fleet;

import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Tally;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Demand of many workloads around one minute, and what their metrics show. */
final class MinuteRows {
  /*
   * Minutes are loaded in blocks, row by row, so that each trace is read in order; what comes of them
   * is computed minute by minute, over rows that lie side by side. Those loops are kept free of
   * branches and calls that the compiler could not turn into instructions on many rows at once.
   */

  /** Need of a minute whose demand is not known. */
  static final int UNKNOWN = -1;

  /** Minutes of a block; so few that a block of 1,000 rows stays in the cache of a core. */
  static final int BLOCK = 8;

  /** Minutes before a block that metrics of its first minute show. */
  private static final int BEFORE = 2;

  private static final int MINUTE = 60;

  /** Of the metric: the mean of the 60 s that ended 30 s ago, as MetricTiming.DEFAULT has it. */
  private static final int DELAY = 30;

  private final int rows;
  private final FleetDemand[] demands;
  private final DemandTrace[] traces;
  private final double[] factors; // of the minute that was read last
  private final int[] surging; // rows whose factor is not always the same
  private final int[] offset;
  private final double[] perReplica;

  /** Of the loaded minute, by row. */
  final int[] need;

  private final double[] demand; // [BEFORE + minute of the block][row]
  private final int[] needs; // [minute of the block][row]
  private final boolean[] gaps; // whether any row has no demand, [BEFORE + minute of the block]
  private int minute;

  MinuteRows(List<FleetWorkload> workloads, Instant start) {
    rows = workloads.size();
    demands = workloads.stream().map(FleetWorkload::demand).toArray(FleetDemand[]::new);
    traces = Arrays.stream(demands).map(FleetDemand::trace).toArray(DemandTrace[]::new);
    factors = Arrays.stream(demands).mapToDouble(FleetDemand::factor).toArray();
    perReplica = workloads.stream().mapToDouble(FleetWorkload::perReplica).toArray();
    offset = new int[rows];
    surging = IntStream.range(0, rows).filter(w -> !demands[w].surges().isEmpty()).toArray();
    for (int w = 0; w < rows; w++) {
      offset[w] = demands[w].minuteOf(start);
    }
    need = new int[rows];
    demand = new double[(BEFORE + BLOCK) * rows];
    needs = new int[BLOCK * rows];
    gaps = new boolean[BEFORE + BLOCK];
    read(-BEFORE, 0, BEFORE);
    load(0);
  }

  MinuteRows(MinuteRows other) {
    rows = other.rows;
    demands = other.demands;
    traces = other.traces;
    factors = other.factors.clone();
    offset = other.offset;
    perReplica = other.perReplica;
    surging = other.surging;
    need = other.need.clone();
    demand = other.demand.clone();
    needs = other.needs.clone();
    gaps = other.gaps.clone();
    minute = other.minute;
  }

  /** Moves on to a minute; minutes come one after the other from 0 on. */
  void load(int next) {
    minute = next;
    if (next % BLOCK == 0) {
      if (next > 0) {
        System.arraycopy(demand, BLOCK * rows, demand, 0, BEFORE * rows);
        System.arraycopy(gaps, BLOCK, gaps, 0, BEFORE);
      }
      read(next, BEFORE, BLOCK);
      for (int ahead = 0; ahead < BLOCK; ahead++) {
        countNeeds(ahead);
      }
    }
    System.arraycopy(needs, next % BLOCK * rows, need, 0, rows);
  }

  /** Reads so many minutes of all rows, the first to a place of the block. */
  private void read(int from, int place, int minutes) {
    Arrays.fill(gaps, place, place + minutes, false);
    for (int w = 0; w < rows; w++) {
      if (!traces[w].copy(offset[w] + from, minutes, demand, place * rows + w, rows)) {
        for (int i = place; i < place + minutes; i++) {
          gaps[i] |= Double.isNaN(demand[i * rows + w]);
        }
      }
    }
    for (int i = 0; i < minutes; i++) {
      grow(from + i, (place + i) * rows);
    }
  }

  private void grow(int minute, int at) {
    for (int w : surging) {
      factors[w] = demands[w].multipleAt(minute);
    }
    for (int w = 0; w < rows; w++) {
      demand[at + w] = Math.min(demand[at + w] * factors[w], DemandTrace.MAX_DEMAND);
    }
  }

  private void countNeeds(int ahead) {
    int from = (BEFORE + ahead) * rows;
    int to = ahead * rows;
    for (int w = 0; w < rows; w++) {
      needs[to + w] = Tally.replicasFor(demand[from + w], perReplica[w]);
    }
    for (int w = 0; gaps[BEFORE + ahead] && w < rows; w++) {
      needs[to + w] = Double.isNaN(demand[from + w]) ? UNKNOWN : needs[to + w];
    }
  }

  /** Demand of a row in the loaded minute. */
  double now(int w) {
    return demand[(BEFORE + minute % BLOCK) * rows + w];
  }

  /**
   * What the metrics of all rows show.
   *
   * @param ahead minutes from the first of the loaded block
   * @param second of that minute
   * @param measured filled by row, NaN where nothing is known
   * @return whether anything may be unknown
   */
  boolean measure(int ahead, int second, double[] measured) {
    int end = second - DELAY; // of the metric's window, in seconds of this minute
    int b = BEFORE + ahead - (end > 0 ? 0 : 1);
    int secondsOfB = end > 0 ? end : MINUTE + end;
    mean(b - 1, b, secondsOfB, measured);
    boolean unknown = gaps[b - 1] || gaps[b];
    for (int w = 0; unknown && w < rows; w++) {
      measured[w] = meanOfKnown(demand[(b - 1) * rows + w], demand[b * rows + w], secondsOfB);
    }
    return unknown;
  }

  /** The same sums in the same order as DemandTrace.mean, so that both give the same bits. */
  private void mean(int a, int b, int secondsOfB, double[] mean) {
    double partOfA = MINUTE - secondsOfB;
    double partOfB = secondsOfB;
    int fromA = a * rows;
    int fromB = b * rows;
    for (int w = 0; w < rows; w++) {
      mean[w] = (demand[fromA + w] * partOfA + demand[fromB + w] * partOfB) / MINUTE;
    }
  }

  private static double meanOfKnown(double a, double b, int secondsOfB) {
    int secondsOfA = MINUTE - secondsOfB;
    boolean aKnown = secondsOfA > 0 && !Double.isNaN(a);
    if (Double.isNaN(b)) {
      return aKnown ? a * secondsOfA / secondsOfA : Double.NaN;
    }
    return aKnown ? (a * secondsOfA + b * secondsOfB) / MINUTE : b * secondsOfB / secondsOfB;
  }
}
