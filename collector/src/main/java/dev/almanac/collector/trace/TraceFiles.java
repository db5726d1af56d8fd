package dev.almanac.collector.trace;

import dev.almanac.predictor.series.TimeSeries;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Reads series from files, of one of the layouts of {@link TraceFormat}; docs/reference/traces.md
 * describes them. Any may be compressed with gzip, which is seen from its content, and a folder is
 * read as one trace, file after file in the order of their names.
 *
 * <p>Almanac's own CSV has the header {@code timestamp,value} or {@code series,timestamp,value} and
 * is sorted by series, then time. {@code timestamp} is in whole epoch seconds, {@code value} any
 * finite number, negative ones too; an absent sample is an absent row. In a query_range answer a
 * NaN sample is absent. For both the step of a series is the most common distance of its rows, and
 * every row must lie on the grid of that step; grid points without a row are NaN.
 *
 * <p>A file is read as it comes and not kept, so that its size does not matter. What is kept of it
 * is limited to 20,000,000 points of 100,000 series; a compression of more than 200 to 1 is
 * refused.
 */
public final class TraceFiles {
  /** A folder of a trace has a file for each machine at most. */
  private static final int MAX_FILES = 100_000;

  /** Hears how far the reading is, now and then. */
  public interface Progress {
    /** So many bytes are read of so many, as they are in the files. */
    void at(long bytes, long all);
  }

  private TraceFiles() {}

  /**
   * Reads all series of a file.
   *
   * @return the series by name in the order of the file, at least one; a series without a name of
   *     its own has that of the file, without {@code .csv}, {@code .json} and {@code .gz}
   * @throws TraceFormatException when the content is no trace; its message names the line
   * @throws IOException when the file cannot be read
   */
  public static SequencedMap<String, TimeSeries> read(Path file) throws IOException {
    return read(file, TraceChoice.ALL, (_, _) -> {}).series();
  }

  /**
   * Reads what is wanted of a file, or of all files of a folder.
   *
   * @throws TraceFormatException when the content is no trace, or has not what is wanted; its
   *     message names the line
   * @throws IOException when a file cannot be read
   */
  public static Trace read(Path place, TraceChoice choice, Progress progress) throws IOException {
    List<Path> files = files(place);
    SeriesCollection series = new SeriesCollection(place.toString(), choice);
    long all = 0;
    for (Path file : files) {
      all += Files.size(file);
    }
    Optional<TraceFormat> format = choice.format();
    long before = 0;
    long sum = all;
    for (Path file : files) {
      long start = before;
      try (InputStream in = Files.newInputStream(file)) {
        format =
            Optional.of(
                read(
                    file.toString(),
                    Optional.of(file),
                    in,
                    choice,
                    format,
                    series,
                    bytes -> progress.at(start + bytes, sum)));
      }
      before += Files.size(file);
    }
    series.begin(place.toString());
    return series.trace(format.orElse(TraceFormat.CSV));
  }

  /**
   * Reads a stream, such as a resource of the class path, to its end.
   *
   * @param name stands for the file in messages, and names a series without a name
   * @param in is not closed
   * @return as for {@link #read(Path)}
   */
  public static SequencedMap<String, TimeSeries> read(String name, InputStream in)
      throws IOException {
    return read(name, in, TraceChoice.ALL).series();
  }

  /** Reads what is wanted of a stream. */
  static Trace read(String name, InputStream in, TraceChoice choice) throws IOException {
    SeriesCollection series = new SeriesCollection(name, choice);
    TraceFormat format = read(name, Optional.empty(), in, choice, choice.format(), series, _ -> {});
    return series.trace(format);
  }

  private static List<Path> files(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> entries = Files.list(place)) {
      List<Path> files =
          entries
              .filter(Files::isRegularFile)
              .filter(f -> !String.valueOf(f.getFileName()).startsWith("."))
              .sorted()
              .limit(MAX_FILES + 1L)
              .toList();
      if (files.isEmpty() || files.size() > MAX_FILES) {
        throw new TraceFormatException(
            place.toString(),
            1,
            files.isEmpty()
                ? "the folder has no file"
                : "the folder has more than %,d files".formatted(MAX_FILES),
            "name a file, or a folder with the files of one trace");
      }
      return files;
    }
  }

  private static TraceFormat read(
      String name,
      Optional<Path> path,
      InputStream in,
      TraceChoice choice,
      Optional<TraceFormat> known,
      SeriesCollection series,
      BoundedInput.Listener listener)
      throws IOException {
    BufferedInputStream bytes =
        new BufferedInputStream(BoundedInput.open(name, in, listener), 1 << 16);
    skipMark(bytes);
    TraceText text = new TraceText(name, path, bytes);
    series.begin(name);
    TraceFormat format =
        known.isPresent() ? known.get() : TraceFormat.of(TraceHead.of(name, bytes));
    String column = choice.column().orElse(format.columns().getFirst());
    if (!format.columns().contains(column)) {
      throw text.problem(
          1,
          "a trace of format %s has no column \"%s\"".formatted(format.label(), column),
          "it has " + String.join(", ", format.columns()));
    }
    format.reader().read(text, column, series);
    return format;
  }

  private static void skipMark(BufferedInputStream text) throws IOException {
    text.mark(3);
    byte[] mark = text.readNBytes(3);
    if (!(mark.length == 3
        && mark[0] == (byte) 0xef
        && mark[1] == (byte) 0xbb
        && mark[2] == (byte) 0xbf)) {
      text.reset();
    }
  }
}
