package dev.almanac.predictor.scaling;

import java.util.Locale;

/** Numbers as people read them in an explanation. */
final class Amounts {
  private Amounts() {}

  /** Three significant digits without an exponent, whole numbers from 1,000 on. */
  static String show(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "nothing";
    }
    String format = size >= 100 || size == Math.rint(size) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
