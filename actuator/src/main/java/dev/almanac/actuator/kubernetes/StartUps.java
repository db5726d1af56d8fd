package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.StartUpTimes.OnNodes;
import java.time.Duration;
import java.util.Arrays;

/**
 * Start-up times of a workload's pods. Not safe for several threads.
 *
 * <p>A pod that has to wait for a node takes minutes where others take seconds, and comes seldom:
 * of each sort the last 100 are kept, so that a rollout on running nodes does not wash the others
 * out. The quantiles of both together are those of the mixture {@code w F_new(t) + (1 - w)
 * F_running(t)}, {@code w} being the share of the last 400 pods that had to wait.
 */
final class StartUps {
  static final int KEPT = 100;

  /** Pods over which the share of new nodes is taken: four rounds of what is kept of a sort. */
  static final int SHARE_OVER = 400;

  private final Ring running = new Ring(KEPT);
  private final Ring waited = new Ring(KEPT);
  private final Ring sorts = new Ring(SHARE_OVER);
  private StartUpTimes times = StartUpTimes.none();
  private boolean changed;

  void add(int startUpSeconds, boolean waitedForNode) {
    (waitedForNode ? waited : running).add(startUpSeconds);
    sorts.add(waitedForNode ? 1 : 0);
    changed = true;
  }

  StartUpTimes times() {
    if (changed) {
      int[] onRunning = running.sorted();
      int[] onNew = waited.sorted();
      int[] recent = sorts.sorted();
      double share = (double) Arrays.stream(recent).sum() / recent.length;
      times =
          new StartUpTimes(
              onRunning.length + onNew.length,
              mixed(onRunning, onNew, share, 0.5),
              mixed(onRunning, onNew, share, 0.9),
              new OnNodes(onRunning.length, p90(onRunning)),
              new OnNodes(onNew.length, p90(onNew)));
      changed = false;
    }
    return times;
  }

  private static Duration p90(int[] sorted) {
    return sorted.length == 0 ? Duration.ZERO : mixed(sorted, new int[0], 0, 0.9);
  }

  /** The smallest value that the share {@code level} of the mixture is not above. */
  private static Duration mixed(int[] a, int[] b, double shareOfB, double level) {
    // Of a sort that the recent pods do not show any more, old ones are left and weigh nothing.
    double ofB = b.length == 0 ? 0 : a.length == 0 ? 1 : shareOfB;
    int i = 0;
    int j = 0;
    int value = 0;
    double below = 0;
    while (below < level - 1e-9 && (i < a.length || j < b.length)) {
      boolean fromA = j == b.length || (i < a.length && a[i] <= b[j]);
      value = fromA ? a[i++] : b[j++];
      below = (1 - ofB) * share(i, a.length) + ofB * share(j, b.length);
    }
    return Duration.ofSeconds(value);
  }

  private static double share(int of, int all) {
    return all == 0 ? 0 : (double) of / all;
  }

  /** The last so many numbers. */
  private static final class Ring {
    private final int[] values;
    private int count;
    private int next;

    Ring(int size) {
      values = new int[size];
    }

    void add(int value) {
      values[next] = value;
      next = (next + 1) % values.length;
      count = Math.min(values.length, count + 1);
    }

    int[] sorted() {
      int[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return sorted;
    }
  }
}
