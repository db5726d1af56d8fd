package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** The series of a trace, within the limits of all together. */
final class SeriesCollection {
  static final int MAX_ROWS = 20_000_000;
  static final int MAX_SERIES = 100_000;
  private static final int MAX_NAME = 4096;

  /** Names in a message that the one asked for is not there. */
  private static final int SHOWN = 10;

  private final TraceChoice choice;
  private final SequencedMap<String, TimeSeries> all = new LinkedHashMap<>();
  private final SequencedSet<String> others = new LinkedHashSet<>();
  private String file;
  private long rows;
  private long points;
  private @Nullable Grid grid;
  private String unit = "";
  private Scale scale = Scale.ABSOLUTE;
  private long broken;

  SeriesCollection(String file, TraceChoice choice) {
    this.file = file;
    this.choice = choice;
  }

  /** From now on, series are of this file. */
  void begin(String next) {
    file = next;
  }

  /** The name of a series that has none: that of the file without its endings. */
  String nameOfFile() {
    Path last = Path.of(file).getFileName();
    return (last == null ? file : last.toString())
        .replaceFirst("(?i)(\\.(csv|json|log|txt))?(\\.gz)?$", "");
  }

  /** Whether a series of this name is kept; of the others nothing has to be read. */
  boolean wants(String name) {
    if (choice.series().isEmpty() || choice.series().get().equals(name)) {
      return true;
    }
    if (others.size() < SHOWN) {
      others.add(name);
    }
    return false;
  }

  boolean isSum() {
    return choice.sum();
  }

  /** Counts a row before it is kept. */
  void row(long line) throws TraceFormatException {
    if (++rows > MAX_ROWS) {
      throw problem(line, "more than %,d rows".formatted(MAX_ROWS), tooMuch());
    }
  }

  /** Rows that were counted and are not kept after all. */
  void dropped(int rowsOfOne) {
    rows -= rowsOfOne;
  }

  /** Counts points of a grid before they are kept. */
  void points(long more, long line) throws TraceFormatException {
    points += more;
    if (points > MAX_ROWS) {
      throw problem(line, "more than %,d points on the grid".formatted(MAX_ROWS), tooMuch());
    }
  }

  private static String tooMuch() {
    return "read one series (--series), or the sum of all (--sum), or split the file";
  }

  /** Checks the name and the number of a series that is new. */
  void another(String name, int there, long line) throws TraceFormatException {
    if (name.length() > MAX_NAME) {
      throw problem(
          line,
          "a name of %,d characters".formatted(name.length()),
          "names have up to %,d".formatted(MAX_NAME));
    }
    if (there >= MAX_SERIES) {
      throw problem(line, "more than %,d series".formatted(MAX_SERIES), tooMuch());
    }
  }

  /** What the values are; a sum is refused where they do not add up. */
  void describe(String itsUnit, Scale itsScale, long line) throws TraceFormatException {
    if (!unit.isEmpty() && !(unit.equals(itsUnit) && scale == itsScale)) {
      throw problem(
          line,
          "values in %s after values in %s".formatted(itsUnit, unit),
          "keep files of one kind in a folder");
    }
    if (itsScale == Scale.OWN_SIZE && choice.sum()) {
      throw problem(
          line,
          "each series is relative to its own size, so that their sum means nothing",
          "read one of them with --series");
    }
    unit = itsUnit;
    scale = itsScale;
  }

  /** The grid of a trace that is not sorted by series; one for all of its files. */
  Grid grid(int stepSeconds, Grid.Rule rule) {
    if (grid == null) {
      grid = new Grid(this, stepSeconds, rule);
    }
    return grid;
  }

  boolean hasGrid() {
    return grid != null;
  }

  /** Keeps a series that is complete. */
  void add(String name, SeriesBuilder builder, long line) throws TraceFormatException {
    if (choice.sum()) {
      TimeSeries series = builder.build(name, MAX_ROWS - points);
      TimeSeries total = all.get(Grid.TOTAL);
      TimeSeries sum = total == null ? series : sum(name, total, series, line);
      points(sum.length() - (total == null ? 0 : total.length()), line);
      all.put(Grid.TOTAL, sum);
      return;
    }
    another(name, all.size(), line);
    if (all.containsKey(name)) {
      throw problem(
          line,
          "series %s comes a second time".formatted(name),
          "sort the rows by series, then by time");
    }
    TimeSeries series = builder.build(name, MAX_ROWS - points);
    points += series.length();
    all.put(name, series);
  }

  /** At each instant the sum of what is there. */
  private TimeSeries sum(String name, TimeSeries a, TimeSeries b, long line)
      throws TraceFormatException {
    int step = a.stepSeconds();
    if (b.stepSeconds() != step || (b.startEpochSecond() - a.startEpochSecond()) % step != 0) {
      throw problem(
          line,
          "series %s lies on another grid than those before it".formatted(name),
          "resample it to a step of %d s, or read one series with --series".formatted(step));
    }
    long start = Math.min(a.startEpochSecond(), b.startEpochSecond());
    long length = (Math.max(a.endEpochSecond(), b.endEpochSecond()) - start) / step;
    if (length > MAX_ROWS) {
      throw problem(line, "the series span %,d steps".formatted(length), tooMuch());
    }
    double[] sum = new double[(int) length];
    Arrays.fill(sum, Double.NaN);
    for (TimeSeries one : new TimeSeries[] {a, b}) {
      int from = (int) ((one.startEpochSecond() - start) / step);
      for (int i = 0; i < one.length(); i++) {
        double value = one.values()[i];
        if (!Double.isNaN(value)) {
          sum[from + i] = Double.isNaN(sum[from + i]) ? value : sum[from + i] + value;
        }
      }
    }
    return new TimeSeries(start, step, sum);
  }

  /** Counts lines of a log that say nothing. */
  void broken(long lines) {
    broken += lines;
  }

  TraceFormatException problem(long line, String problem, String fix) {
    return new TraceFormatException(file, line, problem, fix);
  }

  /** All that was read. */
  Trace trace(TraceFormat format) throws TraceFormatException {
    if (grid != null) {
      for (Map.Entry<String, TimeSeries> entry : grid.series().entrySet()) {
        all.put(entry.getKey(), entry.getValue());
      }
    }
    if (all.isEmpty()) {
      throw problem(
          1,
          choice.series().isEmpty()
              ? "there is no value in it"
              : "there is no series \"%s\" in it".formatted(choice.series().get()),
          choice.series().isEmpty()
              ? "is it a trace of format %s?".formatted(format.label())
              : "the first that it has: " + String.join(", ", others));
    }
    return new Trace(format, all, unit, scale, broken);
  }
}
