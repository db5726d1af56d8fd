package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks a packing against its instance, pod by pod and node by node. It shares no code with the
 * packer: it reads the instance through its public face and adds up in whole numbers.
 */
public final class PackingValidator {
  private static final int MOST = 100;

  private PackingValidator() {}

  /**
   * What is wrong; empty when every pod is placed once or told to have no place, and every node
   * keeps its capacity, its type's rules and its pods' rules. At most 100 problems are listed.
   */
  public static List<String> problems(Instance in, Packing packing) {
    List<String> found = new ArrayList<>();
    long[] placed = new long[in.groups()];
    long[] nodes = new long[in.types()];
    double price = 0;
    for (int i = 0; i < packing.nodes().size() && found.size() < MOST; i++) {
      PackedNodes p = packing.nodes().get(i);
      if (p.type() < 0 || p.type() >= in.types() || p.copies() < 1) {
        found.add("node " + i + ": type " + p.type() + ", copies " + p.copies());
        continue;
      }
      nodes[p.type()] += p.copies();
      price += in.price(p.type()) * p.copies();
      checkNode(in, i, p, placed, found);
    }
    for (int t = 0; t < in.types(); t++) {
      if (nodes[t] > in.typeLimit(t)) {
        found.add("type " + t + ": " + nodes[t] + " nodes, limit " + in.typeLimit(t));
      }
    }
    if (packing.unplaced().length != in.groups()) {
      found.add("unplaced pods of " + packing.unplaced().length + " groups, not " + in.groups());
      return found;
    }
    for (int g = 0; g < in.groups() && found.size() < MOST; g++) {
      long all = placed[g] + packing.unplaced()[g];
      if (all != in.demand(g) || packing.unplaced()[g] < 0) {
        found.add(
            "group %d: %d placed and %d unplaced of %d"
                .formatted(g, placed[g], packing.unplaced()[g], in.demand(g)));
      }
    }
    if (!(Math.abs(price - packing.price()) <= 1e-9 * (1 + price))) {
      found.add("price " + packing.price() + ", nodes add up to " + price);
    }
    return found;
  }

  private static void checkNode(
      Instance in, int i, PackedNodes p, long[] placed, List<String> found) {
    Map<Integer, Long> content = new HashMap<>();
    if (p.groups().length != p.counts().length || p.groups().length == 0) {
      found.add(
          "node " + i + ": " + p.groups().length + " groups, " + p.counts().length + " counts");
      return;
    }
    for (int k = 0; k < p.groups().length; k++) {
      int g = p.groups()[k];
      if (g < 0 || g >= in.groups() || p.counts()[k] < 1) {
        found.add("node " + i + ": " + p.counts()[k] + " pods of group " + g);
        return;
      }
      if (content.put(g, (long) p.counts()[k]) != null) {
        found.add("node " + i + ": group " + g + " is listed twice");
      }
      placed[g] += (long) p.counts()[k] * p.copies();
    }
    for (int d = 0; d < in.dims(); d++) {
      long use = 0;
      for (Map.Entry<Integer, Long> e : content.entrySet()) {
        use = Math.addExact(use, Math.multiplyExact((long) in.size(e.getKey(), d), e.getValue()));
      }
      if (use > (long) in.capacity(p.type(), d)) {
        found.add(
            "node %d: %d units of dimension %d, capacity %.0f"
                .formatted(i, use, d, in.capacity(p.type(), d)));
      }
    }
    content.forEach((g, count) -> {
      if (!in.allowed(g, p.type())) {
        found.add("node " + i + ": group " + g + " may not use type " + p.type());
      }
      if (count > in.perNode(g)) {
        found.add("node %d: %d pods of group %d, limit %d".formatted(i, count, g, in.perNode(g)));
      }
      for (int o : in.conflicts(g)) {
        if (content.containsKey(o)) {
          found.add("node " + i + ": groups " + g + " and " + o + " must not share it");
        }
      }
      int[] companions = in.companions(g);
      boolean accompanied = companions.length == 0;
      for (int o : companions) {
        accompanied |= content.containsKey(o);
      }
      if (!accompanied) {
        found.add("node " + i + ": group " + g + " has no companion on it");
      }
    });
  }
}
