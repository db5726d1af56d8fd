package dev.almanac.benchmarks.accuracy;

import java.io.PrintStream;

/** Progress on standard error: a line that is rewritten on a terminal, else a line every tenth. */
final class Progress {
  private final PrintStream out;
  private final boolean terminal;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  static Progress onStandardError() {
    return new Progress(System.err, System.console() != null && System.console().isTerminal());
  }

  void note(String text) {
    out.println("accuracy: " + text);
  }

  void at(String what, int done, int all) {
    if (terminal) {
      out.print("\raccuracy: %s %d/%d%s".formatted(what, done, all, done == all ? "\n" : ""));
    } else if (done == all || done * 10 / all > (done - 1) * 10 / all) {
      out.println("accuracy: %s %d/%d".formatted(what, done, all));
    }
  }
}
