package dev.almanac.simulator.scheduling;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rooms a pod may enter by itself: taints, node selector and affinity, ports and the
 * anti-affinity of those who are there. Room for its requests is the packing's business.
 */
final class Admission {
  private final List<Room> rooms;
  private final Map<List<Object>, boolean[]> admitted = new HashMap<>();
  private final boolean anyResident;

  Admission(List<Room> rooms) {
    this.rooms = rooms;
    anyResident = rooms.stream().anyMatch(r -> !r.residents().isEmpty());
  }

  /** By room; a new array. */
  boolean[] of(PodShape shape) {
    boolean[] mask =
        admitted
            .computeIfAbsent(
                List.of(shape.nodeSelector(), shape.nodeTerms(), shape.tolerations()),
                _ -> byRules(shape))
            .clone();
    if (anyResident && meetsResidents(shape)) {
      for (int i = 0; i < mask.length; i++) {
        mask[i] = mask[i] && hostAdmits(rooms.get(i), shape);
      }
    }
    return mask;
  }

  private boolean[] byRules(PodShape shape) {
    boolean[] mask = new boolean[rooms.size()];
    for (int i = 0; i < mask.length; i++) {
      NodeKind kind = rooms.get(i).kind();
      mask[i] = kind.limit() > 0 && shape.selects(kind) && shape.tolerates(kind);
    }
    return mask;
  }

  private boolean meetsResidents(PodShape shape) {
    if (!shape.hostPorts().isEmpty()
        || !shape.antiAffinity().isEmpty()
        || shape.spreads().stream().anyMatch(Spread::onHost)) {
      return true;
    }
    for (Room room : rooms) {
      for (PodShape r : room.residents()) {
        if (!r.antiAffinity().isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Ports, anti-affinity both ways, and spread over hosts, against who is on the node. */
  private static boolean hostAdmits(Room room, PodShape shape) {
    for (PodShape r : room.residents()) {
      if (shape.portsClash(r)
          || shape.antiAffinity().stream().anyMatch(t -> t.onHost() && t.matches(r))
          || r.antiAffinity().stream().anyMatch(t -> t.onHost() && t.matches(shape))) {
        return false;
      }
    }
    for (Spread s : shape.spreads()) {
      if (s.onHost()) {
        long there =
            room.residents().stream()
                .filter(r ->
                    r.namespace().equals(shape.namespace()) && s.selector().matches(r.labels()))
                .count();
        // What is there counts too; a node with any is left to the pods that have no such rule.
        if (there > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Why no room takes one pod of a shape, or that all are full. */
  String refusal(PodShape shape) {
    Map<String, Integer> reasons = new java.util.TreeMap<>();
    for (Room room : rooms) {
      reasons.merge(refusal(room, shape), 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder();
    reasons.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(e ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(e.getValue())
                .append(' ')
                .append(e.getKey()));
    return "of %d nodes and types: %s".formatted(rooms.size(), text);
  }

  private static String refusal(Room room, PodShape shape) {
    if (room.kind().limit() == 0) {
      return "of which no node can be had";
    }
    for (Taint taint : room.kind().taints()) {
      if (!shape.tolerates(taint)) {
        return "with the untolerated taint " + taint;
      }
    }
    if (!shape.selects(room.kind())) {
      return "not selected by node selector or affinity";
    }
    for (String resource : shape.requests().keySet().stream().sorted().toList()) {
      if (shape.requests().getOrDefault(resource, 0L) > room.left(resource)) {
        return "with too little " + resource;
      }
    }
    if (room.left(NodeKind.PODS) < 1) {
      return "with no pod slot left";
    }
    if (!hostAdmits(room, shape)) {
      return "with pods that it must not share a node with";
    }
    return "full, limited, or excluded by rules between pods";
  }
}
