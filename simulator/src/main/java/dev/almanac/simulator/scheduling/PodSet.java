package dev.almanac.simulator.scheduling;

import java.util.List;

/**
 * Pods of one shape that one object of the input stands for.
 *
 * @param names namespace/name of each pod
 * @param node name of the node they are bound to; empty: they have none yet
 * @param daemonSet namespace/name of the DaemonSet they belong to; empty: none
 * @param priority of the pods: who has a node first where nodes are scarce
 */
public record PodSet(
    PodShape shape, List<String> names, String node, String daemonSet, int priority) {

  /** Copies the names. */
  public PodSet {
    names = List.copyOf(names);
  }

  boolean isBound() {
    return !node.isEmpty();
  }
}
