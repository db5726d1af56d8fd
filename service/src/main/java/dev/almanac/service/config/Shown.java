package dev.almanac.service.config;

/** Text written by others, made safe to stand in one line of a terminal or log. */
final class Shown {
  /** Code points of a value that are shown. */
  private static final int LENGTH = 40;

  private Shown() {}

  /** In quotes, cut after 40 characters, with everything that is not plainly visible escaped. */
  static String quoted(String text) {
    return '"' + escaped(text, LENGTH) + '"';
  }

  /** The text itself where it consists of letters, digits and {@code . _ - / $}; else quoted. */
  static String bare(String text) {
    boolean plain =
        !text.isEmpty()
            && text.length() <= 2 * LENGTH
            && text.chars()
                .allMatch(
                    c -> c < 0x7f && (Character.isLetterOrDigit(c) || "._-/$".indexOf(c) >= 0));
    return plain ? text : quoted(text);
  }

  /** As {@link #quoted} without the quotes and for longer texts. */
  static String sentence(String text) {
    return escaped(text, 5 * LENGTH);
  }

  private static String escaped(String text, int length) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    for (int shown = 0; i < text.length() && shown < length; shown++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> {
          if (visible(c)) {
            out.appendCodePoint(c);
          } else {
            out.append("\\u{%x}".formatted(c));
          }
        }
      }
    }
    return i < text.length() ? out + "..." : out.toString();
  }

  /** Not so: controls, and the format characters that turn the direction of a line around. */
  private static boolean visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
