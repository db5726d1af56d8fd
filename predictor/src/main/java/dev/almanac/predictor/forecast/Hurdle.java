package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import java.util.Optional;

/**
 * Demand that is often zero, in two parts: whether there is any, and if so how much (Cragg,
 * Econometrica 39, 1971, doi:10.2307/1909582). In the space of the quantiles.
 *
 * @param probability that there is any, in (0, 1)
 * @param positive quantiles where there is
 */
record Hurdle(double probability, float[] positive) {
  /** From this share of zeros on. */
  static final double ZERO_SHARE = .4;

  private static final double HALF_LIFE_DAYS = 3;

  /** Fewer values above zero say nothing about their distribution. */
  private static final int LEAST_POSITIVE = 20;

  /** For a history whose zeros are many; empty for others, and where values may be negative. */
  static Optional<Hurdle> of(double[] x, Transform transform, Grid grid) {
    if (transform.signed()) {
      return Optional.empty();
    }
    int zeros = 0;
    int positives = 0;
    for (double v : x) {
      zeros += v == 0 ? 1 : 0;
      positives += v > 0 ? 1 : 0;
    }
    if (positives < LEAST_POSITIVE || zeros < ZERO_SHARE * (zeros + positives)) {
      return Optional.empty();
    }
    int kept = Math.min(positives, WeightedQuantiles.MOST);
    double[] values = new double[kept];
    double[] weights = new double[kept];
    double any = 0;
    double all = 0;
    int next = kept;
    double perStep = Math.log(.5) / (HALF_LIFE_DAYS * grid.day());
    for (int i = x.length - 1; i >= 0 && next > 0; i--) {
      double weight = Math.exp(perStep * (x.length - 1 - i));
      if (x[i] > 0) {
        next--;
        values[next] = transform.tail(x[i]);
        weights[next] = weight;
        any += weight;
      }
      all += Double.isNaN(x[i]) ? 0 : weight;
    }
    return Optional.of(new Hurdle(any / all, QuantileTable.of(values, weights, kept)));
  }

  /** The quantile at a level: zero below the probability of none. */
  double quantile(double level) {
    double among = (level - (1 - probability)) / probability;
    return among <= 0
        ? 0
        : QuantileTable.at(positive, QuantileTable.positions(new double[] {among})[0]);
  }
}
