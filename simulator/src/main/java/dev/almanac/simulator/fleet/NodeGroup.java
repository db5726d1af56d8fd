package dev.almanac.simulator.fleet;

import java.time.Duration;
import java.util.Optional;

/**
 * Nodes of one type in one zone, which a node autoscaler adds and removes.
 *
 * @param name for example {@code m-a}
 * @param type of its nodes, for example {@code m.large}
 * @param zone whose loss takes all of them
 * @param allocatable of one node for workloads: what kubelet offers less what its daemons take
 * @param podsPerNode most pods of workloads on one node, 1 to 1,000
 * @param pricePerHour of one node, finite, at least 0
 * @param min fewest nodes, at least 0
 * @param max most nodes, at least {@code min} and 1, up to {@value #MOST_NODES}
 * @param provisioning from the order of a node until pods may start on it, at least zero
 * @param spot how the provider takes nodes back; empty: it does not
 */
public record NodeGroup(
    String name,
    String type,
    String zone,
    Resources allocatable,
    int podsPerNode,
    double pricePerHour,
    int min,
    int max,
    Duration provisioning,
    Optional<Spot> spot) {

  /** No group is larger. */
  public static final int MOST_NODES = 100_000;

  private static final int MOST_PODS = 1_000;

  /** Refuses values out of bounds. */
  public NodeGroup {
    if (allocatable.millicores() < 1 || allocatable.bytes() < 1) {
      throw new IllegalArgumentException(
          "a node of %s must have some CPU and memory".formatted(name));
    }
    if (podsPerNode < 1 || podsPerNode > MOST_PODS) {
      throw new IllegalArgumentException(
          "%s: pods of a node must lie in 1 to %,d, were %d"
              .formatted(name, MOST_PODS, podsPerNode));
    }
    if (!(pricePerHour >= 0) || Double.isInfinite(pricePerHour)) {
      throw new IllegalArgumentException(
          "%s: price must be finite and at least 0, was %s".formatted(name, pricePerHour));
    }
    if (min < 0 || max < Math.max(1, min) || max > MOST_NODES) {
      throw new IllegalArgumentException(
          "%s: need 0 <= min <= max and 1 <= max <= %,d, was %d and %d"
              .formatted(name, MOST_NODES, min, max));
    }
    if (provisioning.isNegative()) {
      throw new IllegalArgumentException(name + ": provisioning must not be negative");
    }
  }

  /** Nodes that nobody takes back. */
  public NodeGroup(
      String name,
      String type,
      String zone,
      Resources allocatable,
      int podsPerNode,
      double pricePerHour,
      int min,
      int max,
      Duration provisioning) {
    this(
        name,
        type,
        zone,
        allocatable,
        podsPerNode,
        pricePerHour,
        min,
        max,
        provisioning,
        Optional.empty());
  }

  /** The same with nodes of another type. */
  public NodeGroup ofType(String other, Resources offers, int pods, double price) {
    return new NodeGroup(name, other, zone, offers, pods, price, min, max, provisioning, spot);
  }

  /** The same with another most. */
  public NodeGroup withMax(int most) {
    return new NodeGroup(
        name, type, zone, allocatable, podsPerNode, pricePerHour, min, most, provisioning, spot);
  }

  /** The same with nodes that come in another time. */
  public NodeGroup provisionedIn(Duration time) {
    return new NodeGroup(
        name, type, zone, allocatable, podsPerNode, pricePerHour, min, max, time, spot);
  }

  /** The same on spot nodes. */
  public NodeGroup on(Spot other, double price) {
    return new NodeGroup(
        name,
        type,
        zone,
        allocatable,
        podsPerNode,
        price,
        min,
        max,
        provisioning,
        Optional.of(other));
  }
}
