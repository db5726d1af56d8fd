package dev.almanac.service.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Kubernetes writes them ({@code 1h30m}, {@code 15s}, {@code 500ms}). */
final class DurationText {
  private static final Pattern SHAPE =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");

  private static final Pattern LOOSE = Pattern.compile("([0-9]{1,9}) ?([a-zA-Z]{0,12})\\.?");

  private DurationText() {}

  /** The duration that a text is; empty when it is none. */
  static Optional<Duration> read(String text) {
    Matcher m = SHAPE.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofHours(part(m, 1))
            .plusMinutes(part(m, 2))
            .plusSeconds(part(m, 3))
            .plusMillis(part(m, 4)));
  }

  private static long part(Matcher m, int group) {
    String digits = m.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** What should stand for {@code 60}, {@code 1 minute}, {@code 5min} or {@code 2d}. */
  static Optional<String> meant(String text) {
    Matcher m = LOOSE.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    String count = m.group(1);
    return switch (m.group(2).toLowerCase(Locale.ROOT)) {
      case "", "s", "sec", "secs", "second", "seconds" -> Optional.of(count + "s");
      case "m", "min", "mins", "minute", "minutes" -> Optional.of(count + "m");
      case "h", "hr", "hrs", "hour", "hours" -> Optional.of(count + "h");
      case "d", "day", "days" -> Optional.of(24 * Long.parseLong(count) + "h");
      case "ms", "msec", "milli", "millis", "millisecond", "milliseconds" ->
          Optional.of(count + "ms");
      default -> Optional.empty();
    };
  }

  /**
   * The shortest text that {@link #read} turns into the duration; whole milliseconds, at least 0.
   */
  static String show(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    long hours = duration.toHours();
    int minutes = duration.toMinutesPart();
    int seconds = duration.toSecondsPart();
    int millis = duration.toMillisPart();
    return (hours > 0 ? hours + "h" : "")
        + (minutes > 0 ? minutes + "m" : "")
        + (seconds > 0 ? seconds + "s" : "")
        + (millis > 0 ? millis + "ms" : "");
  }
}
