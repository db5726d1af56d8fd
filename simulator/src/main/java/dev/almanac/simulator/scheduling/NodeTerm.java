package dev.almanac.simulator.scheduling;

import java.util.List;

/**
 * One term of required node affinity: all its conditions must hold; of several terms one is enough.
 *
 * @param names conditions on the node's name (matchFields)
 */
public record NodeTerm(List<Requirement> labels, List<Requirement> names) {

  /** Copies the conditions. */
  public NodeTerm {
    labels = List.copyOf(labels);
    names = List.copyOf(names);
  }

  /** A term without conditions matches no node, as in Kubernetes. */
  boolean admits(NodeKind node) {
    for (Requirement r : labels) {
      if (!r.isMetBy(node.labels())) {
        return false;
      }
    }
    for (Requirement r : names) {
      if (!r.isMetBy(java.util.Map.of(r.key(), node.name()))) {
        return false;
      }
    }
    return !(labels.isEmpty() && names.isEmpty());
  }
}
