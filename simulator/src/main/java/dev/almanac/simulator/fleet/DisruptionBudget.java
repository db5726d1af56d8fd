package dev.almanac.simulator.fleet;

/**
 * A PodDisruptionBudget: how far moving pods may lower what serves.
 *
 * @param bound what is bounded
 * @param amount pods, or percent of the replicas asked for, at least 0; a percent at most 100
 * @param percent whether it is one; parts of a pod are rounded up, as the disruption controller
 *     does
 */
public record DisruptionBudget(Bound bound, int amount, boolean percent) {

  /** What a budget bounds; as in the API one of the two. */
  public enum Bound {
    /** Pods that have to stay Ready. */
    MIN_AVAILABLE,
    /** Pods that may be missing. */
    MAX_UNAVAILABLE
  }

  /** Refuses values out of bounds. */
  public DisruptionBudget {
    if (amount < 0 || (percent && amount > 100)) {
      throw new IllegalArgumentException(
          "a disruption budget has pods >= 0 or 0 to 100 %, was " + amount);
    }
  }

  /** Pods that may be moved now: Ready ones beyond those that have to stay, of so many replicas. */
  int allowed(int replicas, int ready) {
    int scaled = percent ? Math.toIntExact(Math.ceilDiv((long) replicas * amount, 100)) : amount;
    int stay = bound == Bound.MIN_AVAILABLE ? scaled : replicas - scaled;
    return Math.max(0, ready - Math.max(0, stay));
  }
}
