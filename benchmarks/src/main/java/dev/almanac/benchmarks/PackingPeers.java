package dev.almanac.benchmarks;

import dev.almanac.simulator.packing.Instance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/** What others do: first fit decreasing in several orders, and Karpenter's rule of provisioning. */
final class PackingPeers {
  private PackingPeers() {}

  /**
   * Karpenter's rule as its scheduler documents it: pods by CPU, then memory, descending; each goes
   * to the first open node on which some type still holds all; at the end each node is the cheapest
   * of the types it has left. With one type this is first fit decreasing in Karpenter's order.
   */
  static double karpenter(Instance in) {
    int dims = in.dims();
    Integer[] order = new Integer[in.groups()];
    Arrays.setAll(order, g -> g);
    Arrays.sort(
        order,
        (a, b) -> {
          for (int d = 0; d < Math.min(2, dims); d++) {
            int c = Double.compare(in.size(b, d), in.size(a, d));
            if (c != 0) {
              return c;
            }
          }
          return a - b;
        });
    List<double[]> use = new ArrayList<>();
    List<boolean[]> open = new ArrayList<>();
    double[] least = new double[dims];
    Arrays.fill(least, Double.MAX_VALUE);
    for (int g = 0; g < in.groups(); g++) {
      for (int d = 0; d < dims; d++) {
        least[d] = Math.min(least[d], in.size(g, d));
      }
    }
    List<Integer> live = new ArrayList<>(); // nodes that some pod may still fit on
    for (int g : order) {
      int onThis = 0;
      int at = 0;
      for (int k = 0; k < in.demand(g); ) {
        if (at == live.size()) {
          boolean[] all = new boolean[in.types()];
          Arrays.fill(all, true);
          live.add(use.size());
          use.add(new double[dims]);
          open.add(all);
          onThis = 0;
        }
        int node = live.get(at);
        boolean[] next =
            onThis < in.perNode(g) ? with(in, g, use.get(node), open.get(node)) : new boolean[0];
        if (next.length == 0) {
          if (isFull(in, use.get(node), open.get(node), least)) {
            live.remove(at);
          } else {
            at++;
          }
          onThis = 0;
          continue;
        }
        for (int d = 0; d < dims; d++) {
          use.get(node)[d] += in.size(g, d);
        }
        open.set(node, next);
        onThis++;
        k++;
      }
    }
    double price = 0;
    for (boolean[] types : open) {
      double cheapest = Double.MAX_VALUE;
      for (int t = 0; t < types.length; t++) {
        cheapest = types[t] ? Math.min(cheapest, in.price(t)) : cheapest;
      }
      price += cheapest;
    }
    return price;
  }

  private static boolean[] with(Instance in, int g, double[] use, boolean[] open) {
    boolean[] next = new boolean[open.length];
    boolean any = false;
    for (int t = 0; t < open.length; t++) {
      boolean fits = open[t] && in.allowed(g, t);
      for (int d = 0; d < use.length && fits; d++) {
        fits = use[d] + in.size(g, d) <= in.capacity(t, d);
      }
      next[t] = fits;
      any |= fits;
    }
    return any ? next : new boolean[0];
  }

  private static boolean isFull(Instance in, double[] use, boolean[] open, double[] least) {
    for (int t = 0; t < open.length; t++) {
      boolean room = open[t];
      for (int d = 0; d < use.length && room; d++) {
        room = use[d] + least[d] <= in.capacity(t, d);
      }
      if (room) {
        return false;
      }
    }
    return true;
  }

  /** Best of first fit decreasing by largest share, sum and L2 of shares, on one type. */
  static double bestFirstFit(Instance in) {
    List<ToDoubleBiFunction<Integer, Instance>> rules =
        List.of(
            (g, i) -> fold(i, g, Double.NEGATIVE_INFINITY, Math::max),
            (g, i) -> fold(i, g, 0, Double::sum),
            (g, i) -> fold(i, g, 0, (sum, x) -> sum + x * x));
    double best = Double.MAX_VALUE;
    for (var rule : rules) {
      best = Math.min(best, firstFit(in, rule));
    }
    return best * in.price(0);
  }

  private static double fold(
      Instance in, int g, double start, java.util.function.DoubleBinaryOperator op) {
    double value = start;
    for (int d = 0; d < in.dims(); d++) {
      value = op.applyAsDouble(value, in.size(g, d) / in.capacity(0, d));
    }
    return value;
  }

  private static int firstFit(Instance in, ToDoubleBiFunction<Integer, Instance> rule) {
    int dims = in.dims();
    double[] key = new double[in.groups()];
    Integer[] order = new Integer[in.groups()];
    double[] least = new double[dims];
    Arrays.fill(least, Double.MAX_VALUE);
    for (int g = 0; g < order.length; g++) {
      order[g] = g;
      key[g] = rule.applyAsDouble(g, in);
      for (int d = 0; d < dims; d++) {
        least[d] = Math.min(least[d], in.size(g, d));
      }
    }
    Arrays.sort(order, (a, b) -> Double.compare(key[b], key[a]));
    List<double[]> room = new ArrayList<>();
    int nodes = 0;
    for (int g : order) {
      int left = in.demand(g);
      for (int b = 0; left > 0; ) {
        if (b == room.size()) {
          double[] capacity = new double[dims];
          for (int d = 0; d < dims; d++) {
            capacity[d] = in.capacity(0, d);
          }
          room.add(capacity);
          nodes++;
        }
        double[] r = room.get(b);
        double k = Math.min(left, in.perNode(g));
        boolean full = false;
        for (int d = 0; d < dims; d++) {
          double s = in.size(g, d);
          k = s > 0 ? Math.min(k, Math.floor(r[d] / s)) : k;
        }
        for (int d = 0; d < dims; d++) {
          r[d] -= k * in.size(g, d);
          full |= r[d] < least[d];
        }
        left -= (int) k;
        if (full) {
          room.remove(b);
        } else {
          b++;
        }
      }
    }
    return nodes;
  }
}
