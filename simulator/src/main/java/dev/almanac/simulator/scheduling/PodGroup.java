package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pods to be placed that nothing tells apart.
 *
 * @param shape with only those labels that some selector asks for
 * @param names of the pods
 */
record PodGroup(PodShape shape, List<String> names) {

  int demand() {
    return names.size();
  }

  /** Groups in the order in which the input names them. */
  static List<PodGroup> of(List<PodSet> sets) {
    Set<String> keys = askedFor(sets);
    Map<PodShape, PodGroup> groups = new LinkedHashMap<>();
    for (PodSet set : sets) {
      if (set.isBound() || !set.daemonSet().isEmpty()) {
        continue;
      }
      Map<String, String> labels = new LinkedHashMap<>();
      set.shape()
          .labels()
          .forEach((key, value) -> {
            if (keys.contains(key)) {
              labels.put(key, value);
            }
          });
      PodShape shape = set.shape();
      groups
          .computeIfAbsent(
              keys.isEmpty() && !isRuled(shape) ? shape.anonymous() : shape.withLabels(labels),
              s -> new PodGroup(s, new ArrayList<>()))
          .names()
          .addAll(set.names());
    }
    return new ArrayList<>(groups.values());
  }

  private static boolean isRuled(PodShape shape) {
    return !(shape.spreads().isEmpty()
        && shape.affinity().isEmpty()
        && shape.antiAffinity().isEmpty());
  }

  private static Set<String> askedFor(List<PodSet> sets) {
    Set<String> keys = new HashSet<>();
    Set<PodShape> looked = new HashSet<>();
    for (PodSet set : sets) {
      PodShape shape = set.shape();
      if (isRuled(shape) && looked.add(shape)) {
        shape.spreads().forEach(s -> s.selector().requirements().forEach(r -> keys.add(r.key())));
        shape.affinity().forEach(t -> t.selector().requirements().forEach(r -> keys.add(r.key())));
        shape
            .antiAffinity()
            .forEach(t -> t.selector().requirements().forEach(r -> keys.add(r.key())));
      }
    }
    return keys;
  }
}
