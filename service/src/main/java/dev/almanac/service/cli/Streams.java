package dev.almanac.service.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where a verb writes: data to stdout, everything else to stderr. */
final class Streams {

  PrintStream out() {
    return new PrintStream(System.out, true, StandardCharsets.UTF_8);
  }

  PrintStream err() {
    return System.err;
  }
}
