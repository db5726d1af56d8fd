package dev.almanac.service.backtest;

import java.time.Duration;
import java.util.Locale;

/** Numbers as all three forms of the report write them; a dash where there is none. */
final class Figures {
  private Figures() {}

  static String score(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }

  static String skill(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%+.0f %%", 100 * value);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  /** A demand, with as many digits as it needs. */
  static String amount(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 1 ? "%.1f" : "%.3f", value);
  }

  /** 90s, 15m, 24h, 7d. */
  static String time(Duration time) {
    long s = time.toSeconds();
    return s > 86_400 && s % 86_400 == 0
        ? s / 86_400 + "d"
        : s % 3_600 == 0 ? s / 3_600 + "h" : s % 60 == 0 ? s / 60 + "m" : s + "s";
  }
}
