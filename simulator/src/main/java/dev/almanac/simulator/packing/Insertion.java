package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pods that no node was left for, put first-fit into the room on nodes that are in use. */
final class Insertion {
  private Insertion() {}

  /** The nodes with what could be added; {@code unplaced} is reduced by it. */
  static List<PackedNodes> of(Instance in, List<PackedNodes> nodes, int[] unplaced) {
    List<PackedNodes> now = nodes;
    for (int g = 0; g < unplaced.length; g++) {
      if (unplaced[g] > 0) {
        now = insert(in, now, unplaced, g);
      }
    }
    return now;
  }

  private static List<PackedNodes> insert(
      Instance in, List<PackedNodes> nodes, int[] unplaced, int g) {
    List<PackedNodes> out = new ArrayList<>(nodes.size() + 1);
    for (PackedNodes p : nodes) {
      int fit = unplaced[g] > 0 ? fit(in, p, g) : 0;
      if (fit == 0) {
        out.add(p);
        continue;
      }
      int full = Math.min(p.copies(), unplaced[g] / fit);
      if (full > 0) {
        out.add(with(p, g, fit, full));
        unplaced[g] -= fit * full;
      }
      int rest = p.copies() - full;
      if (rest > 0 && unplaced[g] > 0 && unplaced[g] < fit) {
        out.add(with(p, g, unplaced[g], 1));
        unplaced[g] = 0;
        rest--;
      }
      if (rest > 0) {
        out.add(new PackedNodes(p.type(), p.groups(), p.counts(), rest));
      }
    }
    return out;
  }

  /** How many pods of the group fit into the room of one such node. */
  private static int fit(Instance in, PackedNodes p, int g) {
    if (!in.allowed[g][p.type()]) {
      return 0;
    }
    boolean accompanied = in.companions[g].length == 0;
    int limit = in.perNode[g];
    double[] room = in.capacity[p.type()].clone();
    for (int i = 0; i < p.groups().length; i++) {
      int o = p.groups()[i];
      limit -= o == g ? p.counts()[i] : 0;
      if (Arrays.binarySearch(in.conflicts[g], o) >= 0) {
        return 0;
      }
      for (int c : in.companions[g]) {
        accompanied |= c == o;
      }
      for (int d = 0; d < in.dims; d++) {
        room[d] -= p.counts()[i] * in.size[o * in.dims + d];
      }
    }
    double fit = accompanied ? limit : 0;
    for (int d = 0; d < in.dims; d++) {
      double s = in.size[g * in.dims + d];
      if (s > 0) {
        fit = Math.min(fit, Math.floor(room[d] / s));
      }
    }
    return (int) Math.max(0, fit);
  }

  private static PackedNodes with(PackedNodes p, int g, int more, int copies) {
    int[] groups = p.groups();
    int[] counts = p.counts().clone();
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] == g) {
        counts[i] += more;
        return new PackedNodes(p.type(), groups, counts, copies);
      }
    }
    groups = Arrays.copyOf(groups, groups.length + 1);
    counts = Arrays.copyOf(counts, groups.length);
    groups[groups.length - 1] = g;
    counts[groups.length - 1] = more;
    return new PackedNodes(p.type(), groups, counts, copies);
  }
}
