package dev.almanac.predictor.scaling.hpa;

import java.math.BigInteger;

/**
 * Arithmetic on int64 milli-units as the controller does it. Where its int64 or int32 would wrap
 * round to a number without meaning, these saturate.
 */
final class Milli {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private static final long HUNDREDTH = Long.MAX_VALUE / 100;

  private Milli() {}

  /** {@code a + b}, saturating at both ends. */
  static long plus(long a, long b) {
    long sum = a + b;
    boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
    return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }

  /** {@code a * n}, saturating. Neither is negative. */
  static long times(long a, int n) {
    return Math.multiplyHigh(a, n) == 0 && a * n >= 0 ? a * n : Long.MAX_VALUE;
  }

  /** {@code trunc(100 * part / whole)}: whole percent, saturating. {@code whole} is not 0. */
  static int percent(long part, long whole) {
    if (-HUNDREDTH <= part && part <= HUNDREDTH) {
      return saturate(part * 100 / whole);
    }
    var exact = BigInteger.valueOf(part).multiply(HUNDRED).divide(BigInteger.valueOf(whole));
    return saturate(saturate(exact));
  }

  /** {@code trunc(percent * whole / 100)}, saturating. Neither is negative. */
  static long share(long whole, int percent) {
    if (whole <= Long.MAX_VALUE / Integer.MAX_VALUE) {
      return whole * percent / 100;
    }
    return saturate(
        BigInteger.valueOf(whole).multiply(BigInteger.valueOf(percent)).divide(HUNDRED));
  }

  /** Rounds up to a whole number of replicas, saturating; NaN gives 0. */
  static int replicas(double exact) {
    return (int) Math.ceil(exact);
  }

  /** The nearest int32. */
  static int saturate(long value) {
    return (int) Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static long saturate(BigInteger value) {
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }
}
