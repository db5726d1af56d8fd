package dev.almanac.simulator.whatif;

/** A way in which a case could have gone. */
public enum Line {
  /** Today's fleet in today's world. */
  TODAY("today"),
  /** What the case changes. */
  ANSWER("answer"),
  /** The world changes and the owner does nothing. */
  NOTHING("do nothing"),
  /** The same nodes and requests, and a plain HPA for every workload. */
  HPA("plain HPA"),
  /** The same nodes and requests, and perfect foresight with the same delays. */
  FORESIGHT("foresight");

  private final String words;

  Line(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
