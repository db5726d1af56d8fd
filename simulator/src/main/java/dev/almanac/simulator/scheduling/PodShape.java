package dev.almanac.simulator.scheduling;

import java.util.List;
import java.util.Map;

/**
 * All of a pod that decides where it may run. Pods of equal shape are interchangeable.
 *
 * @param requests units by resource: millicores of {@code cpu}, bytes, else pieces; without 0
 * @param nodeTerms required node affinity, of which one must hold; empty: none
 */
public record PodShape(
    String namespace,
    Map<String, String> labels,
    Map<String, Long> requests,
    Map<String, String> nodeSelector,
    List<NodeTerm> nodeTerms,
    List<Toleration> tolerations,
    List<Spread> spreads,
    List<PodTerm> affinity,
    List<PodTerm> antiAffinity,
    List<HostPort> hostPorts) {

  /** Copies all lists and maps. */
  public PodShape {
    labels = Map.copyOf(labels);
    requests = Map.copyOf(requests);
    nodeSelector = Map.copyOf(nodeSelector);
    nodeTerms = List.copyOf(nodeTerms);
    tolerations = List.copyOf(tolerations);
    spreads = List.copyOf(spreads);
    affinity = List.copyOf(affinity);
    antiAffinity = List.copyOf(antiAffinity);
    hostPorts = List.copyOf(hostPorts);
  }

  /** With other labels. */
  PodShape withLabels(Map<String, String> other) {
    return as(namespace, other);
  }

  /** Without what only selectors could see. */
  PodShape anonymous() {
    return as("", Map.of());
  }

  private PodShape as(String in, Map<String, String> other) {
    return new PodShape(
        in,
        other,
        requests,
        nodeSelector,
        nodeTerms,
        tolerations,
        spreads,
        affinity,
        antiAffinity,
        hostPorts);
  }

  /** Whether node selector and required node affinity admit a node. */
  boolean selects(NodeKind node) {
    for (Map.Entry<String, String> e : nodeSelector.entrySet()) {
      if (!e.getValue().equals(node.labels().get(e.getKey()))) {
        return false;
      }
    }
    for (NodeTerm term : nodeTerms) {
      if (term.admits(node)) {
        return true;
      }
    }
    return nodeTerms.isEmpty();
  }

  boolean tolerates(NodeKind node) {
    return node.taints().stream().allMatch(this::tolerates);
  }

  boolean tolerates(Taint taint) {
    for (Toleration t : tolerations) {
      if (t.tolerates(taint)) {
        return true;
      }
    }
    return false;
  }

  boolean portsClash(PodShape other) {
    for (HostPort a : hostPorts) {
      for (HostPort b : other.hostPorts) {
        if (a.clashesWith(b)) {
          return true;
        }
      }
    }
    return false;
  }
}
