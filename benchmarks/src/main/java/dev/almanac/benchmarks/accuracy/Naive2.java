package dev.almanac.benchmarks.accuracy;

import java.util.Arrays;

/**
 * The point forecast that M4 divides by: the last value, after classical multiplicative
 * deseasonalisation where the season passes a 90 % autocorrelation test (M4 competitors' guide;
 * Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014).
 */
final class Naive2 {
  /** One-sided 95 % point of the normal distribution. */
  private static final double CRITICAL = 1.645;

  private Naive2() {}

  /** The next {@code steps} values after a gapless, positive history. */
  static double[] forecast(double[] y, int period, int steps) {
    double[] index = isSeasonal(y, period) ? seasonalIndex(y, period) : ones(period);
    double level = y[y.length - 1] / index[(y.length - 1) % period];
    double[] forecast = new double[steps];
    for (int h = 0; h < steps; h++) {
      forecast[h] = level * index[(y.length + h) % period];
    }
    return forecast;
  }

  /** Bartlett's test at the season's lag. */
  static boolean isSeasonal(double[] y, int period) {
    int n = y.length;
    if (n < 3 * period) {
      return false;
    }
    double mean = Arrays.stream(y).average().orElse(0);
    double variance = 0;
    for (double v : y) {
      variance += (v - mean) * (v - mean);
    }
    double squares = 1;
    double r = 0;
    for (int lag = 1; lag <= period; lag++) {
      double sum = 0;
      for (int t = lag; t < n; t++) {
        sum += (y[t] - mean) * (y[t - lag] - mean);
      }
      r = sum / variance;
      if (lag < period) {
        squares += 2 * r * r;
      }
    }
    return Math.abs(r) > CRITICAL / Math.sqrt(n) * Math.sqrt(squares);
  }

  /** Mean ratio of each slot to a centred moving average, normalised to mean 1. */
  static double[] seasonalIndex(double[] y, int period) {
    double[] sums = new double[period];
    int[] counts = new int[period];
    int half = period / 2;
    for (int t = half; t < y.length - half; t++) {
      double total = 0;
      for (int j = -half; j <= half; j++) {
        boolean edge = period % 2 == 0 && Math.abs(j) == half;
        total += edge ? y[t + j] / 2 : y[t + j];
      }
      sums[t % period] += y[t] / (total / period);
      counts[t % period]++;
    }
    double mean = 0;
    for (int i = 0; i < period; i++) {
      sums[i] /= counts[i];
      mean += sums[i] / period;
    }
    for (int i = 0; i < period; i++) {
      sums[i] /= mean;
    }
    return sums;
  }

  private static double[] ones(int period) {
    double[] ones = new double[period];
    Arrays.fill(ones, 1);
    return ones;
  }
}
