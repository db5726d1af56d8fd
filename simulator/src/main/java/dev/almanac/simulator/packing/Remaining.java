package dev.almanac.simulator.packing;

import java.util.Arrays;
import java.util.Random;

/** Pods still to be placed, with their groups in the order in which they start nodes. */
final class Remaining {

  /** Weight of the share of types a group may not use: restricted groups start nodes first. */
  private static final double RESTRICTED = 20;

  final int[] demand;
  final double[] volume;
  final int[] perNodeLimited; // groups with a limit per node
  int[] order;
  int live; // groups in order, some of them without demand by now
  long pods;
  private final Instance in;
  private int head;
  private int dead;

  Remaining(Instance in, int[] demand, Fluid fluid, double[] weight, FillRule rule, Random random) {
    this.in = in;
    this.demand = demand.clone();
    volume = new double[in.dims];
    order = sorted(fluid, weight, rule, random);
    live = order.length;
    int limited = 0;
    for (int g : order) {
      pods += demand[g];
      for (int d = 0; d < in.dims; d++) {
        volume[d] += demand[g] * in.size[g * in.dims + d];
      }
      limited += in.perNode[g] < Instance.UNLIMITED ? 1 : 0;
    }
    perNodeLimited = new int[limited];
    limited = 0;
    for (int g : order) {
      if (in.perNode[g] < Instance.UNLIMITED) {
        perNodeLimited[limited++] = g;
      }
    }
  }

  /** Large pods first, groups that few types take before all others. */
  private int[] sorted(Fluid fluid, double[] weight, FillRule rule, Random random) {
    int dims = in.dims;
    double[] scale = new double[dims];
    double bought = 0;
    for (double n : fluid.nodes()) {
      bought += n;
    }
    for (int d = 0; d < dims; d++) {
      double mean = 0;
      for (int t = 0; t < in.types; t++) {
        double part = bought > 0 ? fluid.nodes()[t] / bought : 1.0 / in.types;
        mean += in.capacity[t][d] * part;
      }
      scale[d] = mean > 0 ? weight[d] / mean : 0;
    }
    int[] classOf = in.classes().of();
    double[] restricted = new double[in.classes().masks().size()];
    for (int c = 0; c < restricted.length; c++) {
      int closed = 0;
      for (boolean b : in.classes().masks().get(c)) {
        closed += b ? 0 : 1;
      }
      restricted[c] = RESTRICTED * closed / in.types;
    }
    long[] keys = new long[in.groups];
    int n = 0;
    for (int g = 0; g < in.groups; g++) {
      if (demand[g] == 0) {
        continue;
      }
      double key = 0;
      for (int d = 0; d < dims; d++) {
        key = Math.max(key, scale[d] * in.size[g * dims + d]);
      }
      key += restricted[classOf[g]];
      if (in.hasCompanions && in.companions[g].length > 0) {
        key += RESTRICTED;
      }
      if (rule.noise() > 0) {
        key *= 1 + rule.noise() * (random.nextDouble() - 0.5);
      }
      keys[n++] = ((long) (Math.min(key, 1000) * 1e6) << 32) | (0xffffffffL - g);
    }
    Arrays.sort(keys, 0, n);
    int[] sorted = new int[n];
    for (int i = 0; i < n; i++) {
      sorted[i] = (int) (0xffffffffL - (keys[n - 1 - i] & 0xffffffffL));
    }
    return sorted;
  }

  /** The group that starts the next node; there must be pods left. */
  int first() {
    while (demand[order[head]] <= 0) {
      head++;
    }
    return order[head];
  }

  /** The first group that may start a node of a type, or -1. */
  int firstFor(int type) {
    for (int i = head; i < live; i++) {
      if (demand[order[i]] > 0 && in.allowed[order[i]][type]) {
        return order[i];
      }
    }
    return -1;
  }

  void remove(int group, int count) {
    demand[group] -= count;
    pods -= count;
    for (int d = 0; d < in.dims; d++) {
      volume[d] -= (double) count * in.size[group * in.dims + d];
    }
    dead += demand[group] == 0 ? 1 : 0;
  }

  /** Drops groups without demand from the order once a quarter of it is such. */
  void compact() {
    if (dead * 4 <= live) {
      return;
    }
    int m = 0;
    for (int i = head; i < live; i++) {
      if (demand[order[i]] > 0) {
        order[m++] = order[i];
      }
    }
    live = m;
    head = 0;
    dead = 0;
  }
}
