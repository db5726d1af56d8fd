package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;

/**
 * Lets a contender forecast the highest of {@code width} steps: it is shown the series of trailing
 * maxima. Step 0 of its answer is the highest of the next {@code width} samples.
 */
record OfMaxima(Contender contender, int width) implements Contender {

  @Override
  public String name() {
    return contender.name();
  }

  @Override
  public Fitted fit(TimeSeries history, int steps) {
    Fitted fitted = contender.fit(maxima(history, width), steps + width - 1);
    return (recent, ahead, levels) -> {
      double[][] paths = fitted.forecast(maxima(recent, width), ahead + width - 1, levels);
      for (int i = 0; i < paths.length; i++) {
        paths[i] = Arrays.copyOfRange(paths[i], width - 1, paths[i].length);
      }
      return paths;
    };
  }

  /** The highest present sample of the last {@code width}; absent where all of them are. */
  static TimeSeries maxima(TimeSeries series, int width) {
    // Twice as wide at every pass: n log(width).
    double[] highest = series.values().clone();
    for (int done = 1; done < width; ) {
      int shift = Math.min(done, width - done);
      for (int t = highest.length - 1; t >= shift; t--) {
        double earlier = highest[t - shift];
        if (!Double.isNaN(earlier) && !(highest[t] >= earlier)) {
          highest[t] = earlier;
        }
      }
      done += shift;
    }
    return new TimeSeries(series.startEpochSecond(), series.stepSeconds(), highest);
  }
}
