package dev.almanac.benchmarks.accuracy;

import java.util.Arrays;

/** The quantile levels that every contender is asked for, and where each of them stands. */
final class Levels {
  /** Deciles for the quantile loss, the tails that are published, and the 95 % interval of MSIS. */
  private static final double[] ALL = {
    0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99
  };

  static final int LOW = index(0.025);
  static final int FIRST_DECILE = index(0.1);
  static final int MEDIAN = index(0.5);
  static final int P90 = index(0.9);
  static final int P95 = index(0.95);
  static final int HIGH = index(0.975);
  static final int P99 = index(0.99);

  private Levels() {}

  static double[] all() {
    return ALL.clone();
  }

  static int count() {
    return ALL.length;
  }

  static double level(int index) {
    return ALL[index];
  }

  private static int index(double level) {
    return Arrays.binarySearch(ALL, level);
  }
}
