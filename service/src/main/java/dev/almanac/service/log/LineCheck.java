package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The checksum that ends every line, and what it can say about a damaged one.
 *
 * <p>A line ends with {@code "line":"0a1b2c3d"} and the braces that close it: eight hex digits of
 * CRC-32C over all bytes of the line before them.
 */
final class LineCheck {
  /*
   * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78). It is linear: the checksum of a damaged
   * text differs from that of the sound one by the checksum of the damage alone. One damaged byte e
   * with k bytes behind it contributes shift^k(TABLE[e]), where shift(c) = (c >>> 8) ^ TABLE[c & 255]
   * is one step over a zero byte. shift can be undone, since the top bytes of TABLE are all
   * different. So the difference of the checksums is walked back over the line, and wherever it
   * equals an entry of TABLE, that one byte explains all of the damage. Each such place is tried
   * against the checks of the parts; a wrong place would have to satisfy 32 more bits.
   */

  private static final int POLYNOMIAL = 0x82F63B78;
  private static final int[] TABLE = new int[256];

  /** Which entry of the table has this top byte. */
  private static final int[] BY_TOP_BYTE = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int c = i;
      for (int bit = 0; bit < 8; bit++) {
        c = (c & 1) == 0 ? c >>> 1 : (c >>> 1) ^ POLYNOMIAL;
      }
      TABLE[i] = c;
      BY_TOP_BYTE[c >>> 24] = i;
    }
  }

  private static final byte[] END = "\"}}".getBytes(US_ASCII);
  private static final int DIGITS = 8;

  /** Bytes that end a line: the digits, the quote and two braces. */
  static final int TAIL = DIGITS + END.length;

  private LineCheck() {}

  /** Eight hex digits over a part of an array. */
  static String of(byte[] bytes, int from, int to) {
    return HexFormat.of().toHexDigits(crc(bytes, from, to));
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  /** What must follow the first bytes of a line, from {@code from} to {@code to}. */
  static byte[] tail(byte[] bytes, int from, int to) {
    return (of(bytes, from, to) + "\"}}").getBytes(US_ASCII);
  }

  /** Whether the first {@code length} bytes are a line with the right checksum. */
  static boolean holds(byte[] line, int length) {
    int body = length - TAIL;
    return body > 0
        && endsLikeALine(line, length)
        && Arrays.equals(tail(line, 0, body), 0, TAIL, line, body, length);
  }

  /** Whether the bytes before {@code length} are those that end a line; cheap. */
  static boolean endsLikeALine(byte[] line, int length) {
    return length >= TAIL && Arrays.equals(line, length - END.length, length, END, 0, END.length);
  }

  /** All single bytes that, replaced, would give the line a right checksum; hardly ever two. */
  static List<Repair> repairs(byte[] line) {
    List<Repair> found = new ArrayList<>();
    int body = line.length - TAIL;
    if (body <= 0) {
      return found;
    }
    byte[] tail = tail(line, 0, body);
    int i = Arrays.mismatch(tail, 0, TAIL, line, body, line.length);
    if (i >= 0 && Arrays.equals(tail, i + 1, TAIL, line, body + i + 1, line.length)) {
      found.add(new Repair(body + i, tail[i]));
    }
    if (!endsLikeALine(line, line.length)) {
      return found;
    }
    int difference;
    try {
      int recorded = HexFormat.fromHexDigits(new String(line, body, DIGITS, US_ASCII));
      difference = recorded ^ crc(line, 0, body);
    } catch (IllegalArgumentException e) {
      return found; // not hex digits
    }
    for (int at = body - 1; at >= 0; at--) {
      int error = BY_TOP_BYTE[difference >>> 24];
      if (error != 0 && TABLE[error] == difference) {
        found.add(new Repair(at, (byte) (line[at] ^ error)));
      }
      difference = ((difference ^ TABLE[error]) << 8) | error;
    }
    return found;
  }

  /**
   * A byte that would make a line right.
   *
   * @param offset where
   * @param value what it should be
   */
  record Repair(int offset, byte value) {
    byte[] of(byte[] line) {
      byte[] repaired = line.clone();
      repaired[offset] = value;
      return repaired;
    }
  }
}
