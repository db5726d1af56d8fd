package dev.almanac.service.cli;

/** What a person gave us cannot be used; the message names the place, the cause and the fix. */
public final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public BadInput(String message) {
    super(message);
  }
}
