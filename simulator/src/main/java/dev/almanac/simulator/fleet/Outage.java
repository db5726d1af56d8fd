package dev.almanac.simulator.fleet;

/**
 * Something that fails for a while.
 *
 * @param what fails
 * @param groups indices of the groups of nodes that it strikes; for {@link What#NODE} the first
 *     one; empty for {@link What#AUTOSCALER}
 * @param fromMinute of the scenario, at least 0
 * @param minutes at least 1
 */
public record Outage(What what, int[] groups, int fromMinute, int minutes) {

  /** What can fail. */
  public enum What {
    /** All nodes of the groups are gone and none can be had until it is over. */
    GROUPS,
    /** One node is gone; another may be ordered at once. */
    NODE,
    /** Nobody orders or removes nodes until it is over. */
    AUTOSCALER
  }

  /** Refuses times out of bounds. */
  public Outage {
    groups = groups.clone();
    if (fromMinute < 0 || minutes < 1) {
      throw new IllegalArgumentException(
          "an outage needs fromMinute >= 0 and a minute at least, was %d and %d"
              .formatted(fromMinute, minutes));
    }
    if (what != What.AUTOSCALER && groups.length == 0) {
      throw new IllegalArgumentException("an outage of nodes needs groups that it strikes");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Outage o
        && o.what == what
        && java.util.Arrays.equals(o.groups, groups)
        && o.fromMinute == fromMinute
        && o.minutes == minutes;
  }

  @Override
  public int hashCode() {
    return 31 * what.hashCode() + fromMinute;
  }
}
