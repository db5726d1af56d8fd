package dev.almanac.predictor.forecast;

import java.util.Arrays;

/** Quantiles of a weighted sample. */
final class WeightedQuantiles {
  private WeightedQuantiles() {}

  /**
   * Quantiles by linear interpolation of the weighted distribution function, each sample standing
   * at the middle of its own weight (Hazen's plotting position, weighted).
   *
   * @param values finite
   * @param weights positive, one a value
   * @param n how many of them count, at least 1
   * @param probabilities rising, each in (0, 1)
   * @return one value a probability, rising, within the range of the values
   */
  static double[] of(double[] values, double[] weights, int n, double[] probabilities) {
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
    double total = 0;
    for (int i = 0; i < n; i++) {
      total += weights[i];
    }
    double[] result = new double[probabilities.length];
    double below = 0;
    double previousPosition = 0;
    double previousValue = values[order[0]];
    int next = 0;
    for (int i = 0; i < n && next < probabilities.length; i++) {
      double weight = weights[order[i]];
      double position = (below + weight / 2) / total;
      while (next < probabilities.length && probabilities[next] <= position) {
        double share =
            position > previousPosition
                ? (probabilities[next] - previousPosition) / (position - previousPosition)
                : 1;
        result[next++] = previousValue + share * (values[order[i]] - previousValue);
      }
      below += weight;
      previousPosition = position;
      previousValue = values[order[i]];
    }
    while (next < probabilities.length) {
      result[next++] = values[order[n - 1]];
    }
    return result;
  }
}
