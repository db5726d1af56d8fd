package dev.almanac.collector.trace;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a file, decompressed when they are gzip, which must not blow them up. */
final class BoundedInput extends FilterInputStream {
  /** Deflate reaches 1,032; numbers with any noise in them stay below 20. */
  private static final long MAX_RATIO = 200;

  /** Below this, a high ratio does no harm. */
  private static final long RATIO_FROM_BYTES = 16 << 20;

  /** Hears how far the reading is. */
  interface Listener {
    /** So many bytes are read, as they are in the file. */
    void at(long bytes);
  }

  private final String file;
  private final Listener listener;
  private final Counted source;
  private final boolean gzip;
  private long read;

  private BoundedInput(
      String file, InputStream in, Counted source, boolean gzip, Listener listener) {
    super(in);
    this.file = file;
    this.listener = listener;
    this.source = source;
    this.gzip = gzip;
  }

  static BoundedInput open(String file, InputStream in, Listener listener) throws IOException {
    Counted source = new Counted(in);
    PushbackInputStream start =
        new PushbackInputStream(new BufferedInputStream(source, 1 << 16), 2);
    byte[] magic = start.readNBytes(2);
    start.unread(magic);
    boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
    try {
      InputStream plain = gzip ? new GZIPInputStream(start, 1 << 16) : start;
      return new BoundedInput(file, plain, source, gzip, listener);
    } catch (EOFException | ZipException e) {
      throw damaged(file);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n;
    try {
      n = in.read(bytes, offset, length);
    } catch (EOFException | ZipException e) {
      throw damaged(file);
    }
    if (n > 0) {
      read += n;
      listener.at(source.read);
      if (gzip && read > RATIO_FROM_BYTES && read > source.read * MAX_RATIO) {
        throw new TraceFormatException(
            file,
            1,
            "expands to more than %d times its size".formatted(MAX_RATIO),
            "decompress it yourself if you trust it");
      }
    }
    return n;
  }

  private static TraceFormatException damaged(String file) {
    return new TraceFormatException(
        file, 1, "the gzip data is cut off or damaged", "copy the file again");
  }

  /** Counts the bytes as they are in the file. */
  private static final class Counted extends FilterInputStream {
    private long read;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int c = in.read();
      read += c < 0 ? 0 : 1;
      return c;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      read += Math.max(0, n);
      return n;
    }
  }
}
