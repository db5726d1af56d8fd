package dev.almanac.simulator.fleet;

/**
 * What came of one group of nodes. Nodes count from their order on, as a provider bills them.
 *
 * @param name of the group
 * @param nodeHours that were paid for
 * @param cost of these
 * @param peakNodes most nodes at once
 * @param alwaysNodes nodes that were there in 100, 95 and 90 % of the scored time
 * @param hoursAt hours with exactly so many nodes, by their number
 */
public record GroupOutcome(
    String name,
    double nodeHours,
    double cost,
    int peakNodes,
    int[] alwaysNodes,
    double[] hoursAt) {

  /** Shares of the time that {@code alwaysNodes} answers for, in percent. */
  public static final int[] PERCENTS = {100, 95, 90};

  /** Copies. */
  public GroupOutcome {
    alwaysNodes = alwaysNodes.clone();
    hoursAt = hoursAt.clone();
  }

  /** Hours of the first so many nodes: what a commitment to them would have covered. */
  public double hoursUpTo(int nodes) {
    double hours = 0;
    for (int n = 0; n < hoursAt.length; n++) {
      hours += hoursAt[n] * Math.min(n, nodes);
    }
    return hours;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GroupOutcome o
        && o.name.equals(name)
        && o.nodeHours == nodeHours
        && o.cost == cost
        && o.peakNodes == peakNodes
        && java.util.Arrays.equals(o.alwaysNodes, alwaysNodes)
        && java.util.Arrays.equals(o.hoursAt, hoursAt);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
