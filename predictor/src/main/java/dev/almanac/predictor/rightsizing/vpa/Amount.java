package dev.almanac.predictor.rightsizing.vpa;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Amounts of resources: whole millicores or bytes, cut off after every step of a calculation, as
 * {@code recommender/model/types.go} of kubernetes/autoscaler does it.
 */
final class Amount {
  /** 100 billion cores or 100 terabytes: what stands for "no bound". */
  static final long MAX = 100_000_000_000_000L;

  private static final double MILLI = 1000;
  private static final String[] UNITS = {"Ti", "Gi", "Mi", "Ki"};

  private Amount() {}

  /** Cut off to [0, MAX]; NaN, which zero usage over zero confidence gives, becomes 0. */
  static long of(double exact) {
    return (long) Math.clamp(exact, 0, (double) MAX);
  }

  /** Millicores. */
  static long ofCores(double cores) {
    return of(cores * MILLI);
  }

  static double cores(long millicores) {
    return millicores / MILLI;
  }

  static long scale(long amount, double factor) {
    return of(amount * factor);
  }

  /**
   * The next multiple of a step.
   *
   * @throws IllegalArgumentException when the step is not positive
   */
  static long roundUp(long amount, long step) {
    if (step <= 0) {
      throw new IllegalArgumentException("a rounding step must be positive, was " + step);
    }
    return (long) Math.ceil((double) amount / step) * step;
  }

  /**
   * Bytes with two decimals of the largest binary unit that fits, halves to even; below 1Ki bare.
   */
  static String humanize(long bytes) {
    for (int i = 0; i < UNITS.length; i++) {
      double unit = 1L << (10 * (UNITS.length - i));
      if (bytes >= unit) {
        return new BigDecimal(bytes / unit).setScale(2, RoundingMode.HALF_EVEN).toPlainString()
            + UNITS[i];
      }
    }
    return Long.toString(bytes);
  }
}
