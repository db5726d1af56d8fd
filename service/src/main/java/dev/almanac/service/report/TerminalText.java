package dev.almanac.service.report;

/** Text that fits a terminal. */
public final class TerminalText {
  /** Columns of a terminal that nobody has widened. */
  public static final int WIDTH = 80;

  private TerminalText() {}

  /**
   * Appends a text in lines of at most {@value #WIDTH} columns, longer only where one word is. A
   * percent sign stays with its number.
   *
   * @param indent before the first line
   * @param more before all others
   */
  public static void wrap(StringBuilder out, String text, String indent, String more) {
    int column = 0;
    for (String word : text.split(" (?!%)", -1)) {
      if (column == 0) {
        out.append(indent);
        column = indent.length();
      } else if (column + 1 + word.length() > WIDTH) {
        out.append('\n').append(more);
        column = more.length();
      } else {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
    out.append('\n');
  }

  /** On one line and no longer than that: what names a thing best stands at both ends. */
  public static String cut(String text, int length) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    if (line.length() <= length) {
      return line;
    }
    int head = (length - 1) / 2;
    return line.substring(0, head) + "…" + line.substring(line.length() - (length - 1 - head));
  }
}
