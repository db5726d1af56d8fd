package dev.almanac.predictor.forecast;

/**
 * What was learned for the horizons {@code first} to {@code last}, in steps. All numbers are in
 * transformed units.
 *
 * @param beta one coefficient a regressor
 * @param toward shares of the shrinkage targets, in the order of {@link SeasonalHistory#TARGETS}
 * @param least lowest value of each of the first {@value #DEVIATIONS} regressors that history
 *     vouches for
 * @param most highest value
 * @param scale size of the residuals
 * @param trust how much of the spread follows that size; the rest is constant, as when rows are few
 * @param meanResidual weighted mean of the absolute residuals
 * @param standard quantiles of the residuals over their scale, centred
 * @param plain quantiles of the residuals, centred; empty when {@code trust} is 1
 * @param members the cheap forecasts beside the regression, empty when they were not asked for
 */
record HorizonBucket(
    int first,
    int last,
    double[] beta,
    double[] toward,
    double[] least,
    double[] most,
    ResidualScale scale,
    double trust,
    double meanResidual,
    float[] standard,
    float[] plain,
    Member[] members) {
  /** The first regressors are means of the newest deviations, over ever longer spans. */
  static final int DEVIATIONS = 4;

  /** A third of the larger range: half as far outside of the old one as that is wide. */
  private static final double SHIFT = 1.0 / 3;

  /**
   * A forecast that is one of the shrinkage targets.
   *
   * @param target which one
   * @param scale size of its residuals
   * @param standard quantiles of its residuals over their scale; not centred, as it may be biased
   */
  record Member(int target, ResidualScale scale, float[] standard) {}

  double middle() {
    return (first + last) / 2.0;
  }

  /**
   * Median before the transform to the tail space. The regression is asked about deviations as
   * large as history has shown. What lies outside by {@value #SHIFT} of that range is carried on
   * whole, for the level has shifted; what lies less far outside, in proportion.
   *
   * @param lasting which of the deviations has lasted as long as the horizon is away
   */
  double location(double[] row, int lasting) {
    double outside = 0;
    double regression = 0;
    double bounded = row[lasting] - Math.clamp(row[lasting], least[lasting], most[lasting]);
    for (int p = 0; p < DEVIATIONS; p++) {
      double inside = Math.clamp(row[p], least[p], most[p]);
      double excess = Math.abs(row[p] - inside);
      if (excess > 0) {
        outside = Math.max(outside, excess / (most[p] - least[p] + excess));
      }
      regression += beta[p] * row[p];
      bounded += beta[p] * inside;
    }
    double shifted = Math.min(1, outside / SHIFT);
    double sum = regression + shifted * (bounded - regression);
    for (int p = DEVIATIONS; p < beta.length; p++) {
      sum += beta[p] * row[p];
    }
    int base = beta.length;
    return row[base]
        + (toward[0] * row[base + 1] + toward[1] * row[base + 2] + toward[2] * row[base + 3])
        + sum;
  }

  /** Spread at a level: add it, times the widening, to the median in the tail space. */
  double spread(double size, double position) {
    double scaled = size * QuantileTable.at(standard, position);
    return trust == 1 ? scaled : trust * scaled + (1 - trust) * QuantileTable.at(plain, position);
  }
}
