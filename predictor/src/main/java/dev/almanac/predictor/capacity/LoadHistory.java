package dev.almanac.predictor.capacity;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.Arrays;

/**
 * How busy the pods of one workload were at which demand, on a regular grid.
 *
 * @param demand on the whole workload, at least 0; NaN = absent
 * @param pods that served it, at least 0; NaN = absent
 * @param usage of an average pod, in any unit that grows with load, such as the share of its CPU
 *     limit that it used; at least 0; NaN = absent
 */
@SuppressWarnings("ArrayRecordComponent") // A view of columns, never compared.
public record LoadHistory(double[] demand, double[] pods, double[] usage) {
  /**
   * The columns of three series from an instant on, on the grid of the demand. What another series
   * does not cover is absent.
   */
  public static LoadHistory of(TimeSeries demand, TimeSeries pods, TimeSeries usage, Instant from) {
    int first = 0;
    while (first < demand.length() && demand.epochSecondAt(first) < from.getEpochSecond()) {
      first++;
    }
    return new LoadHistory(
        Arrays.copyOfRange(demand.values(), first, demand.length()),
        onGrid(pods, demand, first),
        onGrid(usage, demand, first));
  }

  private static double[] onGrid(TimeSeries series, TimeSeries grid, int first) {
    double[] values = new double[grid.length() - first];
    for (int i = 0; i < values.length; i++) {
      long seconds = grid.epochSecondAt(first + i) - series.startEpochSecond();
      long index = Math.floorDiv(seconds, (long) series.stepSeconds());
      boolean covered = index >= 0 && index < series.length();
      values[i] = covered ? series.values()[(int) index] : Double.NaN;
    }
    return values;
  }

  /** Refuses columns of different lengths. */
  public LoadHistory {
    if (demand.length != pods.length || demand.length != usage.length) {
      throw new IllegalArgumentException(
          "columns of one grid have one length: %d, %d, %d"
              .formatted(demand.length, pods.length, usage.length));
    }
  }
}
