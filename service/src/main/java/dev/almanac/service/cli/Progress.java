package dev.almanac.service.cli;

import java.io.PrintStream;

/**
 * A line of progress on stderr, drawn over itself where stderr is a terminal, else now and then.
 */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final String what;
  private final boolean terminal;
  private int lastPercent = -1;

  Progress(PrintStream out, String what) {
    this.out = out;
    this.what = what;
    this.terminal = System.console() != null && System.console().isTerminal();
  }

  /** Draws when the percentage has changed. */
  void at(long done, long all) {
    int percent = all <= 0 ? 100 : (int) (100 * done / all);
    if (percent == lastPercent) {
      return;
    }
    lastPercent = percent;
    if (terminal) {
      int filled = WIDTH * percent / 100;
      out.printf(
          "\r%s [%s%s] %3d %%", what, "#".repeat(filled), " ".repeat(WIDTH - filled), percent);
    } else if (percent % 25 == 0) {
      out.printf("%s %d %%%n", what, percent);
    }
  }

  @Override
  public void close() {
    if (terminal) {
      out.printf("\r%s\r", " ".repeat(what.length() + WIDTH + 10));
    }
  }
}
