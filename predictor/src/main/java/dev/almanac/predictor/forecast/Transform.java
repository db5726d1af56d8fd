package dev.almanac.predictor.forecast;

/**
 * The spaces a forecast is computed in. Demand that is never negative is modelled as its fourth
 * root, where the better median is found, and its quantiles as its square root; demand that may be
 * negative stays as it is. Everything is in units of a power of 16 near the largest value, so that
 * a forecast of {@code 16 y} is exactly 16 times that of {@code y}, and no square overflows.
 *
 * @param signed whether values may be negative
 * @param unit above 0
 */
record Transform(boolean signed, double unit) {

  /** The transform for the present ones among these values. */
  static Transform of(double[] values, int from) {
    boolean signed = false;
    double most = 0;
    for (int i = from; i < values.length; i++) {
      signed |= values[i] < 0;
      double size = Math.abs(values[i]);
      most = size > most ? size : most;
    }
    int exponent = Math.max(Math.getExponent(most), -1000);
    return new Transform(signed, most == 0 ? 1 : Math.scalb(1.0, 4 * Math.floorDiv(exponent, 4)));
  }

  /** To the space of the median; NaN stays NaN. */
  double location(double value) {
    return signed ? value / unit : Math.sqrt(Math.sqrt(Math.max(value, 0) / unit));
  }

  /** From the space of the median to that of the quantiles. */
  double tail(double location) {
    double root = Math.max(location, 0);
    return signed ? location : root * root;
  }

  /** From the space of the quantiles back to demand; finite. */
  double demand(double tail) {
    double root = Math.max(tail, 0);
    double value = signed ? tail * unit : root * root * unit;
    return Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  /** One in the space of the quantiles, as a demand or as the square root of one. */
  double tailUnit() {
    return signed ? unit : Math.sqrt(unit);
  }
}
