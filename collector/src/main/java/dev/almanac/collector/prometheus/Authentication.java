package dev.almanac.collector.prometheus;

import java.nio.file.Path;

/**
 * Who we are to the store. Secrets are named by file only, and read again when the file changes, so
 * that a rotated one is in use with the next request.
 */
public sealed interface Authentication {

  /** {@code Authorization: Bearer} with the content of a file, blanks around it left out. */
  record Bearer(Path tokenFile) implements Authentication {}

  /**
   * {@code Authorization: Basic}.
   *
   * @param user without a colon
   * @param passwordFile its first line is the password
   */
  record Basic(String user, Path passwordFile) implements Authentication {
    /** Refuses a user that the header cannot carry. */
    public Basic {
      if (user.isEmpty() || user.indexOf(':') >= 0 || user.chars().anyMatch(c -> c < 0x20)) {
        throw new IllegalArgumentException("user must not be empty nor hold a colon");
      }
    }
  }
}
