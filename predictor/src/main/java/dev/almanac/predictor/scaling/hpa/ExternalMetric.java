package dev.almanac.predictor.scaling.hpa;

/** An External metric with an AverageValue target, for callers that know nothing but numbers. */
public final class ExternalMetric {
  private ExternalMetric() {}

  /**
   * Replicas that bring the average to its target; see {@link TotalMetric#averageValue}.
   *
   * @param totalMilli sum over all returned series in milli-units, at least 0
   * @param targetMilli target per replica in milli-units, above 0
   * @param statusReplicas pods that exist, at least 0
   * @param toleranceDown width of the band below 1
   * @param toleranceUp width of the band above 1
   * @return at least 0, saturating at {@link Integer#MAX_VALUE}
   */
  public static int averageValue(
      long totalMilli,
      long targetMilli,
      int statusReplicas,
      double toleranceDown,
      double toleranceUp) {
    return TotalMetric.averageValue(
        totalMilli, targetMilli, statusReplicas, new Tolerance(toleranceDown, toleranceUp));
  }

  /** A value in milli-units as the metrics API carries it: rounded up, saturating; NaN gives 0. */
  public static long milli(double value) {
    return (long) wholeMilli(value); // the cast saturates
  }

  /**
   * The same as binary64, for loops over many values: whole, so that {@link #milli} and this are
   * one number, up to 2^63. NaN stays NaN.
   */
  public static double wholeMilli(double value) {
    return Math.min(Math.ceil(value * 1000), 0x1p63);
  }
}
