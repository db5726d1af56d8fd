package dev.almanac.benchmarks.accuracy;

/**
 * How one contender did on one window. Errors are divided by the scale of MASE; P95 and P99 are
 * twice the mean pinball loss of their level over that scale.
 *
 * @param actuals how many samples were scored
 * @param coveredP90 how many of them were at or below the level
 * @param fitMillis wall time of the fit, which the windows of one origin share; NaN where unknown
 * @param forecastMillis wall time; NaN where unknown
 */
record WindowScore(
    double mase,
    double sql,
    double p95,
    double p99,
    int actuals,
    int coveredP90,
    int coveredP95,
    int coveredP99,
    double fitMillis,
    double forecastMillis) {

  static WindowScore of(
      double[] actuals, double[][] quantiles, double scale, double fitMillis, double millis) {
    return new WindowScore(
        Metrics.mae(actuals, quantiles[Levels.MEDIAN]) / scale,
        Metrics.decileLoss(actuals, quantiles) / scale,
        2 * Metrics.meanPinball(0.95, actuals, quantiles[Levels.P95]) / scale,
        2 * Metrics.meanPinball(0.99, actuals, quantiles[Levels.P99]) / scale,
        Metrics.present(actuals),
        Metrics.covered(actuals, quantiles[Levels.P90]),
        Metrics.covered(actuals, quantiles[Levels.P95]),
        Metrics.covered(actuals, quantiles[Levels.P99]),
        fitMillis,
        millis);
  }
}
