package dev.almanac.simulator.fleet;

import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import dev.almanac.predictor.scaling.hpa.Tolerance;
import dev.almanac.predictor.scaling.hpa.TotalMetric;
import dev.almanac.simulator.policy.HpaRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decisions of HPAs with equally long stabilization windows, one row each, and their memory. */
final class HpaRows {
  /*
   * A size depends on the metric and the size before, and on nothing that happens to pods and
   * nodes. So all rows decide for a whole block of minutes at once, sync by sync. Sizes change too
   * often and too irregularly for a processor to foretell: every step is a loop over rows without a
   * branch, on arrays of its own, which the compiler turns into instructions on several rows.
   *
   * The stabilization window asks for the highest answer of the last n syncs, which van Herk (1992,
   * doi:10.1016/0167-8655(92)90069-C) and Gil and Werman (1993, doi:10.1109/34.211471) find in a
   * constant number of steps: cut the syncs into laps of n. A window consists of an end of the last
   * lap and a beginning of this one. Of the beginning the maximum is kept as it grows; those of all
   * ends are computed once a lap, from its last answer to its first. They stand where the answers
   * stood, each of which is overwritten one sync after its end was asked for.
   */

  private static final int FORGOTTEN = -1;
  private static final int MINUTE = 60;

  private final int[] rows; // of the fleet
  private final int count;
  private final int slots; // syncs of the window
  private final int tickSeconds;
  private final double[] targetMilli;
  private final double[] lowest; // ends of the band, as Tolerance has them
  private final double[] highest;
  private final int[] min;
  private final int[] max;

  private final int[][] lap; // [sync of the lap][row]: answers of this one, ends of the last
  private final int[] top; // of this lap
  private final int[][] sizes; // [1 + tick of the block][row]; the first is that before
  private final int[][] changed; // [tick of the block][nth], indices of rows
  private final int[] changes; // [tick of the block]

  // Scratch of one sync.
  private final double[] milli;
  private final int[] beyond;
  private final int[] outside; // of the band: 1, else 0
  private final int[] answer;

  private HpaRows(List<FleetWorkload> workloads, int[] rows, int slots, int tickSeconds) {
    this.rows = rows;
    this.slots = slots;
    this.tickSeconds = tickSeconds;
    count = rows.length;
    targetMilli = new double[count];
    lowest = new double[count];
    highest = new double[count];
    min = new int[count];
    max = new int[count];
    for (int i = 0; i < count; i++) {
      FleetWorkload workload = workloads.get(rows[i]);
      Control.Hpa hpa = (Control.Hpa) workload.control();
      targetMilli[i] = Math.max(1, ExternalMetric.milli(workload.perReplica() * hpa.target()));
      Tolerance tolerance = new Tolerance(hpa.tolerance(), hpa.tolerance());
      lowest[i] = tolerance.lowest();
      highest[i] = tolerance.highest();
      min[i] = workload.minReplicas();
      max[i] = workload.maxReplicas();
    }
    lap = new int[slots + 1][count]; // after the last answer of a lap comes the empty end
    for (int[] of : lap) {
      Arrays.fill(of, FORGOTTEN);
    }
    top = new int[count];
    Arrays.fill(top, FORGOTTEN);
    int ticks = MinuteRows.BLOCK * (MINUTE / tickSeconds);
    sizes = new int[1 + ticks][count];
    changed = new int[ticks][count];
    changes = new int[ticks];
    milli = new double[count];
    beyond = new int[count];
    outside = new int[count];
    answer = new int[count];
  }

  HpaRows(HpaRows other) {
    rows = other.rows;
    slots = other.slots;
    tickSeconds = other.tickSeconds;
    count = other.count;
    targetMilli = other.targetMilli;
    lowest = other.lowest;
    highest = other.highest;
    min = other.min;
    max = other.max;
    lap = copy(other.lap);
    top = other.top.clone();
    sizes = copy(other.sizes);
    changed = copy(other.changed);
    changes = other.changes.clone();
    milli = new double[count];
    beyond = new int[count];
    outside = new int[count];
    answer = new int[count];
  }

  private static int[][] copy(int[][] of) {
    return Arrays.stream(of).map(int[]::clone).toArray(int[][]::new);
  }

  /** All workloads under an HPA, by the length of their windows. */
  static HpaRows[] of(List<FleetWorkload> workloads, int tickSeconds) {
    Map<Integer, List<Integer>> bySlots = new TreeMap<>();
    for (int w = 0; w < workloads.size(); w++) {
      if (workloads.get(w).control() instanceof Control.Hpa hpa) {
        long slots = Math.ceilDiv(hpa.downWindow().toSeconds(), (long) tickSeconds);
        bySlots.computeIfAbsent((int) Math.max(1, slots), _ -> new ArrayList<>()).add(w);
      }
    }
    return bySlots.entrySet().stream()
        .map(of ->
            new HpaRows(
                workloads,
                of.getValue().stream().mapToInt(w -> w).toArray(),
                of.getKey(),
                tickSeconds))
        .toArray(HpaRows[]::new);
  }

