package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.StartUpTimes;
import java.time.Duration;
import java.util.Arrays;

/** The last 100 start-up times of a workload's pods. Not safe for several threads. */
final class StartUps {
  static final int KEPT = 100;

  private final int[] seconds = new int[KEPT];
  private int count;
  private int next;
  private StartUpTimes times = StartUpTimes.none();
  private boolean changed;

  void add(int startUpSeconds) {
    seconds[next] = startUpSeconds;
    next = (next + 1) % KEPT;
    count = Math.min(KEPT, count + 1);
    changed = true;
  }

  StartUpTimes times() {
    if (changed) {
      int[] sorted = Arrays.copyOf(seconds, count);
      Arrays.sort(sorted);
      times = new StartUpTimes(count, quantile(sorted, 50), quantile(sorted, 90));
      changed = false;
    }
    return times;
  }

  /** The smallest value that {@code percent} of all are not above (nearest rank). */
  private static Duration quantile(int[] sorted, int percent) {
    return Duration.ofSeconds(sorted[Math.ceilDiv(sorted.length * percent, 100) - 1]);
  }
}
