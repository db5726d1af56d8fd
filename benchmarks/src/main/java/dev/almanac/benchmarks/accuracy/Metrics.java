package dev.almanac.benchmarks.accuracy;

/**
 * Error measures of one forecast path. Absent actuals (NaN) count in none of them; with no actual
 * at all each is NaN. Quantile paths are {@code [level][step]}, levels as in {@link Levels}.
 *
 * <p>Definitions: MASE Hyndman and Koehler 2006 (doi:10.1016/j.ijforecast.2006.03.001); sMAPE, OWA
 * and MSIS as the M4 competition scored them (doi:10.1016/j.ijforecast.2019.04.014); the pinball
 * loss Koenker and Bassett 1978; SQL = twice the mean pinball loss of the deciles over the scale of
 * MASE.
 */
final class Metrics {
  /** Penalty of MSIS: 2 / alpha for a 95 % interval. */
  private static final double MISSED_95 = 40;

  private Metrics() {}

  /**
   * The mean absolute seasonal difference of a history, over the pairs that are both present. A
   * history without such a pair, or one that repeats itself exactly, is scaled by its mean absolute
   * difference of neighbours, failing that by its mean absolute value, failing that by 1: every
   * contender on a window is divided by the same number.
   */
  static double scale(double[] history, int season) {
    double seasonal = meanDifference(history, season);
    if (seasonal > 0) {
      return seasonal;
    }
    double neighbours = meanDifference(history, 1);
    if (neighbours > 0) {
      return neighbours;
    }
    double sum = 0;
    int n = 0;
    for (double v : history) {
      if (!Double.isNaN(v)) {
        sum += Math.abs(v);
        n++;
      }
    }
    return sum > 0 ? sum / n : 1;
  }

  private static double meanDifference(double[] history, int lag) {
    double sum = 0;
    int n = 0;
    for (int t = lag; t < history.length; t++) {
      double d = Math.abs(history[t] - history[t - lag]);
      if (!Double.isNaN(d)) {
        sum += d;
        n++;
      }
    }
    return n == 0 ? 0 : sum / n;
  }

  /** {@code max(level * (actual - quantile), (level - 1) * (actual - quantile))}. */
  static double pinball(double level, double actual, double quantile) {
    double d = actual - quantile;
    return Math.max(level * d, (level - 1) * d);
  }

  static double meanPinball(double level, double[] actuals, double[] quantile) {
    double sum = 0;
    int n = 0;
    for (int h = 0; h < actuals.length; h++) {
      if (!Double.isNaN(actuals[h])) {
        sum += pinball(level, actuals[h], quantile[h]);
        n++;
      }
    }
    return sum / n;
  }

  static double mae(double[] actuals, double[] point) {
    return 2 * meanPinball(0.5, actuals, point);
  }

  /** In percent, 0 to 200; a pair of two zeros counts as no error. */
  static double smape(double[] actuals, double[] point) {
    double sum = 0;
    int n = 0;
    for (int h = 0; h < actuals.length; h++) {
      if (!Double.isNaN(actuals[h])) {
        double size = Math.abs(actuals[h]) + Math.abs(point[h]);
        sum += size == 0 ? 0 : 200 * Math.abs(actuals[h] - point[h]) / size;
        n++;
      }
    }
    return sum / n;
  }

  /** Twice the mean pinball loss over all nine deciles, not yet divided by a scale. */
  static double decileLoss(double[] actuals, double[][] quantiles) {
    double sum = 0;
    for (int k = Levels.FIRST_DECILE; k <= Levels.P90; k++) {
      sum += 2 * meanPinball(Levels.level(k), actuals, quantiles[k]);
    }
    return sum / 9;
  }

  /** Mean width of the 95 % interval plus 40 times what fell outside it, not yet scaled. */
  static double intervalScore(double[] actuals, double[] low, double[] high) {
    double sum = 0;
    int n = 0;
    for (int h = 0; h < actuals.length; h++) {
      double y = actuals[h];
      if (!Double.isNaN(y)) {
        double missed = Math.max(0, low[h] - y) + Math.max(0, y - high[h]);
        sum += high[h] - low[h] + MISSED_95 * missed;
        n++;
      }
    }
    return sum / n;
  }

  /** How many actuals are at or below the quantile. */
  static int covered(double[] actuals, double[] quantile) {
    int n = 0;
    for (int h = 0; h < actuals.length; h++) {
      if (actuals[h] <= quantile[h]) {
        n++;
      }
    }
    return n;
  }

  static int present(double[] actuals) {
    int n = 0;
    for (double y : actuals) {
      if (!Double.isNaN(y)) {
        n++;
      }
    }
    return n;
  }
}
