package dev.almanac.collector.prometheus;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.collector.prometheus.AnswerDecoder.Samples;

/**
 * Reads runs of points in the one form in which stores write them, {@code ,[1700000040,"412.5"]},
 * several times as fast as a JSON parser does.
 *
 * <p>It reads a point whole or not at all, and takes only what a JSON parser would take and read as
 * the same time and the same double. All else, blanks, escapes, exponents in a time, a point that
 * the chunk cuts, is left where it stands for the parser.
 */
final class PointScanner {
  /** So many digits fit a long. Longer values go to the general parser. */
  private static final int MOST_DIGITS = 18;

  /** All powers of ten that 18 digits can be divided by; each is exact. */
  private static final double[] POWERS_OF_TEN = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17
  };

  /** Up to the year 5138, which is also the decoder's bound. */
  private static final int MOST_TIME_DIGITS = 11;

  /** Go prints a double in at most 24 characters. */
  private static final int LONGEST_VALUE = 32;

  private static final int NO_MATCH = -1;

  private final char[] text = new char[LONGEST_VALUE];
  private long millis;
  private double value;

  /**
   * Hands on the points that follow one another from {@code from} on.
   *
   * @param from where the comma behind a point may stand
   * @return the index behind the last whole point, {@code from} when there was none
   * @throws Defect when a value is no number, or the samples are refused
   */
  int scan(byte[] bytes, int from, int end, Samples samples) throws Defect {
    int done = from;
    while (true) {
      int i = expect(bytes, done, end, ',', '[');
      i = i == NO_MATCH ? i : time(bytes, i, end);
      i = i == NO_MATCH ? i : expect(bytes, i, end, ',', '"');
      i = i == NO_MATCH ? i : value(bytes, i, end);
      i = i == NO_MATCH ? i : expect(bytes, i, end, '"', ']');
      if (i == NO_MATCH) {
        return done;
      }
      samples.sample(millis, value);
      done = i;
    }
  }

  private static int expect(byte[] bytes, int at, int end, char first, char second) {
    return end - at >= 2 && bytes[at] == first && bytes[at + 1] == second ? at + 2 : NO_MATCH;
  }

  /** Whole seconds, or seconds with one to three decimals. */
  private int time(byte[] bytes, int from, int end) {
    int i = from;
    long seconds = 0;
    for (; i < end && isDigit(bytes[i]); i++) {
      seconds = seconds * 10 + (bytes[i] - '0');
    }
    if (i == from || i - from > MOST_TIME_DIGITS || bytes[from] == '0') {
      return NO_MATCH;
    }
    millis = seconds * 1000;
    if (i < end && bytes[i] == '.') {
      int point = i++;
      for (int unit = 100; unit > 0 && i < end && isDigit(bytes[i]); unit /= 10) {
        millis += (long) unit * (bytes[i++] - '0');
      }
      return i == point + 1 ? NO_MATCH : i;
    }
    return i;
  }

  /** The text before the closing quote. */
  private int value(byte[] bytes, int from, int end) throws Defect {
    boolean negative = from < end && bytes[from] == '-';
    int first = negative ? from + 1 : from;
    int i = first;
    long number = 0;
    for (; i < end && isDigit(bytes[i]); i++) {
      number = number * 10 + (bytes[i] - '0');
    }
    int digits = i - first;
    int decimals = 0;
    if (digits > 0 && i + 1 < end && bytes[i] == '.' && isDigit(bytes[i + 1])) {
      int point = i++;
      for (; i < end && isDigit(bytes[i]); i++) {
        number = number * 10 + (bytes[i] - '0');
      }
      decimals = i - point - 1;
      digits += decimals;
    }
    if (digits == 0 || digits > MOST_DIGITS || i == end || bytes[i] != '"') {
      return anyValue(bytes, from, end);
    }
    double magnitude = quotient(number, POWERS_OF_TEN[decimals]);
    value = negative ? -magnitude : magnitude;
    return Double.isNaN(magnitude) ? anyValue(bytes, from, end) : i;
  }

  /*
   * The double nearest to number / power, or NaN where it takes more than two divisions to know.
   *
   * Below 2^53 number is an exact double, as power is, and a division rounds correctly: Clinger, "How
   * to read floating point numbers accurately", PLDI 1990 (doi:10.1145/93542.93557), section 3.
   *
   * Above, number = high + low, both exact. The remainder high - q power of a rounded quotient q is a
   * double, and fma yields it exactly; so number / power = q + (remainder + low) / power, where the
   * correction is computed with two roundings: it lies within 2^-50 of itself. When both ends of that
   * interval, added to q, round to the same double, so does all between them.
   */
  private static double quotient(long number, double power) {
    double high = number;
    double q = high / power;
    if (number < 1L << 53 || power == 1) {
      return q;
    }
    double low = number - (long) high;
    double correction = (Math.fma(-q, power, high) + low) / power;
    double least = q + correction * (1 - 0x1p-50);
    return least == q + correction * (1 + 0x1p-50) ? least : Double.NaN;
  }

  /** Every other value: long ones, exponents, NaN and the infinities. */
  private int anyValue(byte[] bytes, int from, int end) throws Defect {
    int limit = Math.min(end, from + LONGEST_VALUE);
    int i = from;
    for (; i < limit && isOfNumber(bytes[i]); i++) {
      text[i - from] = (char) bytes[i];
    }
    if (i == limit || bytes[i] != '"') {
      return NO_MATCH;
    }
    value = AnswerDecoder.parseValue(text, 0, i - from);
    return i;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isOfNumber(byte b) {
    return isDigit(b)
        || b == '.'
        || b == '-'
        || b == '+'
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z');
  }
}
