package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;

/**
 * One thing to forecast.
 *
 * @param series on the grid of the window
 * @param origin index of the last sample that is known; it is present
 * @param horizon how far to look
 */
record Window(WorkloadSeries series, int origin, Horizon horizon) {
  /** No contender sees more than this much of the past. */
  static final int HISTORY_DAYS = 28;

  /** A history below this has no two days to compare: such windows are reported apart. */
  private static final int SHORT_BELOW_DAYS = 2;

  int steps() {
    return horizon.steps(series.step());
  }

  /** What is known: up to the origin, at most 28 days. A copy, so nobody can look ahead. */
  TimeSeries history() {
    return history(series.samples(), origin, HISTORY_DAYS * series.stepsPerDay());
  }

  static TimeSeries history(TimeSeries samples, int origin, int most) {
    int from = Math.max(0, origin + 1 - most);
    return new TimeSeries(
        samples.epochSecondAt(from),
        samples.stepSeconds(),
        Arrays.copyOfRange(samples.values(), from, origin + 1));
  }

  /** Whether the series is so new that a day's season cannot be seen. */
  boolean isShort() {
    return origin + 1 < SHORT_BELOW_DAYS * series.stepsPerDay();
  }

  /** What came then; NaN where absent. */
  double[] actuals() {
    return Arrays.copyOfRange(series.samples().values(), origin + 1, origin + 1 + steps());
  }

  long originEpochSecond() {
    return series.samples().epochSecondAt(origin);
  }
}
