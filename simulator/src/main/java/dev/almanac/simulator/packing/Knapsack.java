package dev.almanac.simulator.packing;

import java.util.Arrays;

/**
 * The most valuable content of one node: a bounded knapsack with several dimensions, by depth-first
 * branch and bound. The upper bound comes from one surrogate row, a weighted sum of all dimensions,
 * whose multipliers are chosen so that its fractional optimum is least.
 */
final class Knapsack {
  private static final int MULTIPLIER_STEPS = 12;
  private static final double FIRST_STEP = 0.6;
  private static final double LEAST_MULTIPLIER = 1e-3;

  /** Items after which the fractional bound is finished roughly. */
  private static final int LOOK_AHEAD = 40;

  private final Instance in;
  private final int[] rows; // group of each row
  private final int[] demand;
  private final int dims;
  private final Work work;

  // items in order of value per surrogate unit
  private int n;
  private int[] item = {};
  private double[] value = {};
  private double[] surrogate = {};
  private double[] density = {};
  private int[] most = {};
  private double[] size = {};
  private double[] room = {};
  private int[] count = {};
  private int[] bestCount = {};
  private double bestValue;
  private int nodes;
  private int nodeLimit;
  private final int[] onNode;

  Knapsack(Instance in, int[] rows, int[] demand, Work work) {
    this.in = in;
    this.rows = rows;
    this.demand = demand;
    this.work = work;
    dims = in.dims;
    onNode = new int[in.hasConflicts ? in.groups : 0];
  }

  /**
   * Solves for one type.
   *
   * @param prices value of one pod by row
   * @param limit branch-and-bound nodes; when cut, the result is still an upper bound
   * @return an upper bound of the best value; the best content found is in {@link #rows()}
   */
  double solve(int type, double[] prices, int limit) {
    double[] capacity = in.capacity[type];
    int[] candidates = new int[rows.length];
    n = 0;
    for (int i = 0; i < rows.length; i++) {
      if (prices[i] > 1e-12 && in.allowed[rows[i]][type]) {
        candidates[n++] = i;
      }
    }
    double[] multipliers = multipliers(candidates, prices, capacity);
    order(candidates, prices, capacity, multipliers);
    room = capacity.clone();
    count = new int[n];
    bestCount = new int[n];
    bestValue = 0;
    nodes = 0;
    nodeLimit = limit;
    double upper = search(0, 0, 1);
    work.spend(20L * nodes + MULTIPLIER_STEPS * 16L * n);
    return upper;
  }

  /** Rows in the best content. */
  int[] rows() {
    int k = 0;
    int[] found = new int[n];
    for (int q = 0; q < n; q++) {
      if (bestCount[q] > 0) {
        found[k++] = item[q];
      }
    }
    return Arrays.copyOf(found, k);
  }

  /** Pods of each of those rows. */
  int[] counts() {
    return Arrays.stream(bestCount, 0, n).filter(c -> c > 0).toArray();
  }

  private double weigh(int group, double[] capacity, double[] multipliers) {
    double sum = 0;
    for (int d = 0; d < dims; d++) {
      double s = in.size[group * dims + d];
      sum += s > 0 ? multipliers[d] * s / capacity[d] : 0;
    }
    return Math.max(sum, 1e-15);
  }

  private int bound(int group) {
    return Math.min(demand[group], in.perNode[group]);
  }

  private double[] multipliers(int[] candidates, double[] prices, double[] capacity) {
    double[] now = new double[dims];
    Arrays.fill(now, 1.0 / dims);
    double[] best = now.clone();
    double least = Double.MAX_VALUE;
    for (int step = 0; step < MULTIPLIER_STEPS; step++) {
      double[] use = new double[dims];
      double room = 1;
      double upper = 0;
      for (int i : sorted(candidates, prices, capacity, now)) {
        if (room <= 1e-12) {
          break;
        }
        int g = rows[i];
        double s = weigh(g, capacity, now);
        double k = Math.min(bound(g), room / s);
        room -= k * s;
        upper += k * prices[i];
        for (int d = 0; d < dims; d++) {
          use[d] += capacity[d] > 0 ? k * in.size[g * dims + d] / capacity[d] : 0;
        }
      }
      if (upper < least) {
        least = upper;
        best = now.clone();
      }
      double sum = 0;
      for (int d = 0; d < dims; d++) {
        double grow = Math.exp(FIRST_STEP / (1 + step) * 2 * (use[d] - 1));
        now[d] = Math.max(LEAST_MULTIPLIER, now[d] * grow);
        sum += now[d];
      }
      for (int d = 0; d < dims; d++) {
        now[d] /= sum;
      }
    }
    return best;
  }

