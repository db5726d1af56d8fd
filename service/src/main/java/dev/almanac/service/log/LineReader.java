package dev.almanac.service.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a file, one after the other, in bounded memory. */
final class LineReader implements Closeable {
  private final InputStream in;
  private final byte[] block = new byte[1 << 16];
  private int position;
  private int filled;
  private long number;
  private byte[] line = new byte[1 << 13];
  private Optional<Line> ahead = Optional.empty();

  /**
   * A line as it is on disk.
   *
   * @param number from 1
   * @param bytes without the line break; at most {@link LineCodec#MAX_BYTES} and one
   * @param ended whether a line break follows; only the last line of a file may have none
   */
  record Line(long number, byte[] bytes, boolean ended) {
    boolean isTooLong() {
      return bytes.length > LineCodec.MAX_BYTES;
    }
  }

  private LineReader(InputStream in) {
    this.in = in;
  }

  static LineReader open(Path file) throws IOException {
    return new LineReader(Files.newInputStream(file));
  }

  /** The next line, empty at the end of the file. */
  Optional<Line> next() throws IOException {
    Optional<Line> next = peek();
    ahead = Optional.empty();
    return next;
  }

  /** The line that {@link #next} will give. */
  Optional<Line> peek() throws IOException {
    if (ahead.isEmpty()) {
      ahead = read();
    }
    return ahead;
  }

  /** Puts a line in front of what is still to come, which must not have been peeked at. */
  void pushBack(Line rest) {
    ahead = Optional.of(rest);
  }

  private Optional<Line> read() throws IOException {
    int length = 0;
    while (true) {
      if (position == filled) {
        filled = Math.max(0, in.read(block));
        position = 0;
        if (filled == 0) {
          return length == 0 ? Optional.empty() : Optional.of(line(length, false));
        }
      }
      int end = position;
      while (end < filled && block[end] != '\n') {
        end++;
      }
      int keep = Math.min(end - position, LineCodec.MAX_BYTES + 1 - length);
      if (length + keep > line.length) {
        line = Arrays.copyOf(line, Math.max(length + keep, 2 * line.length));
      }
      System.arraycopy(block, position, line, length, keep);
      length += keep;
      position = end;
      if (end < filled) {
        position++;
        return Optional.of(line(length, true));
      }
    }
  }

  private Line line(int length, boolean ended) {
    number++;
    return new Line(number, Arrays.copyOf(line, length), ended);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
