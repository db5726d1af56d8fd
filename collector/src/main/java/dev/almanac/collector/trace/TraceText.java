package dev.almanac.collector.trace;

import java.io.BufferedInputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The content of a file, decompressed.
 *
 * @param file its name, for messages and for what it says about the content
 * @param path where it is, unless it is no file
 */
record TraceText(String file, Optional<Path> path, BufferedInputStream bytes) {

  TraceFormatException problem(long line, String problem, String fix) {
    return new TraceFormatException(file, line, problem, fix);
  }
}
