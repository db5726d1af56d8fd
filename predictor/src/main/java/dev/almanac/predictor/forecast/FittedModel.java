package dev.almanac.predictor.forecast;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.List;

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

  /**
   * What a forecast at one step is made of.
   *
   * @param step as in {@code forecast}, from 1
   * @param levels as in {@code forecast}; 0.5 is added where it is not among them
   * @return parts that sum to the median of {@link #forecast} for the same arguments
   */
  default Explanation explain(TimeSeries recent, int step, double[] levels) {
    double[] asked = Explanation.withMedian(levels);
    Forecast forecast = forecast(recent, step, asked);
    double[] quantiles = new double[asked.length];
    Arrays.setAll(quantiles, i -> forecast.quantiles()[i][step - 1]);
    double median = quantiles[Arrays.binarySearch(asked, .5)];
    return new Explanation(
        forecast.instantAt(step - 1),
        List.of(new Explanation.Part(Explanation.Source.MODEL, median)),
        List.of(new Explanation.Member(id().name(), 1, median)),
        asked,
        quantiles,
        quantiles);
  }

  /** Which model this is. */
  ModelId id();

  /** Step of the history it was fitted on, in seconds: forecasts are made on the same step. */
  int stepSeconds();
}
