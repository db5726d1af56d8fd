package dev.almanac.predictor.accuracy;

/**
 * Losses of a single target. Smaller is better, 0 is perfect. A NaN argument gives NaN: whoever
 * sums them skips absent targets first.
 */
public final class Losses {
  private Losses() {}

  /**
   * Pinball loss of a quantile: {@code max(level (y - q), (level - 1) (y - q))}, in the unit of the
   * demand. Its expectation is least at the true quantile (Koenker and Bassett, Econometrica 46,
   * 1978, doi:10.2307/1913643).
   *
   * @param level in (0, 1)
   */
  public static double pinball(double level, double actual, double quantile) {
    double miss = actual - quantile;
    return Math.max(level * miss, (level - 1) * miss);
  }

  /**
   * Symmetric absolute percentage error as in the M4 competition: {@code 200 |y - f| / (|y| +
   * |f|)}, 0 to 200 and 0 where both are 0 (Makridakis et al., IJF 36, 2020,
   * doi:10.1016/j.ijforecast.2019.04.014).
   */
  public static double symmetricPercentage(double actual, double forecast) {
    double size = Math.abs(actual) + Math.abs(forecast);
    return size == 0 ? 0 : 200 * Math.abs(actual - forecast) / size;
  }

  /**
   * Interval score of Gneiting and Raftery (JASA 102, 2007, doi:10.1198/016214506000001437, section
   * 6.2): the width, and {@code 2 / alpha} times what lies outside. Divided by a {@link
   * SeasonalScale} and averaged it is the MSIS of the M4 competition, with {@code alpha} = 0.05.
   *
   * @param alpha share of targets that the interval may miss, in (0, 1)
   */
  public static double interval(double alpha, double actual, double lower, double upper) {
    return upper - lower + 2 / alpha * (Math.max(lower - actual, 0) + Math.max(actual - upper, 0));
  }
}
