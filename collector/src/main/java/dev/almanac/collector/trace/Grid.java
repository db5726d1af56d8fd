package dev.almanac.collector.trace;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Series on one grid of time, filled in any order: what the traces need that are sorted by time, or
 * by nothing. Kept is a number for each grid point, not a row.
 */
final class Grid {

  /** What becomes of several amounts in one cell of the grid. */
  enum Rule {
    /** Their mean, weighted by the time that each covers; a cell without any is absent. */
    MEAN,
    /** Their sum, each by the share of the cell that it covers; a cell without any is absent. */
    SUM,
    /** The same, of a list that is complete: a cell without any is zero. */
    LEVEL,
    /** Events: a cell without any is zero, or absent where so long a silence is an outage. */
    COUNT
  }

  /** The name of the sum of all series. */
  static final String TOTAL = "total";

  private static final long MAX_EPOCH_SECOND = 100_000_000_000L;

  private final SeriesCollection series;
  private final int stepSeconds;
  private final Rule rule;
  private final SequencedMap<String, Cells> all = new LinkedHashMap<>();
  private String lastName = "";
  private @Nullable Cells lastCells;

  Grid(SeriesCollection series, int stepSeconds, Rule rule) {
    this.series = series;
    this.stepSeconds = stepSeconds;
    this.rule = series.isSum() && rule == Rule.MEAN ? Rule.SUM : rule;
  }

  /** One series: cells from {@code first} on, in steps since the epoch. */
  private static final class Cells {
    private long first;
    private int start; // where it stands in the arrays
    private int length;
    private double[] amounts = new double[0];
    private double[] weights = new double[0];

    /** Makes room for a cell and returns its index. */
    private int index(long cell, boolean weighted) {
      if (length == 0) {
        first = cell;
      }
      int before = (int) Math.max(0, first - cell);
      int needed = (int) Math.max(length, cell - first + 1) + before;
      if (before > start || start - before + needed > amounts.length) {
        grow(before, needed, weighted);
      }
      start -= before;
      first -= before;
      length = needed;
      return start + (int) (cell - first);
    }

    /** Makes room, and half as much again on the side on which more is to be expected. */
    private void grow(int before, int needed, boolean weighted) {
      int spare = needed / 2 + 16;
      int to = before > 0 ? spare + before : start;
      int capacity = to - before + needed + (before > 0 ? 0 : spare);
      amounts = moved(amounts, to, capacity, Double.NaN);
      if (weighted) {
        weights = moved(weights, to, capacity, 0);
      }
      start = to;
    }

    private double[] moved(double[] from, int at, int capacity, double empty) {
      double[] to = new double[capacity];
      Arrays.fill(to, empty);
      System.arraycopy(from, start, to, at, length);
      return to;
    }

    private double[] amounts() {
      return Arrays.copyOfRange(amounts, start, start + length);
    }

    private double[] weights() {
      return Arrays.copyOfRange(weights, start, start + length);
    }
  }

  /** Adds an amount that came at an instant. */
  void add(String name, long epochSecond, double amount, long line) throws TraceFormatException {
    if (!Double.isNaN(amount)) {
      put(cells(name, line), Math.floorDiv(epochSecond, (long) stepSeconds), amount, 1, line);
    }
  }

  /** The same from one second to another. */
  void overSeconds(String name, long from, long to, double value, long line)
      throws TraceFormatException {
    check(from, line);
    check(to, line);
    over(name, from * 1000, to * 1000, value, line);
  }

  /**
   * Adds a level that held from one instant to another. NaN, and an end that is not after the
   * start, add nothing.
   *
   * @param value in the trace's unit, at each instant of the time
   */
  void over(String name, long fromMillis, long toMillis, double value, long line)
      throws TraceFormatException {
    check(fromMillis / 1000, line);
    check(toMillis / 1000, line);
    if (Double.isNaN(value) || toMillis <= fromMillis) {
      return;
    }
    Cells cells = cells(name, line);
    long step = 1000L * stepSeconds;
    long last = Math.floorDiv(toMillis - 1, step);
    for (long cell = Math.floorDiv(fromMillis, step); cell <= last; cell++) {
      long covered = Math.min(toMillis, (cell + 1) * step) - Math.max(fromMillis, cell * step);
      double share = (double) covered / step;
      put(cells, cell, rule == Rule.MEAN ? value : value * share, share, line);
    }
  }

  private void put(Cells cells, long cell, double amount, double weight, long line)
      throws TraceFormatException {
    check(cell * stepSeconds, line);
    boolean weighted = rule == Rule.MEAN || rule == Rule.COUNT;
    long before = cells.length;
    long after =
        cells.length == 0
            ? 1
            : Math.max(cells.first + cells.length, cell + 1) - Math.min(cells.first, cell);
    if (after > before) {
      series.points(after - before, line);
    }
    int i = cells.index(cell, weighted);
    double there = cells.amounts[i];
    if (weighted) {
      cells.weights[i] += weight;
    }
    if (Double.isNaN(there)) {
      cells.amounts[i] = amount;
    } else if (rule == Rule.MEAN) {
      cells.amounts[i] = there + (amount - there) * (weight / cells.weights[i]);
    } else {
      cells.amounts[i] = there + amount;
    }
  }

  private void check(long epochSecond, long line) throws TraceFormatException {
    if (Math.abs(epochSecond) > MAX_EPOCH_SECOND) {
      throw series.problem(
          line,
          "a time of %,d s since 1970 is none".formatted(epochSecond),
          "look for a wrong time, or for another unit of time");
    }
  }

  private Cells cells(String name, long line) throws TraceFormatException {
    String wanted = series.isSum() ? TOTAL : name;
    if (lastCells != null && lastName.equals(wanted)) {
      return lastCells;
    }
    Cells cells = all.get(wanted);
    if (cells == null) {
      series.another(wanted, all.size(), line);
      cells = new Cells();
      all.put(wanted, cells);
    }
    lastName = wanted;
    lastCells = cells;
    return cells;
  }

  /** Hands over all series and forgets them. */
  SequencedMap<String, TimeSeries> series() throws TraceFormatException {
    SequencedMap<String, TimeSeries> made = new LinkedHashMap<>();
    for (Map.Entry<String, Cells> entry : all.entrySet()) {
      Cells cells = entry.getValue();
      double[] values = cells.amounts();
      switch (rule) {
        case SUM, MEAN -> {}
        case LEVEL -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = Double.isNaN(values[i]) ? 0 : values[i];
          }
        }
        case COUNT -> Silence.fill(values, cells.weights());
      }
      for (double value : values) {
        if (Double.isInfinite(value)) {
          throw series.problem(
              1,
              "the values of %s are too large".formatted(entry.getKey()),
              "look for a wrong one");
        }
      }
      cells.amounts = new double[0];
      cells.weights = new double[0];
      made.put(entry.getKey(), new TimeSeries(cells.first * stepSeconds, stepSeconds, values));
    }
    all.clear();
    return made;
  }
}
