package dev.almanac.actuator.kubernetes;

import java.time.Duration;

/** What became of one request. */
sealed interface Answer {

  /** 2xx, with its body. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Ok(byte[] body) implements Answer {}

  /**
   * Another status code.
   *
   * @param message one line of at most 200 characters: the message of the server's Status object,
   *     or only the code where the body is none
   * @param retryAfter as the server asked; a second for a 429 without one, zero for the rest
   */
  record Refused(int code, String message, Duration retryAfter) implements Answer {
    /** Whether this says something about the server's state, and nothing about the object. */
    boolean passing() {
      return code >= 500 || code == 429 || code == 401;
    }
  }

  /** The request may have arrived, the answer did not: time-out, reset, or something unreadable. */
  record Unanswered(String why) implements Answer {}

  /** Nothing was sent; our own budget, or the server's Retry-After, is to be waited for. */
  record NotSent(Duration pause, String why) implements Answer {}

  /** One line for people. */
  default String text() {
    return switch (this) {
      case Ok _ -> "answered";
      case Refused(int code, String message, Duration _) -> "HTTP %d: %s".formatted(code, message);
      case Unanswered(String why) -> why;
      case NotSent(Duration _, String why) -> why;
    };
  }
}
