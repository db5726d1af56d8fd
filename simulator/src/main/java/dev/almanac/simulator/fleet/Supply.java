package dev.almanac.simulator.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The nodes that a fleet can have, and how a node autoscaler treats them.
 *
 * @param groups in the order in which equally good ones are taken
 * @param quotaMillicores most CPU of all nodes together, as a provider's quota limits it
 * @param zoneAddresses most pods in a zone, where its subnet has no more addresses
 * @param idleAfter a node that is not needed for so long is removed (cluster-autoscaler: 10 min)
 * @param idleBelow only in a group that uses less than this share of its nodes, in (0, 1]
 *     (cluster-autoscaler: 0.5; 1 removes whatever fits on fewer nodes, as Karpenter does)
 * @param buffer room that is kept free, as a share of what pods ask for, 0 to 10
 * @param detection from the loss of a node until its pods are made anew
 */
public record Supply(
    List<NodeGroup> groups,
    long quotaMillicores,
    Map<String, Integer> zoneAddresses,
    Duration idleAfter,
    double idleBelow,
    double buffer,
    Duration detection) {

  /** Without a quota. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** What cluster-autoscaler does by default ({@code --scale-down-unneeded-time}). */
  public static final Duration IDLE_AFTER = Duration.ofMinutes(10);

  /** What cluster-autoscaler does by default ({@code --scale-down-utilization-threshold}). */
  public static final double IDLE_BELOW = 0.5;

  /**
   * {@code --node-monitor-grace-period} of kube-controller-manager, 50 s since Kubernetes 1.32,
   * plus the 300 s for which every pod tolerates {@code node.kubernetes.io/unreachable}.
   */
  public static final Duration DETECTION = Duration.ofSeconds(350);

  /** Copies; refuses values out of bounds. */
  public Supply {
    groups = List.copyOf(groups);
    zoneAddresses = Map.copyOf(zoneAddresses);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a supply needs at least one group of nodes");
    }
    if (groups.stream().map(NodeGroup::name).distinct().count() < groups.size()) {
      throw new IllegalArgumentException("two groups of nodes have one name");
    }
    if (quotaMillicores < 0 || idleAfter.isNegative() || detection.isNegative()) {
      throw new IllegalArgumentException("quota and times must not be negative");
    }
    if (!(idleBelow > 0 && idleBelow <= 1) || !(buffer >= 0 && buffer <= 10)) {
      throw new IllegalArgumentException(
          "need 0 < idleBelow <= 1 and 0 <= buffer <= 10, was %s and %s"
              .formatted(idleBelow, buffer));
    }
  }

  /** Groups with the defaults of cluster-autoscaler and no limits but their own. */
  public static Supply of(List<NodeGroup> groups) {
    return new Supply(groups, UNLIMITED, Map.of(), IDLE_AFTER, IDLE_BELOW, 0, DETECTION);
  }

  /** The same over other groups. */
  public Supply withGroups(List<NodeGroup> others) {
    return new Supply(
        others, quotaMillicores, zoneAddresses, idleAfter, idleBelow, buffer, detection);
  }

  /** The same with another buffer. */
  public Supply withBuffer(double share) {
    return new Supply(
        groups, quotaMillicores, zoneAddresses, idleAfter, idleBelow, share, detection);
  }

  /** Indices of the groups of a zone; empty when there is none. */
  public int[] groupsOfZone(String zone) {
    return indices(g -> g.zone().equals(zone));
  }

  /** Indices of the groups with a name; at most one. */
  public int[] groupNamed(String name) {
    return indices(g -> g.name().equals(name));
  }

  private int[] indices(java.util.function.Predicate<NodeGroup> which) {
    return java.util.stream.IntStream.range(0, groups.size())
        .filter(i -> which.test(groups.get(i)))
        .toArray();
  }
}
