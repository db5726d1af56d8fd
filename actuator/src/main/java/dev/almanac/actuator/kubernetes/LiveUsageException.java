package dev.almanac.actuator.kubernetes;

import java.io.IOException;

/** What containers use cannot be known; the message says why and what to do. */
public final class LiveUsageException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean passing;

  /**
   * Says so.
   *
   * @param passing whether it may be gone at the next try
   * @param message what is wrong and what to do about it
   * @param cause what it was seen by
   */
  public LiveUsageException(boolean passing, String message, Throwable cause) {
    super(message, cause);
    this.passing = passing;
  }

  /** Whether it may be gone at the next try, as opposed to a right or an API that is missing. */
  public boolean isPassing() {
    return passing;
  }
}
