package dev.almanac.collector.promql;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The only place where a value enters a query.
 *
 * <p>A label value that can end its string can read any series of the store ({@code x"} or
 * up{a="}), so values are never concatenated: they are written by {@link #escape}, and {@link
 * #fill} puts them into string literals only.
 */
public final class PromQl {
  private PromQl() {}

  /**
   * A value as it must stand between the quotes of a PromQL string, double or single.
   *
   * <p>Both quote characters are written as {@code \x22} and {@code \x27}, which either kind of
   * string accepts; a string in backticks has no escapes and cannot take the result. See the
   * lexer's {@code lexEscape} in prometheus/promql/parser/lex.go for what is understood.
   *
   * @param value any text; a lone surrogate becomes U+FFFD, for no server could store it
   */
  public static String escape(String value) {
    StringBuilder out = new StringBuilder(value.length() + 8);
    value
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '"' -> out.append("\\x22");
            case '\'' -> out.append("\\x27");
            default -> {
              if (c < 0x20 || c == 0x7f) {
                out.append("\\x%02x".formatted(c));
              } else if (Character.getType(c) == Character.SURROGATE) {
                out.append('\ufffd');
              } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                out.append("\\u%04x".formatted(c));
              } else {
                out.appendCodePoint(c);
              }
            }
          }
        });
    return out.toString();
  }

  /**
   * A text as a regular expression (RE2) that matches exactly it; still to be {@link #escape}d
   * before it stands in a string.
   */
  public static String literalPattern(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (char c : text.toCharArray()) {
      if ("\\.+*?()|[]{}^$".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }

  /**
   * Puts values into the placeholders of a query template.
   *
   * <p>A placeholder is {@code $name} or {@code ${name}} inside a string literal: {@code
   * sum(rate(http_requests_total{namespace="$namespace",pod=~"$name-.*"}[1m]))}. In the string of
   * an {@code =~} or {@code !~} matcher the value stands for itself, so the dot of {@code web.eu}
   * matches a dot only. {@code $1}, {@code ${1}} and a {@code $} before anything but a letter are
   * left as they are, for {@code label_replace} and regular expressions use them. Values are not
   * searched for placeholders again; comments are copied.
   *
   * @param template PromQL with placeholders
   * @param values by placeholder, without the dollar sign
   * @throws IllegalArgumentException when a placeholder is unknown or stands outside quotes, when a
   *     string does not end, or when a value holds a backtick and its string is written in them;
   *     the message names the column, counted from 1
   */
  public static String fill(String template, Map<String, String> values) {
    StringBuilder out = new StringBuilder(template.length() + 64);
    char quote = 0; // The quote that ends the string we are in; 0 outside strings.
    int opened = 0;
    boolean pattern = false;
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c == '$' && (quote != 0 || nameAt(template, i) != null)) {
        String name = nameAt(template, i);
        if (name == null) {
          out.append(c);
          continue;
        }
        String value = values.get(name);
        if (value == null) {
          throw new IllegalArgumentException(
              "column %d: unknown placeholder $%s; known: %s"
                  .formatted(i + 1, name, new TreeSet<>(values.keySet())));
        }
        if (quote == 0) {
          throw new IllegalArgumentException(
              "column %d: $%s stands outside quotes; write it inside a string, as in {label=\"$%s\"}"
                  .formatted(i + 1, name, name));
        }
        String meant = pattern ? literalPattern(value) : value;
        if (quote != '`') {
          out.append(escape(meant));
        } else if (meant.indexOf('`') < 0) {
          out.append(meant);
        } else {
          throw new IllegalArgumentException(
              "column %d: the value of $%s holds a backtick; use double quotes around it"
                  .formatted(i + 1, name));
        }
        i += name.length() + (template.charAt(i + 1) == '{' ? 2 : 0);
      } else if (quote == 0) {
        out.append(c);
        if (c == '"' || c == '\'' || c == '`') {
          quote = c;
          opened = i;
          pattern = followsPatternMatcher(template, i);
        } else if (c == '#') {
          int end = template.indexOf('\n', i);
          out.append(template, i + 1, end < 0 ? template.length() : end);
          i = (end < 0 ? template.length() : end) - 1;
        }
      } else {
        out.append(c);
        if (c == '\\' && quote != '`' && i + 1 < template.length()) {
          i++;
          out.append(template.charAt(i));
        } else if (c == quote) {
          quote = 0;
        }
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException(
          "column %d: the string that starts here does not end".formatted(opened + 1));
    }
    return out.toString();
  }

  /** The identifier of the placeholder at {@code dollar}, or null when none stands there. */
  private static @Nullable String nameAt(String template, int dollar) {
    boolean braced = template.startsWith("{", dollar + 1);
    int start = dollar + (braced ? 2 : 1);
    int end = start;
    while (end < template.length() && isNamePart(template.charAt(end), end == start)) {
      end++;
    }
    boolean closed = !braced || template.startsWith("}", end);
    return end > start && closed ? template.substring(start, end) : null;
  }

  private static boolean isNamePart(char c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (!first && c >= '0' && c <= '9');
  }

  private static boolean followsPatternMatcher(String template, int quoteAt) {
    String before = template.substring(0, quoteAt).stripTrailing();
    return before.endsWith("=~") || before.endsWith("!~");
  }

  /**
   * A series as Prometheus writes it: {@code up{job="web"}}, {@code {job="web"}} without a metric
   * name, {@code {}} without any label.
   *
   * @param labels by name; {@code __name__} is the metric's
   */
  public static String seriesName(SortedMap<String, String> labels) {
    StringBuilder matchers = new StringBuilder();
    labels.forEach((label, value) -> {
      if (!label.equals("__name__")) {
        matchers.append(matchers.isEmpty() ? "" : ",").append(label);
        matchers.append("=\"").append(escape(value)).append('"');
      }
    });
    String metric = labels.getOrDefault("__name__", "");
    return matchers.isEmpty() && !metric.isEmpty() ? metric : metric + "{" + matchers + "}";
  }

  private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern MATCHER =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(,|$)");
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([\\\\n]))");

  /**
   * The labels of a series from its name: what {@link #seriesName} was given.
   *
   * @return empty when the text is not such a name
   */
  public static Optional<SortedMap<String, String>> labels(String seriesName) {
    int brace = seriesName.indexOf('{');
    String metric = brace < 0 ? seriesName : seriesName.substring(0, brace);
    SortedMap<String, String> labels = new TreeMap<>();
    if (!metric.isEmpty()) {
      if (!METRIC.matcher(metric).matches()) {
        return Optional.empty();
      }
      labels.put("__name__", metric);
    }
    if (brace < 0) {
      return metric.isEmpty() ? Optional.empty() : Optional.of(labels);
    }
    if (!seriesName.endsWith("}")) {
      return Optional.empty();
    }
    Matcher matcher = MATCHER.matcher(seriesName).region(brace + 1, seriesName.length() - 1);
    int at = brace + 1;
    while (at < seriesName.length() - 1) {
      if (!matcher.find() || matcher.start() != at) {
        return Optional.empty();
      }
      labels.put(matcher.group(1), unescape(matcher.group(2)));
      at = matcher.end();
    }
    return Optional.of(labels);
  }

  private static String unescape(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(m -> {
          String hex = m.group(1) == null ? m.group(2) : m.group(1);
          String plain =
              hex == null
                  ? m.group(3).equals("n") ? "\n" : "\\"
                  : Character.toString(Integer.parseInt(hex, 16));
          return Matcher.quoteReplacement(plain);
        });
  }
}
