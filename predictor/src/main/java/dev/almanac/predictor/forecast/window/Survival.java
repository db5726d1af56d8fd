package dev.almanac.predictor.forecast.window;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The probability that a standardised residual exceeds a value, by the values at fixed
 * probabilities: dense where prices ask, small enough to stand in every decision record.
 *
 * @param points one rising value for each probability of {@link #probability}, finite; the array is
 *     shared, not copied
 */
public record Survival(double[] points) {
  /*
   * The tail of n residuals is half empirical and half exponential above the 99.6 % point q:
   *
   *   P(R > x) = 1/2 empirical(x) + 1/2 0.004 exp(-(x - q) / mean excess over q)
   *
   * because what two weeks have not shown may still come. Between points the logarithm of the
   * probability is linear, and beyond the last one it goes on as it came; below the first one it is 1.
   */

  private static final double[] PROBABILITIES = {
    0.9995, 0.995, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.22, 0.16, 0.12, 0.09, 0.065,
    0.045, 0.032, 0.023, 0.016, 0.011, 0.008, 0.0055, 0.004, 0.0028, 0.002, 0.0014, 0.001, 7e-4,
    4e-4, 2e-4, 1e-4, 4e-5, 1e-5, 2e-6
  };

  private static final int MEDIAN = Arrays.binarySearch(negated(PROBABILITIES), -0.5);
  private static final double[] LOGARITHMS = Arrays.stream(PROBABILITIES).map(Math::log).toArray();
  private static final double TAIL_FROM = 0.996;

  /** Values are kept to a thousandth: residuals are not known better, and records stay short. */
  private static final double DIGITS = 1_000;

  /** Checks number, order and finiteness. */
  public Survival {
    if (points.length != PROBABILITIES.length) {
      throw new IllegalArgumentException(
          "%d points for %d probabilities".formatted(points.length, PROBABILITIES.length));
    }
    for (int i = 0; i < points.length; i++) {
      if (!Double.isFinite(points[i]) || (i > 0 && points[i] < points[i - 1])) {
        throw new IllegalArgumentException("point %d is %s".formatted(i, points[i]));
      }
    }
  }

  /** Number of points. */
  public static int size() {
    return PROBABILITIES.length;
  }

  /** The probability that point {@code i} is exceeded. */
  public static double probability(int i) {
    return PROBABILITIES[i];
  }

  /**
   * The distribution of residuals.
   *
   * @param residuals finite, at least one; the array is sorted
   */
  static Survival of(double[] residuals) {
    Arrays.sort(residuals);
    int n = residuals.length;
    double tail = quantile(residuals, TAIL_FROM);
    int beyond = n;
    double excess = 0;
    while (beyond > 0 && residuals[beyond - 1] > tail) {
      excess += residuals[--beyond] - tail;
    }
    double mean = (beyond == n ? 0 : excess / (n - beyond)) + 1e-6;
    double[] points = new double[PROBABILITIES.length];
    for (int i = 0; i < points.length; i++) {
      double p = PROBABILITIES[i];
      double x = p >= 1 - TAIL_FROM ? quantile(residuals, 1 - p) : inTail(residuals, tail, mean, p);
      points[i] = Math.rint(x * DIGITS) / DIGITS;
    }
    return new Survival(points);
  }

  /** The value above {@code tail} that the mixture exceeds with probability {@code p}. */
  private static double inTail(double[] sorted, double tail, double mean, double p) {
    double low = tail;
    double high = Math.max(sorted[sorted.length - 1], tail) + mean * 40;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double empirical = 1 - (double) countUpTo(sorted, middle) / sorted.length;
      double mixed = 0.5 * empirical + 0.5 * (1 - TAIL_FROM) * Math.exp(-(middle - tail) / mean);
      if (mixed > p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private static int countUpTo(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The standard normal, assumed where no residual is known. */
  static Survival normal() {
    NormalDistribution normal = new NormalDistribution();
    return new Survival(
        Arrays.stream(PROBABILITIES)
            .map(p -> Math.rint(-normal.inverseCumulativeProbability(p) * DIGITS) / DIGITS)
            .toArray());
  }

  /** The value that half of the residuals exceed. */
  public double median() {
    return points[MEDIAN];
  }

  /** P(residual > z). */
  public double beyond(double z) {
    int low = 0;
    int high = points.length - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (points[middle] <= z) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return beyond(z, low);
  }

  /**
   * The last point up to a value, but the last but one at most: what {@link #beyond(double, int)}
   * asks for.
   *
   * @param from where to begin: 0, or what this gave for a lower value
   */
  public int pointUpTo(double z, int from) {
    int low = from;
    while (low < points.length - 2 && points[low + 1] <= z) {
      low++;
    }
    return low;
  }

  /**
   * P(residual > z).
   *
   * @param low {@link #pointUpTo} that value
   */
  public double beyond(double z, int low) {
    if (z <= points[0]) {
      return 1;
    }
    int high = low + 1;
    double width = points[high] - points[low];
    if (width == 0) {
      return z > points[high] ? 0 : PROBABILITIES[high];
    }
    double part = (z - points[low]) / width;
    return Math.exp(LOGARITHMS[low] + (LOGARITHMS[high] - LOGARITHMS[low]) * part);
  }

  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int i = (int) at;
    int j = Math.min(i + 1, sorted.length - 1);
    return sorted[i] + (at - i) * (sorted[j] - sorted[i]);
  }

  private static double[] negated(double[] values) {
    return Arrays.stream(values).map(v -> -v).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Survival(double[] theirs) && Arrays.equals(theirs, points);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(points);
  }

  @Override
  public String toString() {
    return "Survival" + Arrays.toString(points);
  }
}
