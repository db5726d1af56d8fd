package dev.almanac.predictor.series;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * Samples on a regular grid: sample {@code i} stands for the instant {@code startEpochSecond + i *
 * stepSeconds}.
 *
 * <p>NaN means absent. Absent is never zero and never interpolated; whoever computes with a series
 * skips absent samples and says what share was there ({@link #presentShare}). Values are finite or
 * NaN; infinities are refused at the border. The array is shared, not copied: nobody writes to it
 * after construction.
 *
 * @param startEpochSecond instant of sample 0, in seconds since 1970-01-01T00:00:00Z
 * @param stepSeconds distance of two samples, 1 to 86,400
 * @param values the samples, possibly empty
 */
public record TimeSeries(long startEpochSecond, int stepSeconds, double[] values) {

  /** Checks the step and refuses infinities. */
  public TimeSeries {
    if (stepSeconds < 1 || stepSeconds > 86_400) {
      throw new IllegalArgumentException("step must be 1 s to 86,400 s, was " + stepSeconds + " s");
    }
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i])) {
        throw new IllegalArgumentException("sample " + i + " is " + values[i]);
      }
    }
  }

  /** A series without samples that starts at {@code start}. */
  public static TimeSeries empty(Instant start, Duration step) {
    return new TimeSeries(start.getEpochSecond(), Math.toIntExact(step.toSeconds()), new double[0]);
  }

  /** Number of grid points, absent ones included. */
  public int length() {
    return values.length;
  }

  /** Whether nothing is on the grid at all. */
  public boolean isEmpty() {
    return values.length == 0;
  }

  /** Instant of grid point {@code index}; the index may lie outside the series. */
  public long epochSecondAt(int index) {
    return startEpochSecond + (long) index * stepSeconds;
  }

  /** First instant after the series: where the next sample would stand. */
  public long endEpochSecond() {
    return epochSecondAt(values.length);
  }

  /** Grid point at or before the instant, not clipped to the series. */
  public long indexAt(long epochSecond) {
    return Math.floorDiv(epochSecond - startEpochSecond, (long) stepSeconds);
  }

  /** Index of the last present sample, or -1 when all are absent. */
  public int lastPresent() {
    int i = values.length - 1;
    while (i >= 0 && Double.isNaN(values[i])) {
      i--;
    }
    return i;
  }

  /** Number of present samples. */
  public int presentCount() {
    int n = 0;
    for (double v : values) {
      if (!Double.isNaN(v)) {
        n++;
      }
    }
    return n;
  }

  /** Present samples over grid points, 0 for an empty series. */
  public double presentShare() {
    return values.length == 0 ? 0 : (double) presentCount() / values.length;
  }

  /** The part with instants in {@code [from, to)}, clipped to the series; the values are copied. */
  public TimeSeries between(Instant from, Instant to) {
    long first = Math.ceilDiv(from.getEpochSecond() - startEpochSecond, (long) stepSeconds);
    long end = Math.ceilDiv(to.getEpochSecond() - startEpochSecond, (long) stepSeconds);
    int a = (int) Math.clamp(first, 0, values.length);
    int b = (int) Math.clamp(end, a, values.length);
    return new TimeSeries(epochSecondAt(a), stepSeconds, Arrays.copyOfRange(values, a, b));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TimeSeries(long start, int step, double[] samples)
        && start == startEpochSecond
        && step == stepSeconds
        && Arrays.equals(samples, values);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(startEpochSecond) + stepSeconds) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "TimeSeries[%s + %d x %d s, %d present]"
        .formatted(
            Instant.ofEpochSecond(startEpochSecond), values.length, stepSeconds, presentCount());
  }
}
