package dev.almanac.collector.prometheus;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** A file with a secret or certificate cannot be used. Its message holds the path and the cause. */
final class UnusableFile extends Exception {
  private static final long serialVersionUID = 1L;

  private final String detail;

  UnusableFile(String path, IOException cause) {
    super(cause);
    this.detail = "cannot use %s: %s".formatted(path, describe(cause));
  }

  @Override
  public String getMessage() {
    return detail;
  }

  private static String describe(IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "access denied";
      case FileSystemException e -> String.valueOf(e.getReason());
      default -> String.valueOf(cause.getMessage());
    };
  }
}
