package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Required pod affinity on hosts. Pods that want to be near pods that are there may only go to
 * them; near pods without such a wish, they need one on their node (a companion); near themselves
 * or each other, all of them share one node (a bundle), for the first one opens it and the others
 * follow.
 */
final class Together {
  private static final int[] NONE = {};

  private final List<PodGroup> groups;
  private final int[][] companions;
  private final int[] bundle; // number of the bundle, or the group itself
  private final List<Integer> wishing = new ArrayList<>(); // groups with a host affinity
  private final Map<Integer, String> refused = new HashMap<>();

  Together(List<PodGroup> groups, List<Room> rooms, boolean[][] admitted) {
    this.groups = groups;
    companions = new int[groups.size()][];
    Arrays.fill(companions, NONE);
    bundle = new int[groups.size()];
    for (int g = 0; g < bundle.length; g++) {
      bundle[g] = g;
    }
    for (int g = 0; g < bundle.length; g++) {
      boolean wishes = groups.get(g).shape().affinity().stream().anyMatch(PodTerm::onHost);
      if (wishes) {
        wishing.add(g);
      }
      for (PodTerm term : groups.get(g).shape().affinity()) {
        if (term.onHost()) {
          apply(g, term, rooms, admitted);
        }
      }
    }
    spreadRefusals();
  }

  /** Who wants to be near pods that have no place has none either. */
  private void spreadRefusals() {
    boolean news = true;
    while (news) {
      news = false;
      for (int g : wishing) {
        if (refused.containsKey(g)) {
          continue;
        }
        boolean lost = companions[g].length > 0;
        for (int o : companions[g]) {
          lost &= refused.containsKey(o);
        }
        for (int o : wishing) {
          boolean other = companions[o].length > 0 && companions[g].length > 0;
          lost |=
              bundle[o] == bundle[g]
                  && (refused.containsKey(o)
                      || (other && !Arrays.equals(companions[o], companions[g])));
        }
        if (lost) {
          refused.put(g, "the pods it must share a node with have no place");
          news = true;
        }
      }
    }
  }

  Map<Integer, String> refused() {
    return refused;
  }

  int[] companions(int g) {
    return companions[g];
  }

  /** Companions that members of a bundle need beside each other. */
  int[] companionsOf(int[] members) {
    for (int g : members) {
      if (companions[g].length > 0) {
        return companions[g];
      }
    }
    return NONE;
  }

  /** Groups that share a node with all their pods, this one among them; empty: they need not. */
  int[] bundleOf(int g) {
    List<Integer> members = new ArrayList<>();
    for (int o : wishing) {
      if (bundle[o] == bundle[g]) {
        members.add(o);
      }
    }
    boolean alone = members.size() == 1 && !selfish[g];
    return alone ? NONE : members.stream().mapToInt(Integer::intValue).toArray();
  }

  private boolean[] selfish = {}; // all pods of the group on one node

  private void apply(int g, PodTerm term, List<Room> rooms, boolean[][] admitted) {
    if (selfish.length == 0) {
      selfish = new boolean[groups.size()];
    }
    boolean[] near = new boolean[rooms.size()];
    boolean any = false;
    for (int r = 0; r < near.length; r++) {
      near[r] = rooms.get(r).residents().stream().anyMatch(term::matches);
      any |= near[r];
    }
    if (any) {
      for (int r = 0; r < near.length; r++) {
        admitted[g][r] &= near[r];
      }
      return;
    }
    List<Integer> free = new ArrayList<>();
    List<Integer> bound = new ArrayList<>();
    for (int o = 0; o < groups.size(); o++) {
      if (o != g && term.matches(groups.get(o).shape())) {
        boolean wishes = groups.get(o).shape().affinity().stream().anyMatch(PodTerm::onHost);
        (wishes ? bound : free).add(o);
      }
    }
    if (!free.isEmpty()) {
      int[] found = free.stream().mapToInt(Integer::intValue).toArray();
      if (companions[g].length > 0 && !Arrays.equals(companions[g], found)) {
        refused.put(g, "it must share a node with pods of several kinds, which is not planned");
      }
      companions[g] = found;
    } else if (term.matches(groups.get(g).shape()) || !bound.isEmpty()) {
      selfish[g] = true;
      for (int o : bound) {
        join(g, o);
        selfish[o] = true;
      }
    } else {
      refused.put(g, "no pod matches its required pod affinity");
    }
  }

  private void join(int a, int b) {
    int from = bundle[b];
    int to = bundle[a];
    for (int o = 0; o < bundle.length; o++) {
      bundle[o] = bundle[o] == from ? to : bundle[o];
    }
  }

  boolean isBundled(int g) {
    return selfish.length > 0 && selfish[g];
  }
}
