package dev.almanac.service.config;

import java.util.List;

/**
 * One thing that is wrong in a configuration, and what would be right.
 *
 * @param file the file's name, safe to print
 * @param line counted from 1; 0 for the file as a whole
 * @param path the field, for example {@code spec.minReplicas}; empty for the document as a whole
 * @param message what is wrong and how to put it right, on one line, safe to print
 */
public record Problem(String file, int line, String path, String message) {
  private static final int WIDTH = 80;

  /** {@code file:line: path: message}, on one line. */
  @Override
  public String toString() {
    return file
        + (line == 0 ? "" : ":" + line)
        + ": "
        + (path.isEmpty() ? "" : path + ": ")
        + message;
  }

  /**
   * All problems as a text for people: a headline, then one problem each, wrapped at 80 columns.
   */
  public static String report(List<Problem> problems) {
    StringBuilder out = new StringBuilder();
    int count = problems.size();
    out.append("configuration refused: %,d problem%s\n".formatted(count, count == 1 ? "" : "s"));
    problems.forEach(problem -> wrap(problem.toString(), out));
    return out.toString();
  }

  private static void wrap(String text, StringBuilder out) {
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        out.append("\n    ");
        column = 4;
      } else if (column > 0) {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
    out.append('\n');
  }
}
