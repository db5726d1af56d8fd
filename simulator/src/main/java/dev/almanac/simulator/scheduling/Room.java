package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node as pods that come to it find it: what is left of it, and who is there.
 *
 * @param kind the node or type
 * @param index of the kind in the input
 * @param left units by resource; below 0 where a node is overcommitted
 * @param residents shapes of the pods that stay there, daemonsets' among them
 * @param bound names of those that are no daemonset's
 */
record Room(
    NodeKind kind,
    int index,
    Map<String, Long> left,
    List<PodShape> residents,
    List<String> bound) {

  /** The rooms of all kinds, in their order. */
  static List<Room> of(List<PodSet> sets, List<NodeKind> kinds) {
    DaemonSets daemons = new DaemonSets(sets);
    Map<String, List<PodSet>> byNode = new LinkedHashMap<>();
    for (PodSet set : sets) {
      if (set.isBound() && set.daemonSet().isEmpty()) {
        byNode.computeIfAbsent(set.node(), _ -> new ArrayList<>()).add(set);
      }
    }
    List<Room> rooms = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      NodeKind kind = kinds.get(i);
      Map<String, Long> left = new LinkedHashMap<>(kind.allocatable());
      List<PodShape> residents = new ArrayList<>();
      List<String> bound = new ArrayList<>();
      for (PodShape daemon : daemons.on(kind)) {
        residents.add(daemon);
        take(left, daemon, 1);
      }
      if (kind.exists()) {
        for (PodSet set : byNode.getOrDefault(kind.name(), List.of())) {
          for (String name : set.names()) {
            residents.add(set.shape());
            bound.add(name);
          }
          take(left, set.shape(), set.names().size());
        }
      }
      rooms.add(new Room(kind, i, left, residents, bound));
    }
    return rooms;
  }

  /** Takes the requests of so many pods off what is left. */
  static void take(Map<String, Long> left, PodShape shape, int pods) {
    shape
        .requests()
        .forEach((resource, units) -> {
          if (!resource.equals(NodeKind.VOLUMES) || left.containsKey(resource)) {
            left.merge(resource, -units * pods, Long::sum);
          }
        });
    left.merge(NodeKind.PODS, (long) -pods, Long::sum);
  }

  /** Units of a resource that are left, 0 where none. */
  long left(String resource) {
    Long units = left.get(resource);
    if (units == null) {
      return resource.equals(NodeKind.VOLUMES) ? Long.MAX_VALUE : 0;
    }
    return Math.max(0, units);
  }

  /** Pods of one shape that what is left has room for, by their requests and host rules. */
  long holds(PodShape shape) {
    long most = Math.min(left(NodeKind.PODS), HostRules.perNode(shape));
    for (Map.Entry<String, Long> request : shape.requests().entrySet()) {
      if (request.getValue() > 0) {
        most = Math.min(most, left(request.getKey()) / request.getValue());
      }
    }
    return most;
  }

  /** Whether the node is there in any case. */
  boolean isPaid() {
    return !bound.isEmpty();
  }
}
