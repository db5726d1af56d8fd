package dev.almanac.simulator.fleet;

/**
 * An event laid over demand: it rises to a multiple, stays there and falls back.
 *
 * @param fromMinute minute of the scenario in which it begins; may lie before or after it
 * @param rampMinutes of the rise, and of the fall, at least 0
 * @param lengthMinutes at the height, at least 1
 * @param factor of demand at the height, finite, at least 0
 */
public record Surge(int fromMinute, int rampMinutes, int lengthMinutes, double factor) {

  /** Refuses values out of bounds. */
  public Surge {
    if (rampMinutes < 0 || lengthMinutes < 1) {
      throw new IllegalArgumentException("an event needs a ramp >= 0 and a length of a minute");
    }
    if (!(factor >= 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("an event's factor must be finite and >= 0: " + factor);
    }
  }

  /** What demand is multiplied with in a minute of the scenario. */
  public double at(int minute) {
    int into = minute - fromMinute;
    int left = 2 * rampMinutes + lengthMinutes - into;
    if (into < 0 || left <= 0) {
      return 1;
    }
    double share = Math.min(1, Math.min(into + 1.0, left) / (rampMinutes + 1.0));
    return 1 + (factor - 1) * share;
  }
}
