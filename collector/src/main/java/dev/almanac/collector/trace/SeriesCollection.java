package dev.almanac.collector.trace;

import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The series of one file, within the limits of all together. */
final class SeriesCollection {
  static final int MAX_ROWS = 20_000_000;
  static final int MAX_SERIES = 100_000;
  private static final int MAX_NAME = 4096;

  private final String file;
  private final SequencedMap<String, TimeSeries> all = new LinkedHashMap<>();
  private long rows;
  private long points;

  SeriesCollection(String file) {
    this.file = file;
  }

  /** The name of a series that has none: that of the file without its endings. */
  String nameOfFile() {
    Path last = Path.of(file).getFileName();
    return (last == null ? file : last.toString())
        .replaceFirst("(?i)(\\.(csv|json))?(\\.gz)?$", "");
  }

  /** Counts a row before it is kept. */
  void row(long line) throws TraceFormatException {
    if (++rows > MAX_ROWS) {
      throw new TraceFormatException(
          file,
          line,
          "more than %,d rows".formatted(MAX_ROWS),
          "split the file or use a coarser step");
    }
  }

  /** Keeps a series that is complete. */
  void add(String name, SeriesBuilder builder, long line) throws TraceFormatException {
    if (name.length() > MAX_NAME) {
      throw new TraceFormatException(
          file,
          line,
          "a name of %,d characters".formatted(name.length()),
          "names have up to %,d".formatted(MAX_NAME));
    }
    if (all.containsKey(name)) {
      throw new TraceFormatException(
          file,
          line,
          "series %s comes a second time".formatted(name),
          "sort the rows by series, then by time");
    }
    if (all.size() == MAX_SERIES) {
      throw new TraceFormatException(
          file, line, "more than %,d series".formatted(MAX_SERIES), "split the file");
    }
    TimeSeries series = builder.build(name, MAX_ROWS - points);
    points += series.length();
    all.put(name, series);
  }

  SequencedMap<String, TimeSeries> all() {
    return all;
  }
}
