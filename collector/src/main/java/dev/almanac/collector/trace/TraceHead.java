package dev.almanac.collector.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The beginning of a file, by which its layout is known.
 *
 * @param file its name
 * @param bytes the first ones, decompressed
 */
record TraceHead(String file, byte[] bytes) {
  /** Enough for the first line of all but the widest tables, whose first cells are enough. */
  static final int BYTES = 8192;

  /** Looks at the beginning without taking it. */
  static TraceHead of(String file, BufferedInputStream in) throws IOException {
    in.mark(BYTES);
    byte[] bytes = in.readNBytes(BYTES);
    in.reset();
    return new TraceHead(file, bytes);
  }

  /** The first line that is not blank, or what is there of it; stripped. */
  String firstLine() {
    return new String(bytes, StandardCharsets.UTF_8)
        .replace("\ufeff", "")
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("")
        .strip();
  }

  /** The cells of the first line, stripped; all but the last one are whole. */
  String[] cells(String separator) {
    String[] cells = firstLine().split(separator, -1);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i].strip();
    }
    return cells;
  }
}
