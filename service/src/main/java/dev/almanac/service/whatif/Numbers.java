package dev.almanac.service.whatif;

import java.util.Locale;

/** Numbers as the reports write them; a dash where a figure does not apply. */
final class Numbers {
  private Numbers() {}

  /** For people: grouped, with as many decimals as say something. */
  static String shown(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (Double.isInfinite(value)) {
      return "overload";
    }
    double size = Math.abs(value);
    String format =
        size >= 1e7 ? "%.2e" : size >= 1000 || value == Math.rint(value) ? "%,.0f" : "%.1f";
    return String.format(Locale.ROOT, format, value);
  }

  /** For programs: the shortest form that reads back as the same number; empty for NaN. */
  static String plain(double value) {
    return Double.isNaN(value)
        ? ""
        : value == Math.rint(value) && Math.abs(value) < 1e15
            ? Long.toString((long) value)
            : Double.toString(value);
  }
}
