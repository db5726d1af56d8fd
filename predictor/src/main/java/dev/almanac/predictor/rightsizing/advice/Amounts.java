package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.Resource;
import java.util.Locale;

/** Amounts as they stand in manifests: rounded up to three digits, written as Kubernetes does. */
public final class Amounts {
  private static final long MEBIBYTE = 1L << 20;

  private Amounts() {}

  /** Millicores, rounded up to 1 below a core and to 10 above. */
  static long millicores(double cores) {
    return up(cores * 1000, 1, 1000);
  }

  /** Bytes, rounded up to 1 MiB below 1,000 MiB and to ten times that for every digit more. */
  static long bytes(double bytes) {
    return up(bytes, MEBIBYTE, 1000);
  }

  private static long up(double amount, long unit, long digits) {
    if (!(amount >= 0) || amount > 1L << 60) {
      throw new IllegalArgumentException("not an amount: " + amount);
    }
    long step = unit;
    while (amount > (double) step * digits) {
      step *= 10;
    }
    // A hair less: 0.29 cores are 290.00000000000006 millicores.
    return (long) Math.ceil(amount / step * (1 - 1e-12)) * step;
  }

  /** As a manifest says it. */
  public static String quantity(Resource resource, long amount) {
    if (resource == Resource.CPU) {
      return amount % 1000 == 0 ? Long.toString(amount / 1000) : amount + "m";
    }
    if (amount == 0) {
      return "0";
    }
    String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
    int unit = 0;
    long rest = amount;
    while (unit < units.length - 1 && rest % 1024 == 0) {
      rest /= 1024;
      unit++;
    }
    return rest + units[unit];
  }

  /** For people, to three digits: {@code 250m}, {@code 1.25}, {@code 512Mi}, {@code 1.5Gi}. */
  public static String shown(Resource resource, double amount) {
    if (resource == Resource.CPU) {
      return amount < 1000 ? Math.round(amount) + "m" : digits(amount / 1000);
    }
    double mebibytes = amount / MEBIBYTE;
    return mebibytes < 1000
        ? (mebibytes < 10 && mebibytes > 0 ? digits(mebibytes) : Math.round(mebibytes)) + "Mi"
        : digits(mebibytes / 1024) + "Gi";
  }

  private static String digits(double value) {
    String text =
        String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
