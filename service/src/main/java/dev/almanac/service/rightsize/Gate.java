package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.advice.Severity;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition under which a run fails, such as {@code waste_usd > 500}.
 *
 * @param figure what is compared
 */
public record Gate(String figure, String comparison, double bound) {
  private static final Pattern FORM =
      Pattern.compile("\\s*([a-z_]+)\\s*(>=|<=|>|<)\\s*([0-9]+(?:\\.[0-9]+)?)\\s*");

  private static final Map<String, ToDoubleFunction<RightsizeReport>> FIGURES =
      new TreeMap<>(
          Map.of(
              "waste_usd", RightsizeReport::wasteUsd,
              "saving_usd", RightsizeReport::savingUsd,
              "critical", r -> r.count(Severity.CRITICAL),
              "warning", r -> r.count(Severity.WARNING),
              "refused", RightsizeReport::refused));

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException when it is none; the message says what one looks like
   */
  public static Gate of(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches() || !FIGURES.containsKey(m.group(1))) {
      throw new IllegalArgumentException(
          "'%s' is no condition; write one of %s, then >, >=, < or <=, then a number"
              .formatted(text, FIGURES.keySet()));
    }
    return new Gate(m.group(1), m.group(2), Double.parseDouble(m.group(3)));
  }

  /** The figure in a report. */
  public double value(RightsizeReport report) {
    return FIGURES.getOrDefault(figure, _ -> Double.NaN).applyAsDouble(report);
  }

  /** Whether a report fails. */
  public boolean fails(RightsizeReport report) {
    double value = value(report);
    return switch (comparison) {
      case ">" -> value > bound;
      case ">=" -> value >= bound;
      case "<" -> value < bound;
      default -> value <= bound;
    };
  }

  /** What it found, for people. */
  public String describe(RightsizeReport report) {
    return "%s is %s, %s %s".formatted(figure, plain(value(report)), comparison, plain(bound));
  }

  /** Counts without decimals, money with two. */
  private static String plain(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.2f", value);
  }
}
