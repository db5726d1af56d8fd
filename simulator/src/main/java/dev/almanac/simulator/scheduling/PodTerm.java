package dev.almanac.simulator.scheduling;

import java.util.Set;

/**
 * A required term of pod affinity or anti-affinity.
 *
 * @param selector which pods it speaks of
 * @param namespaces where they are; empty: every namespace
 * @param topologyKey node label whose value makes a domain
 */
public record PodTerm(Selector selector, Set<String> namespaces, String topologyKey) {

  /** Copies the namespaces. */
  public PodTerm {
    namespaces = Set.copyOf(namespaces);
  }

  boolean matches(PodShape pod) {
    return (namespaces.isEmpty() || namespaces.contains(pod.namespace()))
        && selector.matches(pod.labels());
  }

  boolean onHost() {
    return topologyKey.equals(NodeKind.HOSTNAME);
  }
}
