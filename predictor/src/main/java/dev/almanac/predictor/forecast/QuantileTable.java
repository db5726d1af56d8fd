package dev.almanac.predictor.forecast;

import java.util.Arrays;

/**
 * A distribution as its quantiles at fixed probabilities, dense in the tails. At those exact to
 * seven digits, between them linear in the probability, beyond them constant.
 */
final class QuantileTable {
  /** Rising, with every level that people usually ask for among them. */
  private static final double[] KNOTS = {
    .001, .005, .01, .025, .05, .1, .2, .3, .4, .5, .6, .7, .8, .85, .9, .925, .95, .975, .98, .99,
    .995, .998, .999
  };

  private static final int MEDIAN = 9;

  /** Entries of a table. */
  static final int SIZE = KNOTS.length;

  private QuantileTable() {}

  /** Weighted quantiles of a sample, as {@link WeightedQuantiles#of} gives them. */
  static float[] of(double[] values, double[] weights, int n) {
    return floats(WeightedQuantiles.of(values, weights, n, KNOTS), 0);
  }

  /** The same less the weighted median. */
  static float[] centred(double[] values, double[] weights, int n) {
    double[] q = WeightedQuantiles.of(values, weights, n, KNOTS);
    return floats(q, q[MEDIAN]);
  }

  private static float[] floats(double[] quantiles, double centre) {
    float[] table = new float[quantiles.length];
    for (int i = 0; i < table.length; i++) {
      table[i] =
          (float) Math.clamp(quantiles[i] - centre, -Float.MAX_VALUE / 4, Float.MAX_VALUE / 4);
    }
    return table;
  }

  /**
   * Where a level lies between the knots: whole part the knot below, fraction the share of the next
   * one. Computed once for many tables.
   */
  static double[] positions(double[] levels) {
    double[] positions = new double[levels.length];
    for (int i = 0; i < levels.length; i++) {
      int k = Arrays.binarySearch(KNOTS, levels[i]);
      if (k >= 0) {
        positions[i] = k;
      } else {
        int above = -k - 1;
        positions[i] =
            above == 0
                ? 0
                : above == KNOTS.length
                    ? KNOTS.length - 1
                    : above
                        - 1
                        + (levels[i] - KNOTS[above - 1]) / (KNOTS[above] - KNOTS[above - 1]);
      }
    }
    return positions;
  }

  /** The quantile at one of {@link #positions}. */
  static double at(float[] table, double position) {
    int k = Math.min((int) position, SIZE - 2);
    return between(table[k], table[k + 1], position - k);
  }

  /** The same of a packed table that begins at {@code from} in an array. */
  static double at(short[] tables, int from, float farthest, double position) {
    int k = Math.min((int) position, SIZE - 2);
    return between(
        unpacked(tables[from + k], farthest),
        unpacked(tables[from + k + 1], farthest),
        position - k);
  }

  private static double unpacked(short code, float farthest) {
    double root = (double) code / Short.MAX_VALUE;
    return root * root * root * farthest;
  }

  private static double between(double below, double above, double share) {
    return share == 0 ? below : below + share * (above - below);
  }

  /**
   * Packs a table into half of the memory: cube roots of its quantiles over the farthest of them,
   * in 16 bits. The error is half of a ten-thousandth of the farthest quantile there, and half a
   * percent of one that is a million times smaller, for a table may hold one wild residual. The
   * order stays, and 0 stays 0.
   *
   * @param tables gets the packed quantiles from {@code from} on
   * @return the farthest quantile's size
   */
  static float pack(float[] table, short[] tables, int from) {
    float farthest = Math.max(Math.abs(table[0]), Math.abs(table[SIZE - 1]));
    for (int i = 0; i < SIZE; i++) {
      double root = farthest == 0 ? 0 : StrictMath.cbrt((double) table[i] / farthest);
      tables[from + i] = (short) Math.round(root * Short.MAX_VALUE);
    }
    return farthest;
  }
}
