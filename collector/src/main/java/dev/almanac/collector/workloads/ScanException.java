package dev.almanac.collector.workloads;

/** The store cannot give what a scan needs; the message says what and what to do. */
public final class ScanException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean unreachable;

  ScanException(boolean unreachable, String message) {
    super(message);
    this.unreachable = unreachable;
  }

  /** Whether nothing answered, as opposed to an answer that does not help. */
  public boolean isUnreachable() {
    return unreachable;
  }
}
