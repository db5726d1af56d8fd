package dev.almanac.simulator.scheduling;

import java.util.List;

/**
 * A node of the plan.
 *
 * @param name of the node, or one made of its type, its zone and a number
 * @param kind what it is
 * @param pods names of the pods that the plan puts on it
 * @param bound names of the pods that were on it and stay, without daemonsets
 */
public record PlannedNode(String name, NodeKind kind, List<String> pods, List<String> bound) {

  /** Copies the lists. */
  public PlannedNode {
    pods = List.copyOf(pods);
    bound = List.copyOf(bound);
  }
}
