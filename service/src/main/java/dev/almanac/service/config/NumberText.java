package dev.almanac.service.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them, and what they may have meant by those that are not plain. */
final class NumberText {
  private static final Pattern PLAIN =
      Pattern.compile("[-+]?([0-9]{1,20}(\\.[0-9]{0,20})?|\\.[0-9]{1,20})([eE][-+]?[0-9]{1,3})?");

  private static final Pattern WITH_SUFFIX =
      Pattern.compile("(-?[0-9]{1,15}(?:\\.[0-9]{1,15})?) ?([a-zA-Z%][^0-9]{0,30})");

  private static final Pattern GROUPED = Pattern.compile("-?[0-9]{1,3}(?:[_, ][0-9]{3}){1,4}");

  /** The suffixes of Kubernetes quantities, apimachinery/pkg/api/resource/suffix.go. */
  private static final Map<String, Double> SUFFIXES =
      Map.of("k", 1e3, "K", 1e3, "G", 1e9, "T", 1e12, "Ki", 0x1p10, "Mi", 0x1p20, "Gi", 0x1p30);

  private NumberText() {}

  /** Whether a text is a decimal number that {@link Double#parseDouble} reads; never NaN. */
  static boolean isPlain(String text) {
    return PLAIN.matcher(text).matches();
  }

  /**
   * What a text that is not a plain number may have meant: likeliest first, empty when nothing
   * comes to mind. {@code 500M} and {@code 500m} are confused so often that each answers with both.
   *
   * @param whole what 100 % is: 1 or 100
   */
  static List<Meaning> meant(String text, double whole) {
    String trimmed = text.strip();
    if (isPlain(trimmed)) {
      return only(Double.parseDouble(trimmed));
    }
    if (GROUPED.matcher(trimmed).matches()) {
      return only(Double.parseDouble(trimmed.replaceAll("[_, ]", "")));
    }
    Matcher suffixed = WITH_SUFFIX.matcher(trimmed);
    if (!suffixed.matches()) {
      return List.of();
    }
    double number = Double.parseDouble(suffixed.group(1));
    Meaning million = new Meaning(number * 1e6, "M is million");
    Meaning thousandth = new Meaning(number / 1e3, "m is a thousandth");
    return switch (suffixed.group(2)) {
      case "M" -> List.of(million, thousandth);
      case "m" -> List.of(thousandth, million);
      case "%" -> only(number * whole / 100);
      case String suffix -> only(number * SUFFIXES.getOrDefault(suffix, 1.0));
    };
  }

  /**
   * One thing that a text may have meant.
   *
   * @param because tells several meanings apart; empty for the only one
   */
  record Meaning(double value, String because) {
    @Override
    public String toString() {
      return because.isEmpty() ? show(value) : "%s (%s)".formatted(show(value), because);
    }
  }

  private static List<Meaning> only(double value) {
    return List.of(new Meaning(value, ""));
  }

  /** Plain digits without an exponent. */
  static String show(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }
}
