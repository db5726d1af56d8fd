package dev.almanac.simulator.packing;

import java.util.HashMap;
import java.util.Map;

/**
 * The best packing of a handful of pods, by looking at every way to share them out: the most pods
 * placed, then the least price. Written from the meaning of the constraints alone.
 */
final class Enumeration {

  /** How good the best packing is. */
  record Best(int unplaced, double price) {
    boolean beats(Best other) {
      return unplaced < other.unplaced
          || (unplaced == other.unplaced && price < other.price - 1e-12);
    }
  }

  private final Instance in;
  private final int[] groupOf;
  private final Map<Long, Best> known = new HashMap<>();

  private Enumeration(Instance in) {
    this.in = in;
    groupOf = new int[(int) in.pods()];
    int n = 0;
    for (int g = 0; g < in.groups(); g++) {
      for (int k = 0; k < in.demand(g); k++) {
        groupOf[n++] = g;
      }
    }
  }

  static Best of(Instance in) {
    Enumeration e = new Enumeration(in);
    int[] left = new int[in.types()];
    for (int t = 0; t < left.length; t++) {
      left[t] = Math.min(in.typeLimit(t), e.groupOf.length);
    }
    return e.best((1 << e.groupOf.length) - 1, left);
  }

  private Best best(int pods, int[] left) {
    if (pods == 0) {
      return new Best(0, 0);
    }
    long key = pods;
    for (int l : left) {
      key = key * 11 + l;
    }
    Best found = known.get(key);
    if (found != null) {
      return found;
    }
    int first = Integer.lowestOneBit(pods);
    Best rest = best(pods ^ first, left);
    Best best = new Best(rest.unplaced() + 1, rest.price());
    for (int node = pods; node > 0; node = (node - 1) & pods) {
      if ((node & first) == 0) {
        continue;
      }
      for (int t = 0; t < left.length; t++) {
        if (left[t] > 0 && holds(node, t)) {
          left[t]--;
          Best others = best(pods ^ node, left);
          left[t]++;
          Best now = new Best(others.unplaced(), others.price() + in.price(t));
          best = now.beats(best) ? now : best;
        }
      }
    }
    known.put(key, best);
    return best;
  }

  private boolean holds(int node, int type) {
    int[] count = new int[in.groups()];
    double[] use = new double[in.dims()];
    for (int p = 0; p < groupOf.length; p++) {
      if ((node >> p & 1) == 1) {
        int g = groupOf[p];
        count[g]++;
        if (!in.allowed(g, type) || count[g] > in.perNode(g)) {
          return false;
        }
        for (int d = 0; d < use.length; d++) {
          use[d] += in.size(g, d);
          if (use[d] > in.capacity(type, d)) {
            return false;
          }
        }
      }
    }
    for (int g = 0; g < count.length; g++) {
      if (count[g] == 0) {
        continue;
      }
      for (int o : in.conflicts(g)) {
        if (count[o] > 0) {
          return false;
        }
      }
      boolean alone = in.companions(g).length > 0;
      for (int o : in.companions(g)) {
        alone &= count[o] == 0;
      }
      if (alone) {
        return false;
      }
    }
    return true;
  }
}
