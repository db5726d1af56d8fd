package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Logs in the words of a test. */
final class Logs {
  static final String PRODUCT = "0.1.0-test";
  static final Duration SOON = Duration.ofSeconds(60);
  static final DecisionLog.Limits SMALL =
      new DecisionLog.Limits(5 << 14, 4, 1024, Duration.ofMillis(1));

  private Logs() {}

  static DecisionLog open(Path folder) {
    return open(folder, DecisionLog.Limits.DEFAULT);
  }

  static DecisionLog open(Path folder, DecisionLog.Limits limits) {
    return DecisionLog.open(folder, limits, PRODUCT, DecisionLog.Restoration.none().workloads());
  }

  /** Appends steps and waits until they are written. */
  static void append(DecisionLog log, Steps steps, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(log.append(steps.take())).isTrue();
      if (i % 500 == 499) {
        flush(log);
      }
    }
    flush(log);
  }

  static void flush(DecisionLog log) {
    try {
      assertThat(log.flush(SOON)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static List<Path> files(Path folder) {
    try {
      return LogFile.list(folder).stream().map(LogFile::path).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static LogVerifier.Verification verify(Path fileOrFolder) {
    try {
      return LogVerifier.verify(fileOrFolder);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Asserts that every record is made again byte for byte. */
  static LogVerifier.Verification sound(Path fileOrFolder) {
    LogVerifier.Verification found = verify(fileOrFolder);
    assertThat(found.problems()).isEmpty();
    assertThat(found.isSound()).isTrue();
    return found;
  }

  static DecisionLog.Restoration restore(Path folder, Instant now) {
    return DecisionLog.restore(folder, now, Duration.ofHours(1));
  }
}
