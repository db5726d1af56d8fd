package dev.almanac.predictor.forecast;

import dev.almanac.predictor.series.TimeSeries;

/** A fitted model. Immutable and shared between threads; a forecast takes microseconds. */
public interface FittedModel {

  /**
   * Quantile paths that start at the end of what is known.
   *
   * @param recent the newest samples, on the step of the history that was fitted; its last present
   *     sample is the origin
   * @param steps number of steps ahead, at least 1
   * @param levels strictly rising, each in (0, 1)
   * @return finite, sorted quantiles, not below 0 when the history never was
   * @throws IllegalArgumentException when {@code recent} has no sample or another step
   */
  Forecast forecast(TimeSeries recent, int steps, double[] levels);

  /** Which model this is. */
  ModelId id();

  /** Step of the history it was fitted on, in seconds: forecasts are made on the same step. */
  int stepSeconds();
}
