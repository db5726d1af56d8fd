package dev.almanac.predictor.forecast;

import java.util.Arrays;
import java.util.Optional;

/**
 * Young demand that is mostly none: how likely there is any again, some steps after an hour
 * without. Where none is likelier than a level, the quantile of that level is none; a mixture of
 * quantiles alone would keep a rest of each of its parts.
 *
 * @param any probability that there is any, by {@link #STEPS}, in (0, 1)
 */
record Rest(double[] any) {
  private static final int[] STEPS = {1, 2, 3, 6, 12, 24, 48, 72};

  /** Of what has not happened yet half a case is counted (Krichevsky and Trofimov 1981). */
  private static final double UNSEEN = .5;

  /**
   * Learns from a history that is mostly none; empty where values may be negative.
   *
   * @param g samples, NaN where absent
   * @param hour in steps
   */
  static Optional<Rest> of(double[] g, int hour) {
    if (Arrays.stream(g).anyMatch(v -> v < 0)) {
      return Optional.empty();
    }
    double[] any = new double[STEPS.length];
    for (int k = 0; k < STEPS.length; k++) {
      any[k] = any(g, hour, STEPS[k]);
    }
    return Optional.of(new Rest(any));
  }

  private static double any(double[] g, int hour, int steps) {
    int rested = 0;
    int cases = 0;
    int woke = 0;
    for (int i = 0; i + steps < g.length; i++) {
      rested = g[i] == 0 ? rested + 1 : g[i] > 0 ? 0 : rested;
      if (rested >= hour && !Double.isNaN(g[i + steps])) {
        cases++;
        woke += g[i + steps] > 0 ? 1 : 0;
      }
    }
    // One awakening is seen from as many origins as the horizon has steps.
    return ((double) woke / steps + UNSEEN) / ((double) cases / steps + 2 * UNSEEN);
  }

  /**
   * Sets the quantiles to none, {@code h} steps into the future of an hour without demand, whose
   * level none is likelier than. Further ahead than was looked at they stay.
   *
   * @param scores of the levels, from {@link ColdStart#score}
   */
  void apply(int h, double[] scores, double[] quantiles) {
    int k = 0;
    while (k < STEPS.length && h > STEPS[k]) {
      k++;
    }
    if (k == STEPS.length) {
      return;
    }
    double none = ColdStart.score(1 - any[k]);
    for (int i = 0; i < quantiles.length; i++) {
      if (scores[i] <= none) {
        quantiles[i] = 0;
      }
    }
  }
}
