package dev.almanac.predictor.rightsizing.vpa;

/**
 * Elementary functions with the roundings of Go's {@code math} package on amd64, in which the
 * reference recommender is written.
 *
 * <p>They differ from {@link Math} and {@link StrictMath} in the last bit only, and the last bit
 * shows: 172 of the 176 bucket boundaries of a memory histogram, and one amount after truncation.
 */
final class Binary64 {
  /*
   * Logarithm and exponential are the fdlibm ones (Sun Microsystems 1993; FreeBSD e_log.c and e_exp.c):
   * reduction by powers of two, then a minimax polynomial. Java's StrictMath is fdlibm as well, but takes
   * a shorter path for some arguments of log, and has no exp2.
   */
  private static final double LN2_HIGH = 6.93147180369123816490e-01;
  private static final double LN2_LOW = 1.90821492927058770002e-10;
  private static final double[] LOG = {
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01
  };
  private static final double[] EXP = {
    1.66666666666666657415e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08
  };

  /** Beyond these, 2^x is infinite or zero. */
  private static final double EXP2_OVERFLOW = 1024;

  private static final double EXP2_UNDERFLOW = -1074;

  private Binary64() {}

  /** Natural logarithm of a positive finite number. */
  static double log(double x) {
    int exponent = exponent(x);
    double mantissa = mantissa(x, exponent);
    if (mantissa < Math.sqrt(2) / 2) {
      mantissa *= 2;
      exponent--;
    }
    double f = mantissa - 1;
    double s = f / (2 + f);
    double s2 = s * s;
    double s4 = s2 * s2;
    double odd = s2 * (LOG[0] + s4 * (LOG[2] + s4 * (LOG[4] + s4 * LOG[6])));
    double even = s4 * (LOG[1] + s4 * (LOG[3] + s4 * LOG[5]));
    double half = 0.5 * f * f;
    return exponent * LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * LN2_LOW)) - f);
  }

  /** 2^x of a finite x; exact for integers. */
  static double exp2(double x) {
    if (x >= EXP2_OVERFLOW) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < EXP2_UNDERFLOW) {
      return 0;
    }
    int whole = (int) (x + Math.copySign(0.5, x));
    double rest = x - whole;
    double high = rest * LN2_HIGH;
    double low = -rest * LN2_LOW;
    double r = high - low;
    double t = r * r;
    double c = r - t * (EXP[0] + t * (EXP[1] + t * (EXP[2] + t * (EXP[3] + t * EXP[4]))));
    return Math.scalb(1 - ((low - r * c / (2 - c)) - high), whole);
  }

  /**
   * {@code x^y} for {@code x >= 0}, infinity included: the whole part of the exponent by squaring
   * the mantissa in [0.5, 1) with its power of two kept apart, so that nothing over- or underflows
   * on the way. The same to the bit for whole exponents, which are all that VPA uses; within some
   * last bits for others.
   */
  static double pow(double x, double y) {
    if (y == 0 || x == 1) {
      return 1;
    }
    if (y == 1 || Double.isNaN(x)) {
      return x;
    }
    if (x == 0 || Double.isInfinite(x) || Math.abs(y) == 0.5) {
      return Math.pow(x, y);
    }
    long whole = (long) Math.abs(y);
    double fraction = Math.abs(y) - whole;
    double result = 1;
    if (fraction != 0) {
      if (fraction > 0.5) {
        fraction--;
        whole++;
      }
      result = StrictMath.exp(fraction * log(x));
    }
    int power = 0;
    int exponent = exponent(x);
    double square = mantissa(x, exponent);
    for (long bits = whole; bits != 0; bits >>= 1) {
      if (Math.abs(exponent) > 1 << 12) { // further squaring cannot come back into the range
        power += exponent;
        break;
      }
      if ((bits & 1) == 1) {
        result *= square;
        power += exponent;
      }
      square *= square;
      exponent *= 2;
      if (square < 0.5) {
        square *= 2;
        exponent--;
      }
    }
    return y < 0 ? Math.scalb(1 / result, -power) : Math.scalb(result, power);
  }

  /** The e of {@code x = m * 2^e} with m in [0.5, 1); x is positive and finite. */
  private static int exponent(double x) {
    return x < Double.MIN_NORMAL ? Math.getExponent(x * 0x1p52) - 51 : Math.getExponent(x) + 1;
  }

  /** The m of {@code x = m * 2^e}. In two steps, as 2^-e alone may be out of range. */
  private static double mantissa(double x, int exponent) {
    return Math.scalb(x, -exponent);
  }
}
