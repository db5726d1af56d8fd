package dev.almanac.benchmarks.control;

import java.util.Arrays;

/**
 * A workload of the benchmark: its load in replicas of capacity on ticks of 15 s.
 *
 * @param name for rows
 * @param load per tick, finite, at least 0
 * @param noise strength of the minute noise that was added, 0 for real minutes
 */
record Workload(String name, double[] load, double noise) {
  static final int TICK_SECONDS = 15;
  static final int DAY = 86_400 / TICK_SECONDS;
  static final int HOUR = 3_600 / TICK_SECONDS;

  /** The metric at tick {@code k} is the mean over ticks {@code k - 6} to {@code k - 3}. */
  static final int DELAY = 2;

  private static final int AVERAGE = 4;
  private static final double PEAK_QUANTILE = 0.9995;
  private static final double TUNING_SHARE = 0.6;
  private static final int SHADOW_DAYS = 7;
  private static final int LEAST_HISTORY_DAYS = 2;

  /**
   * A workload whose 99.95 % quantile needs a given number of replicas.
   *
   * @param minutes load in any unit, constant inside a minute
   */
  static Workload of(String name, double[] minutes, double noise, double peakReplicas) {
    double[] sorted = minutes.clone();
    Arrays.sort(sorted);
    double at = PEAK_QUANTILE * (sorted.length - 1);
    int i = (int) at;
    int j = Math.min(i + 1, sorted.length - 1);
    double peak = sorted[i] + (at - i) * (sorted[j] - sorted[i]);
    double[] load = new double[minutes.length * AVERAGE];
    for (int k = 0; k < load.length; k++) {
      load[k] = minutes[k / AVERAGE] / peak * peakReplicas;
    }
    return new Workload(name, load, noise);
  }

  /** First tick that is scored: the last 40 % are. */
  int firstScored() {
    return (int) (load.length * TUNING_SHARE);
  }

  /** First tick that policies run in: a week and an hour of warm-up, after two days of history. */
  int firstRun() {
    return Math.max(firstScored() - HOUR - SHADOW_DAYS * DAY, LEAST_HISTORY_DAYS * DAY);
  }

  /** What the metric says at each tick. */
  double[] seen() {
    double[] seen = new double[load.length];
    for (int k = 0; k < seen.length; k++) {
      int from = Math.max(0, k - DELAY - AVERAGE);
      int to = Math.max(0, k - DELAY - 1);
      double sum = 0;
      for (int i = from; i <= to; i++) {
        sum += load[i];
      }
      seen[k] = sum / (to - from + 1);
    }
    return seen;
  }
}
