package dev.almanac.predictor.backtest;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;

/**
 * Forecasts that need no model: a value that is already there, and quantiles from how far such
 * values were off in history. On the scale of the square root, or of the demand itself where it is
 * negative, so that a spread grows with the level and a zero is not in the way.
 */
final class Rival {
  /** Errors taken for one horizon: enough for a 0.99 quantile with 20 beyond it. */
  private static final int ERRORS = 2_000;

  private static final int SECONDS_A_DAY = 86_400;

  private final double[] g;
  private final boolean root;
  private final int day;

  /**
   * Prepares a history.
   *
   * @param history its last sample is the origin, and present
   */
  Rival(TimeSeries history) {
    boolean negative = false;
    for (double v : history.values()) {
      negative |= v < 0;
    }
    root = !negative;
    g = history.values().clone();
    if (root) {
      for (int i = 0; i < g.length; i++) {
        g[i] = Math.sqrt(g[i]);
      }
    }
    day = Math.max(1, SECONDS_A_DAY / history.stepSeconds());
  }

  /** Steps of a day. */
  int day() {
    return day;
  }

  /**
   * Reacting alone: what is now is what will be. Its quantiles are those of how demand has changed
   * within the same time, so it is a reactive rule with the headroom that fits this series best.
   */
  double[][] lastValue(int steps, double[] levels) {
    double[][] paths = new double[levels.length][steps];
    double last = g[g.length - 1];
    double[] before = new double[levels.length];
    int beforeStep = 0;
    // Spreads change slowly: at 1, 2, 3, 4, 6, 8, 12, ... steps, and straight between them.
    for (int h = 1; ; h = Math.max(h + 1, h * 3 / 2)) {
      int step = Math.min(h, steps);
      double[] spread = errors(step, step, levels);
      for (int s = beforeStep + 1; s <= step; s++) {
        double share = (double) (s - beforeStep) / (step - beforeStep);
        for (int i = 0; i < levels.length; i++) {
          double q = beforeStep == 0 ? spread[i] : before[i] + share * (spread[i] - before[i]);
          paths[i][s - 1] = back(last + q);
        }
      }
      if (step == steps) {
        return paths;
      }
      before = spread;
      beforeStep = step;
    }
  }

  /**
   * Seasonal naive: as it was a day before, or, where that is absent or still to come, as many days
   * before as it takes; without any, as it is now. Its quantiles are those of the changes from day
   * to day.
   */
  double[][] seasonalNaive(int steps, double[] levels) {
    double[][] paths = new double[levels.length][steps];
    double[] spread = errors(day, 1, levels);
    int origin = g.length - 1;
    for (int h = 1; h <= steps; h++) {
      double value = g[origin];
      for (int at = origin + h - day; at >= 0; at -= day) {
        if (at <= origin && !Double.isNaN(g[at])) {
          value = g[at];
          break;
        }
      }
      for (int i = 0; i < levels.length; i++) {
        paths[i][h - 1] = back(value + spread[i]);
      }
    }
    return paths;
  }

  /** Quantiles of the changes over {@code lag} steps; of what there is with less history. */
  private double[] errors(int lag, int otherwise, double[] levels) {
    int used = g.length > lag + 1 ? lag : Math.min(otherwise, Math.max(1, (g.length - 1) / 2));
    int pairs = Math.max(0, g.length - used);
    double stride = Math.max(1, (double) pairs / ERRORS);
    double[] found = new double[Math.min(pairs, ERRORS) + 1];
    int n = 0;
    for (double at = g.length - 1; at >= used && n < found.length; at -= stride) {
      double change = g[(int) at] - g[(int) at - used];
      if (!Double.isNaN(change)) {
        found[n++] = change;
      }
    }
    double[] sorted = Arrays.copyOf(found, n);
    Arrays.sort(sorted);
    double[] quantiles = new double[levels.length];
    for (int i = 0; i < levels.length && n > 0; i++) {
      // Hyndman and Fan's definition 7: straight between the order statistics.
      double position = levels[i] * (n - 1);
      int below = (int) position;
      int above = Math.min(n - 1, below + 1);
      quantiles[i] = sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
    return quantiles;
  }

  private double back(double value) {
    double floored = root ? Math.max(0, value) : value;
    return root ? floored * floored : floored;
  }
}
