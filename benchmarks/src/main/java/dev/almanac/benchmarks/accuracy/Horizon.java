package dev.almanac.benchmarks.accuracy;

import java.util.List;

/**
 * How far a window reaches: all steps up to this many seconds ahead are scored.
 *
 * @param name as in reports
 * @param seconds of the last step
 */
record Horizon(String name, int seconds) {
  static final Horizon QUARTER = new Horizon("15m", 900);
  static final Horizon HOUR = new Horizon("1h", 3600);
  static final Horizon DAY = new Horizon("24h", 86_400);

  /** For capacity planning, on hourly averages. */
  static final Horizon WEEK = new Horizon("7d", 7 * 86_400);

  static final List<Horizon> ALL = List.of(QUARTER, HOUR, DAY, WEEK);

  /** Steps on a grid, 0 when the grid is coarser than the horizon. */
  int steps(int stepSeconds) {
    return seconds / stepSeconds;
  }
}
