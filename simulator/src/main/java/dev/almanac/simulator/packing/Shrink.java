package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.List;

/** Every node becomes the cheapest type that still holds its content. */
final class Shrink {
  private Shrink() {}

  /**
   * Shrinks.
   *
   * @param nodesLeft nodes of each type that may still be bought; not changed
   */
  static List<PackedNodes> of(Instance in, List<PackedNodes> nodes, int[] nodesLeft) {
    if (in.types == 1) {
      return nodes;
    }
    int[] left = in.hasTypeLimits ? nodesLeft.clone() : nodesLeft;
    List<PackedNodes> out = new ArrayList<>(nodes.size());
    double[] use = new double[in.dims];
    for (PackedNodes p : nodes) {
      use(in, p, use);
      int best = p.type();
      for (int t = 0; t < in.types; t++) {
        if (in.price[t] < in.price[best] && left[t] >= p.copies() && holds(in, t, p, use)) {
          best = t;
        }
      }
      if (best != p.type() && in.hasTypeLimits) {
        left[best] -= left[best] == Instance.UNLIMITED ? 0 : p.copies();
        left[p.type()] += left[p.type()] == Instance.UNLIMITED ? 0 : p.copies();
      }
      out.add(best == p.type() ? p : new PackedNodes(best, p.groups(), p.counts(), p.copies()));
    }
    return out;
  }

  private static void use(Instance in, PackedNodes p, double[] use) {
    java.util.Arrays.fill(use, 0);
    for (int i = 0; i < p.groups().length; i++) {
      for (int d = 0; d < in.dims; d++) {
        use[d] += p.counts()[i] * in.size[p.groups()[i] * in.dims + d];
      }
    }
  }

  private static boolean holds(Instance in, int type, PackedNodes p, double[] use) {
    for (int d = 0; d < in.dims; d++) {
      if (use[d] > in.capacity[type][d]) {
        return false;
      }
    }
    for (int g : p.groups()) {
      if (!in.allowed[g][type]) {
        return false;
      }
    }
    return true;
  }
}
