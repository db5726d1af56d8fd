package dev.almanac.predictor.accuracy;

/**
 * The yardstick of scaled errors: how far a series moves from one season to the next. An error of 1
 * is as large as seasonal naive's on the history (Hyndman and Koehler, IJF 22, 2006,
 * doi:10.1016/j.ijforecast.2006.03.001).
 */
public final class SeasonalScale {
  private SeasonalScale() {}

  /**
   * Mean of {@code |y[t] - y[t - season]|} over {@code season <= t < end} where both are present.
   *
   * @param values samples, NaN for an absent one
   * @param end samples that may be seen: the origin of the forecasts to be scaled
   * @param season in steps, at least 1
   * @return not negative; 0 when every season repeats the last exactly; NaN when there is no pair,
   *     as with a history of a season or less
   */
  public static double of(double[] values, int end, int season) {
    if (season < 1) {
      throw new IllegalArgumentException("season must be at least 1 step, was " + season);
    }
    double sum = 0;
    int pairs = 0;
    for (int t = season; t < end; t++) {
      double change = Math.abs(values[t] - values[t - season]);
      if (!Double.isNaN(change)) {
        sum += change;
        pairs++;
      }
    }
    return pairs == 0 ? Double.NaN : sum / pairs;
  }
}
