package dev.almanac.simulator.outcome;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/**
 * SHA-256 over results, so that two runs can be compared by one line. Numbers go in as big-endian
 * bytes, doubles by their bits, texts as UTF-16 after their length. Not safe for several threads.
 */
public final class ResultHash {

  private final MessageDigest digest;
  private final byte[] block = new byte[4096];
  private int filled;

  /** A hash over nothing yet. */
  public ResultHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds four bytes. */
  public ResultHash add(int value) {
    add((byte) (value >>> 24));
    add((byte) (value >>> 16));
    add((byte) (value >>> 8));
    add((byte) value);
    return this;
  }

  /** Adds eight bytes. */
  public ResultHash add(long value) {
    return add((int) (value >>> 32)).add((int) value);
  }

  /** Adds the bits of a number; every NaN counts as the same. */
  public ResultHash add(double value) {
    return add(Double.doubleToLongBits(value));
  }

  /** Adds the length and the characters. */
  public ResultHash add(String text) {
    add(text.length());
    for (int i = 0; i < text.length(); i++) {
      add((byte) (text.charAt(i) >>> 8));
      add((byte) text.charAt(i));
    }
    return this;
  }

  /** Adds seconds and nanoseconds. */
  public ResultHash add(Instant instant) {
    return add(instant.getEpochSecond()).add(instant.getNano());
  }

  /** Adds the length and the numbers. */
  public ResultHash add(int[] values) {
    add(values.length);
    for (int value : values) {
      add(value);
    }
    return this;
  }

  /** Adds all figures. */
  public ResultHash add(Outcome o) {
    return add(o.policy())
        .add(o.shortMinutes())
        .add(o.shortPodMinutes())
        .add(o.podHours())
        .add(o.scaleEvents())
        .add(o.scoredMinutes());
  }

  /** The hash over all that was added, in lower-case hex. Nothing may be added after. */
  public String hex() {
    digest.update(block, 0, filled);
    return HexFormat.of().formatHex(digest.digest());
  }

  private void add(byte value) {
    if (filled == block.length) {
      digest.update(block);
      filled = 0;
    }
    block[filled++] = value;
  }
}
