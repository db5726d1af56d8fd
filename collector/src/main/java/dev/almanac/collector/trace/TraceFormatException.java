package dev.almanac.collector.trace;

import java.io.IOException;

/**
 * A file that is not a trace. The message is for the person who made the file: {@code FILE:LINE:
 * what is wrong; how to put it right}.
 */
public final class TraceFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long line;

  TraceFormatException(String file, long line, String problem, String fix) {
    super("%s:%d: %s; %s".formatted(file, line, problem, fix));
    this.line = line;
  }

  /** The line at fault, counted from 1. */
  public long line() {
    return line;
  }
}
