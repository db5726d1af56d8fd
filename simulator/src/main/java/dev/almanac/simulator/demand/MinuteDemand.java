package dev.almanac.simulator.demand;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** The arithmetic that brings samples of any step to minutes. */
final class MinuteDemand {
  private MinuteDemand() {}

  /*
   * A coarse series knows the mean of each interval, not the minutes in it. Lines between the
   * centres of the intervals are smoother than any real minute, so noise is added that is as strong
   * as what the series shows between neighbouring samples:
   *
   *   e_t = x_t / mean(x_(t-1), x_(t+1)) - 1      where that mean > 0.1 median of the positive x
   *   s   = min(0.25, 1.4826 median|e - median e| / sqrt(1.5))
   *   minute = line * exp(s z - s^2 / 2)          z standard normal; the factor's mean is 1
   *
   * The variance of e is 1.5 times that of the noise of one sample, as half of it comes from the
   * neighbours.
   */

  private static final double MAX_NOISE = 0.25;
  private static final double MAD_TO_DEVIATION = 1.4826;

  /** Mean of the samples that begin in each minute. */
  static double[] ofFine(double[] samples, int stepSeconds, int length) {
    double[] sums = new double[length];
    int[] counts = new int[length];
    for (int i = 0; i < samples.length; i++) {
      int minute = (int) ((long) i * stepSeconds / 60);
      if (minute < length && !Double.isNaN(samples[i])) {
        sums[minute] += samples[i];
        counts[minute]++;
      }
    }
    for (int m = 0; m < length; m++) {
      sums[m] = counts[m] == 0 ? Double.NaN : sums[m] / counts[m];
    }
    return sums;
  }

  /** Lines between the centres of the intervals, times noise. */
  static double[] ofCoarse(
      double[] samples, int stepSeconds, int length, double noise, DoubleSupplier normals) {
    double[] minutes = new double[length];
    for (int m = 0; m < length; m++) {
      // Drawn for unknown minutes too, so that a gap does not shift the noise that follows it.
      double z = normals.getAsDouble();
      // StrictMath: the last bit of Math.exp may differ from one machine to the next.
      minutes[m] =
          line(samples, (m + 0.5) * 60 / stepSeconds)
              * StrictMath.exp(noise * z - noise * noise / 2);
    }
    return minutes;
  }

  /** The line at a position in intervals: interval {@code i} has its centre at {@code i + 0.5}. */
  private static double line(double[] samples, double position) {
    int own = (int) position;
    double offset = position - (own + 0.5);
    int neighbour = offset < 0 ? own - 1 : own + 1;
    if (neighbour < 0 || neighbour >= samples.length || Double.isNaN(samples[neighbour])) {
      return samples[own];
    }
    double slope = samples[neighbour] - samples[own];
    return samples[own] + slope * Math.abs(offset);
  }

  /** Strength of the noise in a coarse series; 0 when nothing can be said about it. */
  static double noise(double[] samples) {
    double[] positive = Arrays.stream(samples).filter(v -> v > 0).sorted().toArray();
    if (positive.length == 0) {
      return 0;
    }
    double least = 0.1 * quantile(positive, 0.5);
    double[] residuals = new double[samples.length];
    int n = 0;
    for (int i = 1; i + 1 < samples.length; i++) {
      double middle = (samples[i - 1] + samples[i + 1]) / 2;
      if (middle > least && !Double.isNaN(samples[i])) {
        residuals[n++] = (samples[i] - middle) / middle;
      }
    }
    if (n == 0) {
      return 0;
    }
    double[] e = Arrays.copyOf(residuals, n);
    Arrays.sort(e);
    double median = quantile(e, 0.5);
    for (int i = 0; i < n; i++) {
      e[i] = Math.abs(e[i] - median);
    }
    Arrays.sort(e);
    return Math.min(MAX_NOISE, MAD_TO_DEVIATION * quantile(e, 0.5) / Math.sqrt(1.5));
  }

  /** Linear between the order statistics, as R's type 7; at least one value. */
  static double quantile(double[] sorted, double probability) {
    double position = (sorted.length - 1) * probability;
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
