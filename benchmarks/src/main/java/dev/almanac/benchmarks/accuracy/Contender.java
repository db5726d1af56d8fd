package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;

/** A method of forecasting under measurement. */
interface Contender {

  /** As in reports. */
  String name();

  /**
   * Learns from a history that ends at the origin.
   *
   * @param steps the longest horizon that will be asked for
   */
  Fitted fit(TimeSeries history, int steps);

  /** What was learned. */
  interface Fitted {
    /**
     * Quantiles of the steps that follow the end of {@code recent}.
     *
     * @param recent the newest samples, at least one of them present
     * @param levels strictly rising
     * @return {@code [level][step]}; step 0 is the one after the last of {@code recent}
     */
    double[][] forecast(TimeSeries recent, int steps, double[] levels);
  }
}