  private int[] sorted(int[] candidates, double[] prices, double[] capacity, double[] multipliers) {
    double[] key = new double[n];
    Integer[] order = new Integer[n];
    for (int k = 0; k < n; k++) {
      order[k] = k;
      int i = candidates[k];
      key[k] = prices[i] / weigh(rows[i], capacity, multipliers);
    }
    Arrays.sort(order, (a, b) -> Double.compare(key[b], key[a]));
    int[] out = new int[n];
    for (int k = 0; k < n; k++) {
      out[k] = candidates[order[k]];
    }
    return out;
  }

  private void order(int[] candidates, double[] prices, double[] capacity, double[] multipliers) {
    item = sorted(candidates, prices, capacity, multipliers);
    value = new double[n];
    surrogate = new double[n];
    density = new double[n];
    most = new int[n];
    size = new double[n * dims];
    for (int q = 0; q < n; q++) {
      int g = rows[item[q]];
      value[q] = prices[item[q]];
      surrogate[q] = weigh(g, capacity, multipliers);
      density[q] = value[q] / surrogate[q];
      most[q] = bound(g);
      System.arraycopy(in.size, g * dims, size, q * dims, dims);
    }
  }

  /** Returns an upper bound of the subtree, never below the best found. */
  private double search(int from, double worth, double space) {
    if (worth > bestValue + 1e-12) {
      bestValue = worth;
      System.arraycopy(count, 0, bestCount, 0, n);
    }
    double upper = bestValue;
    for (int i = from; i < n; i++) {
      int k = fits(i);
      if (k == 0) {
        continue;
      }
      double reach = reach(i, worth, space);
      if (reach <= bestValue + 1e-9) {
        return Math.max(upper, reach);
      }
      if (++nodes > nodeLimit) {
        return Math.max(upper, reach);
      }
      int g = rows[item[i]];
      for (int c = k; c >= 1; c--) {
        count[i] = c;
        move(i, -c);
        if (onNode.length > 0) {
          onNode[g] = c;
        }
        upper = Math.max(upper, search(i + 1, worth + c * value[i], space - c * surrogate[i]));
        move(i, c);
        count[i] = 0;
      }
      if (onNode.length > 0) {
        onNode[g] = 0;
      }
    }
    return Math.max(upper, bestValue);
  }

  private int fits(int i) {
    double k = most[i];
    for (int d = 0; d < dims; d++) {
      double s = size[i * dims + d];
      if (s > 0) {
        k = Math.min(k, Math.floor(room[d] / s));
      }
    }
    if (onNode.length > 0) {
      for (int o : in.conflicts[rows[item[i]]]) {
        if (onNode[o] > 0) {
          return 0;
        }
      }
    }
    return (int) Math.max(0, k);
  }

  private void move(int i, int count) {
    for (int d = 0; d < dims; d++) {
      room[d] += count * size[i * dims + d];
    }
  }

  /** Value with the rest of the space filled by fractions. */
  private double reach(int from, double worth, double space) {
    double b = worth;
    double left = space;
    for (int q = from; q < n && left > 0; q++) {
      double all = most[q] * surrogate[q];
      if (all >= left) {
        return b + left * density[q];
      }
      b += most[q] * value[q];
      left -= all;
      if (b > bestValue + 1e-9 && q - from > LOOK_AHEAD) {
        return b + left * density[q];
      }
    }
    return b;
  }
}
