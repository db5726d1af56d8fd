package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The value of the same time one period ago, with normal intervals: the baseline that all others
 * are divided by.
 *
 * <p>For {@code h} steps ahead, {@code k = ceil(h / period)}: median {@code y[t + h - k period]},
 * standard deviation {@code sqrt(k mean((y[s] - y[s - period])^2))}, as {@code snaive} of the R
 * package forecast has it; intervals are not cut at zero, as there. An absent value is looked for a
 * period earlier, and so on, and at last is the newest present one. A history shorter than a period
 * and an hour has no season: the last value is repeated, with the random walk's deviation.
 */
record SeasonalNaive(String name, int periodSeconds) implements Contender {
  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  @Override
  public Fitted fit(TimeSeries history, int steps) {
    int day = periodSeconds / history.stepSeconds();
    boolean season = history.length() >= day + Math.max(2, 3600 / history.stepSeconds());
    int period = season ? day : 1;
    double deviation = deviation(history.values(), period);
    return (recent, ahead, levels) -> {
      double[][] quantiles = new double[levels.length][ahead];
      double[] z = new double[levels.length];
      Arrays.setAll(z, i -> NORMAL.inverseCumulativeProbability(levels[i]));
      for (int h = 1; h <= ahead; h++) {
        int k = Math.ceilDiv(h, period);
        double median = back(recent, recent.length() - 1 + h - k * period, period);
        for (int i = 0; i < levels.length; i++) {
          quantiles[i][h - 1] = median + z[i] * deviation * Math.sqrt(k);
        }
      }
      return quantiles;
    };
  }

  private static double deviation(double[] y, int period) {
    double sum = 0;
    int n = 0;
    for (int t = period; t < y.length; t++) {
      double d = y[t] - y[t - period];
      if (!Double.isNaN(d)) {
        sum += d * d;
        n++;
      }
    }
    return n == 0 ? 0 : Math.sqrt(sum / n);
  }

  private static double back(TimeSeries recent, int index, int period) {
    for (int i = index; i >= 0; i -= period) {
      if (!Double.isNaN(recent.values()[i])) {
        return recent.values()[i];
      }
    }
    return recent.values()[recent.lastPresent()];
  }
}
