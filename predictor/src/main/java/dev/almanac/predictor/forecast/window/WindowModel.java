package dev.almanac.predictor.forecast.window;

import java.util.Optional;

/**
 * Location and spread of {@code sqrt(highest demand over a window)}, linear in {@link
 * WindowFeatures}.
 *
 * @param location one coefficient a feature; the location is the seasonal base plus their product
 * @param spread one coefficient a feature
 * @param leastSpread the spread is never below this, above 0
 */
record WindowModel(double[] location, double[] spread, double leastSpread) {
  /** Origins that a fit looks at. */
  static final int ORIGINS = 4_000;

  /** A fit looks back so far. */
  private static final int PAST_DAYS = 28;

  private static final double HALF_LIFE_DAYS = 10;
  private static final double LOCATION_RIDGE = 1e-3;
  private static final int LOCATION_ROUNDS = 4;
  private static final double SPREAD_RIDGE = 1e-2;
  private static final int SPREAD_ROUNDS = 2;
  private static final double LEAST_SPREAD_SHARE = 0.25;
  private static final double LEAST_SPREAD = 1e-3;

  /** With fewer samples than this behind it a fit begins at the start of the history. */
  private static final int FEW = 500;

  /** Below this many usable origins there is nothing to learn from. */
  private static final int MIN_ORIGINS = 100;

  /** Assumed where nothing can be learned: a third of the level, and wide. */
  private static final double ASSUMED_SPREAD = 0.3;

  /**
   * Fits on what is known before a step.
   *
   * @param end first step that is not known any more
   */
  static WindowModel fit(WindowSeries s, int end) {
    DemandHistory h = s.history();
    int high = end - s.window().last() - s.window().delay() - 1;
    int start = h.minutes(15);
    int low = Math.max(end < 2 * h.day ? start : h.day, high - PAST_DAYS * h.day);
    if (high - low < FEW) {
      low = start;
    }
    double[][] x = new double[ORIGINS][];
    double[][] g = new double[ORIGINS][];
    double[] z = new double[ORIGINS];
    double[] u = new double[ORIGINS];
    int rows = 0;
    double golden = 0.5;
    for (int i = 0; i < ORIGINS && high > low; i++) {
      // One origin in each of equal parts, at a place that the golden ratio moves: even, without
      // random numbers, and on no rhythm of the history.
      golden = (golden + 0.6180339887498949) % 1;
      int at = low + (int) ((i + golden) * (high - low) / ORIGINS);
      double target = s.target(at);
      if (Double.isNaN(target)) {
        continue;
      }
      Optional<WindowSeries.Features> features = s.features(at);
      if (features.isEmpty()) {
        continue;
      }
      x[rows] = features.get().location();
      g[rows] = features.get().spread();
      z[rows] = target - features.get().base();
      u[rows++] = Math.pow(0.5, (double) (high - at) / h.day / HALF_LIFE_DAYS);
    }
    if (rows < MIN_ORIGINS) {
      return unlearned(s);
    }
    double[] beta = RobustRidge.fit(x, z, u, rows, LOCATION_RIDGE, LOCATION_ROUNDS);
    if (beta.length == 0) {
      return unlearned(s);
    }
    double[] residual = new double[rows];
    double sum = 0;
    double weight = 0;
    RobustRidge.residuals(x, z, beta, rows, residual);
    for (int r = 0; r < rows; r++) {
      residual[r] = Math.abs(residual[r]);
      sum += u[r] * residual[r];
      weight += u[r];
    }
    double[] gamma = RobustRidge.fit(g, residual, u, rows, SPREAD_RIDGE, SPREAD_ROUNDS);
    if (gamma.length == 0) {
      return unlearned(s);
    }
    return new WindowModel(beta, gamma, Math.max(LEAST_SPREAD_SHARE * sum / weight, LEAST_SPREAD));
  }

  /** The last minute's level with a wide spread. */
  private static WindowModel unlearned(WindowSeries s) {
    double[] location = new double[s.locationFeatures()];
    location[0] = 1;
    location[5] = -1; // base + (r1 - now) - (base - now) = r1
    double[] spread = new double[WindowFeatures.SPREAD];
    spread[2] = ASSUMED_SPREAD;
    return new WindowModel(location, spread, LEAST_SPREAD);
  }

  /** The location, given the features and the seasonal base. */
  double location(double[] features, double base) {
    return base + RobustRidge.dot(features, location);
  }

  /** The spread, given the features. */
  double spread(double[] features) {
    return Math.max(RobustRidge.dot(features, spread), leastSpread);
  }
}
