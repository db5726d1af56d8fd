package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.List;

/**
 * Sets of pods of which no two may share a node: a group with a limit per node, joined by groups
 * that conflict with it and with each other (a clique of the conflict graph, found greedily).
 */
final class Cliques {

  /** Cliques tried; each starts at another group. */
  private static final int STARTS = 200;

  private Cliques() {}

  /** Cliques of at least two groups with demand. */
  static List<Fluid.Need> needs(Instance in, int[] demand) {
    List<Fluid.Need> found = new ArrayList<>();
    double best = 0;
    int starts = 0;
    for (int g = 0; g < in.groups && starts < STARTS; g++) {
      if (demand[g] == 0 || in.conflicts[g].length == 0) {
        continue;
      }
      starts++;
      boolean[] types = in.allowed[g].clone();
      double nodes = grow(in, demand, g, types);
      if (nodes > best) { // one row for each record: the last is the largest
        best = nodes;
        found.add(new Fluid.Need(types, nodes));
      }
    }
    return found.size() <= 4 ? found : found.subList(found.size() - 4, found.size());
  }

  private static double grow(Instance in, int[] demand, int start, boolean[] types) {
    int[] near = in.conflicts[start];
    List<Integer> clique = new ArrayList<>(List.of(start));
    double nodes = Math.ceilDiv(demand[start], in.perNode[start]);
    boolean[] tried = new boolean[near.length];
    while (true) {
      int best = -1;
      double most = 0;
      for (int i = 0; i < near.length; i++) {
        double n = Math.ceilDiv(demand[near[i]], in.perNode[near[i]]);
        if (!tried[i] && n > most && meetsAll(in, near[i], clique)) {
          most = n;
          best = i;
        }
      }
      if (best < 0) {
        return nodes;
      }
      tried[best] = true;
      clique.add(near[best]);
      nodes += most;
      for (int t = 0; t < in.types; t++) {
        types[t] |= in.allowed[near[best]][t];
      }
    }
  }

  private static boolean meetsAll(Instance in, int g, List<Integer> clique) {
    for (int c : clique) {
      if (java.util.Arrays.binarySearch(in.conflicts[g], c) < 0) {
        return false;
      }
    }
    return true;
  }
}
