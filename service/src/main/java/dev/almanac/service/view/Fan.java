package dev.almanac.service.view;

import java.util.Arrays;

/**
 * The current forecast after now, as quantile paths on a regular grid. At every point the values
 * rise with the level. The arrays are shared, not copied: nobody writes to them after construction.
 *
 * @param startEpochSecond instant of the first point, after now
 * @param stepSeconds distance of two points, at least 1
 * @param p10 10 % path in the unit of demand
 * @param p50 median path
 * @param p90 90 % path
 * @param p99 99 % path
 */
public record Fan(
    long startEpochSecond,
    int stepSeconds,
    double[] p10,
    double[] p50,
    double[] p90,
    double[] p99) {

  /** Checks that the paths have one length. */
  public Fan {
    if (stepSeconds < 1) {
      throw new IllegalArgumentException("step must be >= 1 s, was " + stepSeconds);
    }
    if (p10.length != p50.length || p10.length != p90.length || p10.length != p99.length) {
      throw new IllegalArgumentException("paths differ in length");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fan f
        && f.startEpochSecond == startEpochSecond
        && f.stepSeconds == stepSeconds
        && Arrays.equals(f.p10, p10)
        && Arrays.equals(f.p50, p50)
        && Arrays.equals(f.p90, p90)
        && Arrays.equals(f.p99, p99);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(startEpochSecond) + Arrays.hashCode(p50);
  }

  @Override
  public String toString() {
    return "Fan[%d + %d x %d s]".formatted(startEpochSecond, p50.length, stepSeconds);
  }
}
