package dev.almanac.collector.trace;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Rows of one series in the order of their time, until the step between them is known. */
final class SeriesBuilder {
  /** Irregular data has about as many distances as rows; a trace has a handful. */
  private static final int MAX_DISTINCT_STEPS = 10_000;

  private final String file;
  private final long firstLine;
  private final boolean oneRowPerLine;
  private long[] times = new long[256];
  private double[] values = new double[256];
  private int rows;
  private final Map<Long, Integer> counts = new HashMap<>();
  private long runStep;
  private int runLength;

  /**
   * A builder for one series.
   *
   * @param firstLine where its first row stands
   * @param oneRowPerLine whether row {@code i} stands on line {@code firstLine + i}; otherwise all
   *     stand on the first
   */
  SeriesBuilder(String file, long firstLine, boolean oneRowPerLine) {
    this.file = file;
    this.firstLine = firstLine;
    this.oneRowPerLine = oneRowPerLine;
  }

  /** Adds a row; NaN is one whose value is absent. */
  void add(long epochSecond, double value) throws TraceFormatException {
    if (rows > 0) {
      long step = epochSecond - times[rows - 1];
      if (step <= 0) {
        throw problem(
            rows,
            step == 0
                ? "timestamp %d comes twice".formatted(epochSecond)
                : "timestamp %d comes after %d".formatted(epochSecond, times[rows - 1]),
            "keep one row per timestamp, sorted by time");
      }
      count(step);
    }
    if (rows == times.length) {
      times = Arrays.copyOf(times, rows * 2);
      values = Arrays.copyOf(values, rows * 2);
    }
    times[rows] = epochSecond;
    values[rows] = value;
    rows++;
  }

  int rows() {
    return rows;
  }

  /**
   * The series on the grid of its most common step, the smaller one of two that are equally common.
   *
   * @param name for messages
   * @param maxPoints on the grid, absent ones included
   */
  TimeSeries build(String name, long maxPoints) throws TraceFormatException {
    if (rows < 2) {
      throw problem(
          0,
          "series %s has only %d row, which says nothing about its step".formatted(name, rows),
          "give at least two");
    }
    int step = commonStep(name);
    long start = times[0];
    long points = (times[rows - 1] - start) / step + 1;
    if (points > maxPoints) {
      throw problem(
          0,
          "series %s spans %,d steps of %d s; at most %,d are read"
              .formatted(name, points, step, maxPoints),
          "look for a wrong timestamp, or split the file");
    }
    double[] grid = new double[(int) points];
    Arrays.fill(grid, Double.NaN);
    for (int i = 0; i < rows; i++) {
      long offset = times[i] - start;
      if (offset % step != 0) {
        throw problem(
            i,
            "timestamp %d lies off the grid of %d s that series %s has from %d on"
                .formatted(times[i], step, name, start),
            "a series has one step: resample it, or split it where the step changes");
      }
      grid[(int) (offset / step)] = values[i];
    }
    return new TimeSeries(start, step, grid);
  }

  private int commonStep(String name) throws TraceFormatException {
    endRun();
    long step = 0;
    int most = 0;
    for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
      int count = entry.getValue();
      if (count > most || (count == most && entry.getKey() < step)) {
        step = entry.getKey();
        most = count;
      }
    }
    if (step > 86_400) {
      throw problem(
          0,
          "series %s has a step of %,d s".formatted(name, step),
          "steps of up to a day (86,400 s) are read");
    }
    return (int) step;
  }

  /** Counts in runs, for most rows follow each other at the same distance. */
  private void count(long step) throws TraceFormatException {
    if (step != runStep) {
      endRun();
      runStep = step;
    }
    runLength++;
  }

  private void endRun() throws TraceFormatException {
    if (runLength > 0) {
      counts.merge(runStep, runLength, Integer::sum);
      runLength = 0;
      if (counts.size() > MAX_DISTINCT_STEPS) {
        throw problem(rows, "the series has no regular step", "resample it to one before");
      }
    }
  }

  private TraceFormatException problem(int row, String problem, String fix) {
    return new TraceFormatException(
        file, oneRowPerLine ? firstLine + row : firstLine, problem, fix);
  }
}
