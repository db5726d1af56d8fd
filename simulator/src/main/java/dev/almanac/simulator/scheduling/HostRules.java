package dev.almanac.simulator.scheduling;

import dev.almanac.simulator.packing.Instance;
import java.util.ArrayList;
import java.util.List;

/** Rules between pods on one node: how many of a kind it may hold, and who must not meet whom. */
final class HostRules {
  private HostRules() {}

  /** Pods of one shape that a node may hold. */
  static int perNode(PodShape shape) {
    int most = shape.hostPorts().isEmpty() ? Instance.UNLIMITED : 1;
    for (PodTerm t : shape.antiAffinity()) {
      if (t.onHost() && t.matches(shape)) {
        most = 1;
      }
    }
    for (Spread s : shape.spreads()) {
      // As in Karpenter: a new node is always possible, so the emptiest one holds none.
      if (s.onHost() && s.selector().matches(shape.labels())) {
        most = Math.min(most, s.maxSkew());
      }
    }
    return most;
  }

  /** Other shapes that must not be on the same node. */
  static int[] conflicts(List<PodShape> shapes, int of) {
    PodShape mine = shapes.get(of);
    if (mine.hostPorts().isEmpty()
        && mine.antiAffinity().isEmpty()
        && mine.spreads().stream().noneMatch(Spread::onHost)) {
      return new int[0]; // a rule of the other one is found from its side
    }
    List<Integer> found = new ArrayList<>();
    for (int o = 0; o < shapes.size(); o++) {
      if (o != of && conflict(mine, shapes.get(o))) {
        found.add(o);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean conflict(PodShape mine, PodShape other) {
    if (mine.equals(other)) {
      return false; // parts of one group: its limit per node holds them apart
    }
    for (PodTerm t : mine.antiAffinity()) {
      if (t.onHost() && t.matches(other)) {
        return true;
      }
    }
    for (Spread s : mine.spreads()) {
      // Pods of another shape count against the same skew: not sharing a node is always right.
      if (s.onHost()
          && other.namespace().equals(mine.namespace())
          && s.selector().matches(other.labels())) {
        return true;
      }
    }
    return mine.portsClash(other);
  }
}
