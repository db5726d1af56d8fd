package dev.almanac.simulator.fleet;

import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import dev.almanac.predictor.scaling.hpa.Tolerance;
import dev.almanac.predictor.scaling.hpa.TotalMetric;
import dev.almanac.simulator.policy.HpaRule;
import java.util.Arrays;
import java.util.List;

/** HPA's memory of many workloads, one row each, and its decision. */
final class HpaRows {
  /*
   * The stabilization window asks for the highest answer of the last n syncs. It is kept with the
   * sync that gave it; only when that one leaves the window is the ring searched again. A high
   * answer stays long, so that happens seldom.
   *
   * A size depends on the metric and the size before, and on nothing that happens to pods and
   * nodes. So a row decides for a whole block of minutes at once, with its memory at hand.
   */

  private static final int FORGOTTEN = -1;
  private static final int MINUTE = 60;

  private final int rows;
  private final int mask;
  private final int tickSeconds;
  private final int[] slots;
  private final long[] targetMilli;
  private final Tolerance[] tolerance;
  private final int[] min;
  private final int[] max;
  private final int[] answers; // [row][tick & mask]
  private final int[] top;
  private final int[] topTick;
  private final int[] sizes; // [tick of the block][row]

  HpaRows(List<FleetWorkload> workloads, int tickSeconds) {
    rows = workloads.size();
    slots = new int[rows];
    targetMilli = new long[rows];
    tolerance = new Tolerance[rows];
    min = new int[rows];
    max = new int[rows];
    int longest = 1;
    for (int w = 0; w < rows; w++) {
      FleetWorkload workload = workloads.get(w);
      min[w] = workload.minReplicas();
      max[w] = workload.maxReplicas();
      tolerance[w] = new Tolerance(0, 0);
      if (workload.control() instanceof Control.Hpa(double target, double band, var window)) {
        slots[w] = (int) Math.max(1, Math.ceilDiv(window.toSeconds(), (long) tickSeconds));
        targetMilli[w] = Math.max(1, ExternalMetric.milli(workload.perReplica() * target));
        tolerance[w] = new Tolerance(band, band);
        longest = Math.max(longest, slots[w]);
      }
    }
    this.tickSeconds = tickSeconds;
    mask = Math.max(1, Integer.highestOneBit(2 * longest - 1)) - 1;
    answers = new int[(mask + 1) * rows];
    Arrays.fill(answers, FORGOTTEN);
    top = new int[rows];
    topTick = new int[rows];
    Arrays.fill(top, FORGOTTEN);
    sizes = new int[MinuteRows.BLOCK * (MINUTE / tickSeconds) * rows];
  }

  HpaRows(HpaRows other) {
    rows = other.rows;
    mask = other.mask;
    tickSeconds = other.tickSeconds;
    slots = other.slots;
    targetMilli = other.targetMilli;
    tolerance = other.tolerance;
    min = other.min;
    max = other.max;
    answers = other.answers.clone();
    top = other.top.clone();
    topTick = other.topTick.clone();
    sizes = other.sizes.clone();
  }

  /** Whether an HPA sets the size of a row. */
  boolean governs(int w) {
    return slots[w] > 0;
  }

  /**
   * Decides for all ticks of the loaded block of minutes.
   *
   * @param tick the first of them
   * @param spec sizes before it
   */
  void decideBlock(MinuteRows minutes, int tick, int[] spec) {
    for (int w = 0; w < rows; w++) {
      if (!governs(w)) {
        continue;
      }
      int size = spec[w];
      int at = 0;
      for (int ahead = 0; ahead < MinuteRows.BLOCK; ahead++) {
        for (int second = 0; second < MINUTE; second += tickSeconds) {
          if (size > 0) {
            size = decide(w, tick + at, minutes.measured(w, ahead, second), size);
          }
          sizes[at++ * rows + w] = size;
        }
      }
    }
  }

  /** The first row from one on whose size at a tick of the block is another; none: {@code rows}. */
  int nextChange(int tickOfBlock, int from, int[] spec) {
    int at = tickOfBlock * rows;
    for (int w = from; w < rows; w++) {
      int further = Arrays.mismatch(sizes, at + w, at + rows, spec, w, rows);
      if (further < 0) {
        return rows;
      }
      w += further;
      if (governs(w)) {
        return w;
      }
    }
    return rows;
  }

  /** The size of a row at a tick of the block. */
  int size(int tickOfBlock, int w) {
    return sizes[tickOfBlock * rows + w];
  }

  /**
   * The size after one sync.
   *
   * @param tick syncs so far
   * @param measured demand as the metric shows it; NaN changes nothing
   * @param size replicas now
   */
  int decide(int w, int tick, double measured, int size) {
    int at = w * (mask + 1) + (tick & mask);
    if (Double.isNaN(measured)) {
      answers[at] = FORGOTTEN;
      if (tick == 0) {
        remember(w, tick, at, size);
      }
      return size;
    }
    int raw =
        TotalMetric.averageValue(
            ExternalMetric.milli(measured), targetMilli[w], size, tolerance[w]);
    // The first sync remembers the present size too: after a restart nothing falls for a window.
    remember(w, tick, at, tick == 0 ? Math.max(raw, size) : raw);
    return HpaRule.settle(size, raw, top[w], min[w], max[w]);
  }

  private void remember(int w, int tick, int at, int answer) {
    answers[at] = answer;
    if (answer >= top[w]) {
      top[w] = answer;
      topTick[w] = tick;
    } else if (tick - topTick[w] >= slots[w]) {
      searchTop(w, tick);
    }
  }

  private void searchTop(int w, int tick) {
    int highest = FORGOTTEN;
    int when = tick;
    for (int back = 0; back < slots[w] && back <= tick; back++) {
      int answer = answers[w * (mask + 1) + (tick - back & mask)];
      if (answer > highest) {
        highest = answer;
        when = tick - back;
      }
    }
    top[w] = highest;
    topTick[w] = when;
  }
}
