package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * {@code wc_dayNN_M.gz} of the Internet Traffic Archive: the requests to the site of the World Cup
 * of 1998 as records of 20 bytes, big end first: time (seconds in UTC), client, object and size of
 * the answer of 4 bytes each, then method, status, type and server of one each.
 *
 * @see <a href="https://ita.ee.lbl.gov/html/contrib/WorldCup.html">its description</a>
 */
final class WorldCup98 implements TraceReader {
  private static final int STEP_SECONDS = 60;
  private static final int RECORD_BYTES = 20;
  private static final int SIZE_AT = 12;

  /** 1998-04-30T00:00 to 1998-07-27T00:00 in Paris, and a day more on either side. */
  private static final long FIRST = 893_800_800L;

  private static final long LAST = 901_576_800L;

  /** Stands for an answer whose size is unknown. */
  private static final long NO_SIZE = 0xffffffffL;

  @Override
  public boolean recognises(TraceHead head) {
    byte[] b = head.bytes();
    if (b.length < RECORD_BYTES) {
      return false;
    }
    long first = Integer.toUnsignedLong(ByteBuffer.wrap(b).getInt());
    return first >= FIRST && first < LAST;
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    boolean requests = column.equals("requests");
    series.describe(requests ? "requests a minute" : "bytes a minute", Scale.ABSOLUTE, 1);
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.COUNT);
    byte[] bytes = new byte[RECORD_BYTES];
    ByteBuffer record = ByteBuffer.wrap(bytes);
    DataInputStream in = new DataInputStream(text.bytes());
    for (long n = 1; ; n++) {
      int read = in.readNBytes(bytes, 0, RECORD_BYTES);
      if (read == 0) {
        return;
      }
      if (read < RECORD_BYTES) {
        throw text.problem(
            n, "record %,d has only %d of 20 bytes".formatted(n, read), "copy the file again");
      }
      long at = Integer.toUnsignedLong(record.getInt(0));
      if (at < FIRST || at >= LAST) {
        throw text.problem(
            n,
            "record %,d is of second %,d, which is not in the summer of 1998".formatted(n, at),
            "is it a file of the WorldCup98 trace?");
      }
      long size = Integer.toUnsignedLong(record.getInt(SIZE_AT));
      grid.add(column, at, requests ? 1 : size == NO_SIZE ? 0 : size, n);
    }
  }
}
