package dev.almanac.predictor.forecast;

/**
 * How large residuals are, as a linear function of recent noise, the noise of this time of day and
 * the level: a weighted ridge regression of their absolute value, shrunk towards its mean and
 * clipped to a range around it.
 *
 * @param mean weighted mean of the absolute residuals, the largest of them capped
 * @param intercept of the linear function
 * @param slopes one a noise regressor
 */
record ResidualScale(double mean, double intercept, double[] slopes) {
  private static final double PENALTY = .1;
  private static final double FLOOR = .25;
  private static final double CAP = 8;

  /** One wild residual must not set the scale: none counts for more than this many means. */
  private static final double RESIDUAL_CAP = 6;

  private static final double TINY = 1e-12;

  /** Floats that {@link #keep} writes. */
  static final int KEPT = 2 + SeasonalHistory.NOISE;

  /**
   * Fits the function.
   *
   * @param noise regressors, one array a column
   * @param residuals and their weights, the first {@code n} of each
   */
  static ResidualScale fit(double[][] noise, double[] residuals, double[] weights, int n) {
    int k = noise.length;
    double total = 0;
    double plain = 0;
    for (int i = 0; i < n; i++) {
      total += weights[i];
      plain += weights[i] * Math.abs(residuals[i]);
    }
    double cap = RESIDUAL_CAP * plain / total + TINY;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += weights[i] * Math.min(Math.abs(residuals[i]), cap);
    }
    mean /= total;
    double[] unit = new double[k];
    double[] centre = new double[k];
    for (int c = 0; c < k; c++) {
      double[] column = noise[c];
      double square = 0;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        double wx = weights[i] * column[i];
        square += wx * column[i];
        sum += wx;
      }
      unit[c] = Math.sqrt(square / total) + TINY;
      centre[c] = sum / total;
    }
    double[] gram = new double[k * k];
    double[] right = new double[k];
    double[] row = new double[k];
    for (int i = 0; i < n; i++) {
      double a = Math.min(Math.abs(residuals[i]), cap) - mean;
      for (int c = 0; c < k; c++) {
        row[c] = (noise[c][i] - centre[c]) / unit[c];
        double wx = weights[i] * row[c];
        right[c] += wx * a;
        for (int d = 0; d <= c; d++) {
          gram[c * k + d] += wx * row[d];
        }
      }
    }
    double[] slopes = new double[k];
    new NormalEquations(k).solve(gram, 0, PENALTY * total, right, 0, 1, slopes, 0);
    double intercept = mean;
    for (int c = 0; c < k; c++) {
      slopes[c] /= unit[c];
      intercept -= slopes[c] * centre[c];
    }
    return new ResidualScale(mean, intercept, slopes);
  }

  /** The scale for the noise regressors of a row. Above 0. */
  double at(double[] row, int from) {
    double s = intercept;
    for (int c = 0; c < slopes.length; c++) {
      s += slopes[c] * row[from + c];
    }
    return clipped(s, mean);
  }

  /** Keeps it as {@value #KEPT} floats. */
  void keep(float[] kept, int at) {
    kept[at] = (float) mean;
    kept[at + 1] = (float) intercept;
    for (int c = 0; c < slopes.length; c++) {
      kept[at + 2 + c] = (float) slopes[c];
    }
  }

  /** {@link #at} of a scale that was kept. */
  static double of(float[] kept, int at, double[] row, int from) {
    double s = kept[at + 1];
    for (int c = 0; c < SeasonalHistory.NOISE; c++) {
      s += kept[at + 2 + c] * row[from + c];
    }
    return clipped(s, kept[at]);
  }

  private static double clipped(double s, double mean) {
    return Math.clamp(s, FLOOR * mean, CAP * mean) + TINY;
  }
}
