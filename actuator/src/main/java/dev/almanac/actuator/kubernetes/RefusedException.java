package dev.almanac.actuator.kubernetes;

import java.io.IOException;

/** A list or watch was answered with another status code than 2xx, or ended with an ERROR event. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Answer.Refused answer;

  RefusedException(Answer.Refused answer) {
    super(answer.text());
    this.answer = answer;
  }

  Answer.Refused answer() {
    return answer;
  }

  /** The version asked for is older than what the server still has: only a new list helps. */
  boolean expired() {
    return answer.code() == 410;
  }

  boolean forbidden() {
    return answer.code() == 403;
  }
}
