package dev.almanac.simulator.packing;

import java.util.List;

/**
 * Which pods go on which nodes.
 *
 * @param nodes the nodes in use
 * @param unplaced pods of each group that no node was left for; all 0 where types are unlimited and
 *     every group fits some type
 * @param price of all nodes in use
 */
@SuppressWarnings("ArrayRecordComponent") // compared by what is in it, in the tests
public record Packing(List<PackedNodes> nodes, int[] unplaced, double price) {

  /** Adds up the price. */
  static Packing of(Instance instance, List<PackedNodes> nodes, int[] unplaced) {
    return new Packing(nodes, unplaced, price(instance, nodes));
  }

  static double price(Instance instance, List<PackedNodes> nodes) {
    double sum = 0;
    for (PackedNodes n : nodes) {
      sum += instance.price[n.type()] * n.copies();
    }
    return sum;
  }

  /** Nodes in use. */
  public int nodeCount() {
    int n = 0;
    for (PackedNodes p : nodes) {
      n += p.copies();
    }
    return n;
  }

  /** Pods without a node. */
  public long unplacedPods() {
    long n = 0;
    for (int u : unplaced) {
      n += u;
    }
    return n;
  }

  /** Whether this one places more pods, or as many at a lower price. */
  boolean beats(Packing other) {
    long mine = unplacedPods();
    long theirs = other.unplacedPods();
    return mine < theirs || (mine == theirs && price < other.price - 1e-9 * (1 + other.price));
  }
}
