package dev.almanac.service.cli;

/** Something that this verb needs does not answer; the message names it. */
public final class Unreachable extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for people. */
  public Unreachable(String message) {
    super(message);
  }
}
