package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/**
 * A web server's log: a line for each request, {@code host ident user [10/Oct/2000:13:55:36 -0700]
 * "request" status bytes}, and more behind it in the Combined Log Format. Logs have lines that are
 * cut or garbled; up to one in a hundred is passed over, more are a mistake.
 *
 * @see <a href="https://www.w3.org/Daemon/User/Config/Logging.html#common-logfile-format">the
 *     format</a>
 */
final class CommonLog implements TraceReader {
  private static final int STEP_SECONDS = 60;

  /** {@code 10/Oct/2000:13:55:36 -0700}. */
  private static final int TIME_LENGTH = 26;

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final int BROKEN_PERCENT = 1;
  private static final int BROKEN_ANYWAY = 10;

  @Override
  public boolean recognises(TraceHead head) {
    byte[] line = head.firstLine().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    return second(line, line.length) != Long.MIN_VALUE;
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    boolean requests = column.equals("requests");
    series.describe(requests ? "requests a minute" : "bytes a minute", Scale.ABSOLUTE, 1);
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.COUNT);
    Lines lines = new Lines(text.bytes());
    long broken = 0;
    long firstBroken = 0;
    long n = 0;
    while (lines.next()) {
      n++;
      long at = second(lines.bytes, lines.length);
      long size = at == Long.MIN_VALUE ? -1 : size(lines.bytes, lines.length);
      if (at == Long.MIN_VALUE || size < 0) {
        firstBroken = broken++ == 0 ? n : firstBroken;
        continue;
      }
      grid.add(column, at, requests ? 1 : size, n);
    }
    if (broken > Math.max(BROKEN_ANYWAY, n * BROKEN_PERCENT / 100) || broken == n) {
      throw text.problem(
          Math.max(1, firstBroken),
          "this line and %,d others of %,d are none of a web server's log"
              .formatted(Math.max(0, broken - 1), n),
          "a line is: host ident user [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 2326");
    }
    series.broken(broken);
  }

  /** The time of a line in epoch seconds, {@code Long.MIN_VALUE} where there is none. */
  private static long second(byte[] line, int length) {
    int open = 0;
    while (open < length && line[open] != '[') {
      open++;
    }
    int t = open + 1;
    if (t + TIME_LENGTH >= length
        || line[t + TIME_LENGTH] != ']'
        || line[t + 2] != '/'
        || line[t + 6] != '/'
        || line[t + 11] != ':'
        || line[t + 14] != ':'
        || line[t + 17] != ':'
        || line[t + 20] != ' '
        || (line[t + 21] != '-' && line[t + 21] != '+')) {
      return Long.MIN_VALUE;
    }
    int month =
        MONTHS.indexOf(new String(line, t + 3, 3, java.nio.charset.StandardCharsets.ISO_8859_1));
    int day = digits(line, t, 2);
    int year = digits(line, t + 7, 4);
    int hour = digits(line, t + 12, 2);
    int minute = digits(line, t + 15, 2);
    int second = digits(line, t + 18, 2);
    int zoneHours = digits(line, t + 22, 2);
    int zoneMinutes = digits(line, t + 24, 2);
    if (month < 0
        || day < 1
        || year < 1970
        || hour < 0
        || minute < 0
        || second < 0
        || zoneHours < 0
        || zoneMinutes < 0
        || hour > 23
        || minute > 59
        || second > 60
        || zoneHours > 18
        || zoneMinutes > 59) {
      return Long.MIN_VALUE;
    }
    long days;
    try {
      days = LocalDate.of(year, month + 1, day).toEpochDay();
    } catch (DateTimeException e) {
      return Long.MIN_VALUE; // the 31st of February
    }
    long offset = (zoneHours * 60L + zoneMinutes) * 60;
    return days * 86_400
        + hour * 3_600L
        + minute * 60L
        + second
        - (line[t + 21] == '-' ? -offset : offset);
  }

  /** The bytes of the answer, 0 where a dash says that there were none, -1 where no status is. */
  private static long size(byte[] line, int length) {
    for (int i = length - 1; i >= 0; i--) {
      if (line[i] == '"'
          && i + 5 < length
          && line[i + 1] == ' '
          && digits(line, i + 2, 3) >= 0
          && line[i + 5] == ' ') {
        int at = i + 6;
        if (at < length && line[at] == '-') {
          return 0;
        }
        long size = -1;
        for (; at < length && line[at] >= '0' && line[at] <= '9' && size < 1L << 50; at++) {
          size = Math.max(0, size) * 10 + line[at] - '0';
        }
        return size;
      }
    }
    return -1;
  }

  private static int digits(byte[] line, int from, int n) {
    int value = 0;
    for (int i = from; i < from + n; i++) {
      if (line[i] < '0' || line[i] > '9') {
        return -1;
      }
      value = value * 10 + line[i] - '0';
    }
    return value;
  }

  /** Lines as they come; of one that is longer than any request only the beginning is kept. */
  private static final class Lines {
    private static final int MOST = 1 << 16;

    private final BufferedInputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] bytes = new byte[512];
    private int length;

    Lines(BufferedInputStream in) {
      this.in = in;
    }

    boolean next() throws IOException {
      length = 0;
      boolean any = false;
      while (true) {
        if (at == end) {
          at = 0;
          end = in.read(chunk);
          if (end <= 0) {
            end = 0;
            return any;
          }
        }
        int from = at;
        while (at < end && chunk[at] != '\n') {
          at++;
        }
        keep(from, at);
        any = true;
        if (at < end) {
          at++;
          return true;
        }
      }
    }

    private void keep(int from, int to) {
      int n = Math.min(to - from, MOST - length);
      if (length + n > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + n, bytes.length * 2));
      }
      System.arraycopy(chunk, from, bytes, length, n);
      length += n;
    }
  }
}
