package dev.almanac.service.cli;

import java.io.PrintStream;

/**
 * A line of progress on stderr, drawn over itself where stderr is a terminal, else now and then.
 */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final int LEFT = 12;
  private static final long MOMENT_NANOS = 1_000_000_000;
  private static final long SMALL = 1 << 20;

  private final PrintStream out;
  private final String what;
  private final boolean terminal;
  private final long begun = System.nanoTime();
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
          "\r%s [%s%s] %3d %% %s",
          what, "#".repeat(filled), " ".repeat(WIDTH - filled), percent, left(done, all));
    } else if (percent % 25 == 0) {
      out.printf("%s %d %%%n", what, percent);
    }
  }

  /** Draws when it takes more than a moment, so that a small file shows nothing. */
  void ifLong(long done, long all) {
    if (all > SMALL && System.nanoTime() - begun > MOMENT_NANOS) {
      at(done, all);
    }
  }

  /** How long it will take, if it goes on as it went; in a width that does not change. */
  private String left(long done, long all) {
    if (done <= 0 || done >= all) {
      return " ".repeat(LEFT);
    }
    double seconds = (System.nanoTime() - begun) / 1e9 * (all - done) / done;
    String time =
        seconds < 90
            ? "%.0f s left".formatted(seconds)
            : seconds < 5400
                ? "%.0f min left".formatted(seconds / 60)
                : "%.1f h left".formatted(seconds / 3600);
    return ("%-" + LEFT + "s").formatted(time);
  }

  @Override
  public void close() {
    if (terminal) {
      out.printf("\r%s\r", " ".repeat(what.length() + WIDTH + 11 + LEFT));
    }
  }
}
