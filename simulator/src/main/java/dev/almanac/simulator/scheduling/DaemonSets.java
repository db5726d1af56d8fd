package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods that every node that admits them has: taken off its room before anything is packed. */
final class DaemonSets {

  /** Taints that the DaemonSet controller adds tolerations for. */
  private static final Set<String> TOLERATED =
      Set.of(
          "node.kubernetes.io/not-ready",
          "node.kubernetes.io/unreachable",
          "node.kubernetes.io/disk-pressure",
          "node.kubernetes.io/memory-pressure",
          "node.kubernetes.io/pid-pressure",
          "node.kubernetes.io/unschedulable",
          "node.kubernetes.io/network-unavailable");

  private final Map<String, PodShape> declared = new LinkedHashMap<>();
  private final Map<String, PodShape> seen = new LinkedHashMap<>();
  private final Map<String, Map<String, PodShape>> running = new LinkedHashMap<>();

  DaemonSets(List<PodSet> sets) {
    for (PodSet set : sets) {
      if (set.daemonSet().isEmpty()) {
        continue;
      }
      if (set.isBound()) {
        running
            .computeIfAbsent(set.node(), _ -> new LinkedHashMap<>())
            .put(set.daemonSet(), set.shape());
        seen.putIfAbsent(set.daemonSet(), set.shape());
      } else {
        declared.put(set.daemonSet(), set.shape());
      }
    }
  }

  /** The daemon pods of a node: those that run, those declared, and on a new node those seen. */
  List<PodShape> on(NodeKind node) {
    Map<String, PodShape> pods = new LinkedHashMap<>();
    if (node.exists()) {
      pods.putAll(running.getOrDefault(node.name(), Map.of()));
    } else {
      seen.forEach((name, shape) -> {
        if (admits(shape, node)) {
          pods.put(name, shape);
        }
      });
    }
    declared.forEach((name, shape) -> {
      if (admits(shape, node)) {
        pods.putIfAbsent(name, shape);
      }
    });
    return new ArrayList<>(pods.values());
  }

  /** A running daemon pod is pinned to its node by name; what its template says is the rest. */
  private static boolean admits(PodShape shape, NodeKind node) {
    List<NodeTerm> terms = new ArrayList<>();
    for (NodeTerm term : shape.nodeTerms()) {
      if (!term.labels().isEmpty()) {
        terms.add(new NodeTerm(term.labels(), List.of()));
      }
    }
    PodShape template =
        new PodShape(
            shape.namespace(),
            Map.of(),
            Map.of(),
            shape.nodeSelector(),
            terms,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    return template.selects(node)
        && node.taints().stream().allMatch(t -> TOLERATED.contains(t.key()) || shape.tolerates(t));
  }
}
