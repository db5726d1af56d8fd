package dev.almanac.collector.trace;

import dev.almanac.predictor.series.TimeSeries;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;

/**
 * Reads series from files.
 *
 * <ul>
 *   <li>CSV in UTF-8 with the header {@code timestamp,value} or {@code series,timestamp,value},
 *       sorted by series, then time. {@code timestamp} is in whole epoch seconds, {@code value} any
 *       finite number, negative ones too; an absent sample is an absent row.
 *   <li>JSON as {@code /api/v1/query_range} answers it. A NaN sample is absent.
 * </ul>
 *
 * Either may be compressed with gzip; which of them a file is, is seen from its content. The step
 * of a series is the most common distance of its rows, and every row must lie on the grid of that
 * step; grid points without a row are NaN. Limits: 1 GiB of text, 20,000,000 rows and as many grid
 * points, 100,000 series, a compression of 200 to 1.
 */
public final class TraceFiles {
  private TraceFiles() {}

  /**
   * Reads a file.
   *
   * @return the series by name in the order of the file, at least one; a series without a name of
   *     its own has that of the file, without {@code .csv}, {@code .json} and {@code .gz}
   * @throws TraceFormatException when the content is no trace; its message names the line
   * @throws IOException when the file cannot be read
   */
  public static SequencedMap<String, TimeSeries> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    }
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
    BufferedInputStream text = new BufferedInputStream(BoundedInput.open(name, in), 1 << 16);
    SeriesCollection series = new SeriesCollection(name);
    if (startsLikeJson(text)) {
      JsonTrace.read(name, text, series);
    } else {
      CsvTrace.read(name, text, series);
    }
    return series.all();
  }

  /** Whether the first character is a brace; skips a byte order mark. */
  private static boolean startsLikeJson(BufferedInputStream text) throws IOException {
    text.mark(3);
    byte[] mark = text.readNBytes(3);
    if (!(mark.length == 3
        && mark[0] == (byte) 0xef
        && mark[1] == (byte) 0xbb
        && mark[2] == (byte) 0xbf)) {
      text.reset();
    }
    text.mark(1024);
    int c = text.read();
    for (int i = 0; i < 1000 && (c == ' ' || c == '\t' || c == '\r' || c == '\n'); i++) {
      c = text.read();
    }
    text.reset();
    return c == '{';
  }
}
