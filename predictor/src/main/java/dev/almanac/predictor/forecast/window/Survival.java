package dev.almanac.predictor.forecast.window;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * The probability that a standardised residual exceeds a value: empirical, on a grid, with half of
 * an exponential tail above the 99.6 % point.
 *
 * <p>Below the grid it is 1, above the grid half of the last value.
 */
public final class Survival {
  private static final double FROM = -10;
  private static final double STEP = 0.05;
  private static final int CELLS = 1_200;
  private static final double TAIL_FROM = 0.996;

  private final double[] table; // table[i] = P(residual > FROM + STEP (i + 1))
  private final double median;

  private Survival(double[] table) {
    this.table = table;
    int i = 0;
    while (i < CELLS - 1 && table[i] > 0.5) {
      i++;
    }
    this.median = FROM + STEP * (i + 1);
  }

  /**
   * The distribution of residuals.
   *
   * @param residuals finite, at least one; their order is not kept
   */
  static Survival of(double[] residuals) {
    int n = residuals.length;
    int[] counts = new int[CELLS];
    for (double r : residuals) {
      counts[(int) Math.clamp((r - FROM) / STEP, 0, CELLS - 1)]++;
    }
    double[] sorted = residuals.clone();
    Arrays.sort(sorted);
    double tail = quantile(sorted, TAIL_FROM);
    double excess = 0;
    int beyond = 0;
    for (int i = n - 1; i >= 0 && sorted[i] > tail; i--) {
      excess += sorted[i] - tail;
      beyond++;
    }
    double mean = (beyond == 0 ? 0 : excess / beyond) + 1e-6;
    double[] table = new double[CELLS];
    long below = 0;
    for (int i = 0; i < CELLS; i++) {
      below += counts[i];
      double x = FROM + STEP * (i + 1);
      double empirical = 1 - (double) below / n;
      table[i] =
          x > tail
              ? 0.5 * Math.max(empirical, 0) + 0.5 * (1 - TAIL_FROM) * Math.exp(-(x - tail) / mean)
              : empirical;
    }
    return new Survival(table);
  }

  /** The standard normal's shape, assumed where no residual is known. */
  static Survival normal() {
    double[] z = new double[4_000];
    NormalDistribution normal = new NormalDistribution();
    for (int i = 0; i < z.length; i++) {
      z[i] = normal.inverseCumulativeProbability((i + 0.5) / z.length);
    }
    return of(z);
  }

  /** The first grid point that at most half of the residuals exceed. */
  public double median() {
    return median;
  }

  /** P(residual > z), linear between grid points. */
  public double beyond(double z) {
    double x = (z - FROM) / STEP;
    if (x < 0) {
      return 1;
    }
    if (x >= CELLS - 1) {
      return 0.5 * table[CELLS - 1];
    }
    int i = (int) x;
    double left = i == 0 ? 1 : table[i - 1];
    return left + (table[i] - left) * (x - i);
  }

  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int i = (int) at;
    int j = Math.min(i + 1, sorted.length - 1);
    return sorted[i] + (at - i) * (sorted[j] - sorted[i]);
  }
}
