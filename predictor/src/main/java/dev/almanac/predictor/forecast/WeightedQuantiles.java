package dev.almanac.predictor.forecast;

import java.util.Arrays;

/** Quantiles of a weighted sample. */
final class WeightedQuantiles {
  /** Low bits of a sort key that hold the index. */
  private static final int INDEX_BITS = 12;

  /** Largest sample. */
  static final int MOST = 1 << INDEX_BITS;

  private WeightedQuantiles() {}

  /**
   * Quantiles by linear interpolation of the weighted distribution function, each sample standing
   * at the middle of its own weight (Hazen's plotting position, weighted).
   *
   * @param values finite
   * @param weights not negative, one a value, not all 0
   * @param n how many of them count, 1 to {@value #MOST}
   * @param probabilities rising, each in (0, 1)
   * @return one value a probability, rising, within the range of the values
   */
  static double[] of(double[] values, double[] weights, int n, double[] probabilities) {
    int[] order = order(values, n);
    double total = 0;
    for (int i = 0; i < n; i++) {
      total += weights[i];
    }
    double[] result = new double[probabilities.length];
    double below = 0;
    double previousPosition = 0;
    double previousValue = values[order[0]];
    int next = 0;
    for (int k = 0; k < n && next < probabilities.length; k++) {
      int i = order[k];
      double value = values[i];
      double position = (below + weights[i] / 2) / total;
      while (next < probabilities.length && probabilities[next] <= position) {
        double share =
            position > previousPosition
                ? (probabilities[next] - previousPosition) / (position - previousPosition)
                : 1;
        result[next++] = previousValue + share * (value - previousValue);
      }
      below += weights[i];
      previousPosition = position;
      previousValue = value;
    }
    while (next < probabilities.length) {
      result[next++] = previousValue;
    }
    return result;
  }

  /**
   * Indices by value, equal ones as they came. Sorted as integers of the distance from the mean to
   * eight bits and the index, for which processors have instructions; what that leaves undone are
   * neighbours.
   */
  private static int[] order(double[] values, int n) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += values[i] / n;
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      long bits = Double.doubleToRawLongBits(values[i] - mean + 0.0);
      long sortable = bits ^ ((bits >> 63) & Long.MAX_VALUE);
      order[i] = (int) (sortable >> 32) & -MOST | i;
    }
    Arrays.sort(order);
    for (int k = 0; k < n; k++) {
      int i = order[k] & (MOST - 1);
      int at = k;
      for (; at > 0 && values[order[at - 1]] > values[i]; at--) {
        order[at] = order[at - 1];
      }
      order[at] = i;
    }
    return order;
  }
}
