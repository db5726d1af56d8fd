package dev.almanac.service.whatif;

/** A study that cannot be run; the message names place, cause and fix. */
public final class StudyException extends Exception {
  private static final long serialVersionUID = 1;

  StudyException(String message) {
    super(message);
  }
}