  /**
   * Decides on one tick of the loaded block of minutes; ticks come one after the other.
   *
   * @param tick syncs so far
   * @param measured demand as the metrics of all rows of the fleet show it, NaN where unknown
   * @param gaps whether any may be NaN
   * @param spec sizes before the block, of all rows of the fleet
   */
  void decide(int tickOfBlock, int tick, double[] measured, boolean gaps, int[] spec) {
    for (int i = 0; tickOfBlock == 0 && i < count; i++) {
      sizes[0][i] = spec[rows[i]];
    }
    for (int i = 0; i < count; i++) {
      milli[i] = measured[rows[i]];
    }
    int[] before = sizes[tickOfBlock];
    int[] after = sizes[tickOfBlock + 1];
    decide(tick, gaps, before, after);
    changes[tickOfBlock] = compare(before, after, changed[tickOfBlock]);
  }

  /** How many rows have another size from a tick of the block on. */
  int changes(int tickOfBlock) {
    return changes[tickOfBlock];
  }

  /** The row of the fleet that the nth change concerns. */
  int row(int tickOfBlock, int n) {
    return rows[changed[tickOfBlock][n]];
  }

  /** By how much the size of that row changes. */
  int change(int tickOfBlock, int n) {
    int i = changed[tickOfBlock][n];
    return sizes[tickOfBlock + 1][i] - sizes[tickOfBlock][i];
  }

  /** The size of the first row after one sync. */
  int decide(int tick, double measured, int size) {
    milli[0] = measured;
    int[] after = new int[count];
    decide(tick, Double.isNaN(measured), new int[] {size}, after);
    return after[0];
  }

  /**
   * One sync, of what {@link #milli} holds: demand as the metrics show it. NaN changes nothing.
   *
   * @param tick syncs so far
   * @param gaps whether any may be NaN
   */
  private void decide(int tick, boolean gaps, int[] before, int[] after) {
    for (int i = 0; i < count; i++) {
      milli[i] = ExternalMetric.wholeMilli(milli[i]);
      beyond[i] = TotalMetric.beyondTolerance(milli[i], targetMilli[i]);
    }
    for (int i = 0; i < count; i++) {
      double ratio = milli[i] / (targetMilli[i] * before[i]);
      // Of doubles, a - b is above 0 exactly when a > b.
      double distance = Math.max(lowest[i] - ratio, ratio - highest[i]);
      outside[i] = (int) Math.ceil(Math.min(Math.max(distance, 0), 1));
    }
    for (int i = 0; i < count; i++) {
      answer[i] = before[i] ^ (before[i] ^ beyond[i]) & -outside[i];
    }
    // The first sync remembers the present size too: after a restart nothing falls for a window.
    for (int i = 0; tick == 0 && i < count; i++) {
      answer[i] = Math.max(answer[i], before[i]);
    }
    for (int i = 0; gaps && i < count; i++) {
      answer[i] = !Double.isNaN(milli[i]) ? answer[i] : tick == 0 ? before[i] : FORGOTTEN;
    }
    int place = tick % slots;
    settle(before, lap[place], lap[place + 1], after);
    if (place == slots - 1) {
      endLap();
    }
    for (int i = 0; gaps && i < count; i++) {
      after[i] = Double.isNaN(milli[i]) ? before[i] : after[i];
    }
  }

  private void settle(int[] before, int[] answers, int[] end, int[] after) {
    for (int i = 0; i < count; i++) {
      answers[i] = answer[i];
      top[i] = Math.max(top[i], answer[i]);
      after[i] = HpaRule.settle(before[i], answer[i], Math.max(top[i], end[i]), min[i], max[i]);
    }
  }

  private void endLap() {
    // The end that begins with the first answer is the whole lap: no window consists of it.
    for (int place = slots - 2; place > 0; place--) {
      int[] of = lap[place];
      int[] later = lap[place + 1];
      for (int i = 0; i < count; i++) {
        of[i] = Math.max(of[i], later[i]);
      }
    }
    Arrays.fill(top, FORGOTTEN);
  }

  /** Lists where sizes differ; a store for each and a count, since a branch would be guessed. */
  private int compare(int[] before, int[] after, int[] list) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      list[found] = i;
      found += (before[i] - after[i] | after[i] - before[i]) >>> (Integer.SIZE - 1);
    }
    return found;
  }
}
