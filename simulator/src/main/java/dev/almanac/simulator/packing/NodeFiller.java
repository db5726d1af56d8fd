package dev.almanac.simulator.packing;

import java.util.Arrays;
import java.util.Random;

/**
 * Fills one node. It starts with a seed group, then takes again and again the pod whose size points
 * the way the free room does (dot product; Panigrahy, Talwar, Uyeda and Wieder, "Heuristics for
 * vector bin packing", 2011), and at the end packs the last picks again exactly.
 *
 * <p>Candidates are a stratified sample of the groups that the type may hold: every k-th of the
 * order, wide enough for the pods that a node holds.
 */
final class NodeFiller {

  /** Candidates looked at per pod that a node holds. */
  private static final double WIDE = 3;

  /** A group that needs this share of the nodes to come goes on every node that takes it. */
  private static final double FORCED_URGENCY = 0.9;

  /** How much more a pod counts whose group needs every node to come. */
  private static final double URGENCY_WEIGHT = 3;

  private static final int MAX_BACK = 15;
  private static final double SAME = 1e-9;

  private final Instance in;
  private final int dims;
  private final int stride; // of sizes below: padded to 4, so that the usual case is straight code
  private final FillRule rule;
  private final Random random;
  private final Work work;
  private final Remaining todo;
  private final boolean tangled; // groups depend on what else is on the node
  private final int[] onNode; // pods by group, where tangled
  private final double[] typeShare; // part of the groups a type may take, learnt while filling
  private double[] weight = {};
  private Fluid fluid;

  // candidates of the node at hand
  private final int[] group;
  private final double[] size;
  private final double[] heavy; // weighted size as a share of the node
  private final double[] urge;
  private final int[] left;
  private final int[] fitting;
  private final double[] room;
  private final double[] direction;
  private int[] picks = new int[256];
  private int picked;
  private int companionsAtWork;

  // search for the best end of the node
  private double[] endHeavy = {};
  private double[] endSize = {};
  private double bestSlack;
  private int bestLength;
  private int steps;
  private final int[] chain = new int[MAX_BACK + 1];
  private final int[] bestChain = new int[MAX_BACK + 1];

  NodeFiller(Instance in, Remaining todo, Fluid fluid, FillRule rule, Random random, Work work) {
    this.in = in;
    this.todo = todo;
    this.fluid = fluid;
    this.rule = rule;
    this.random = random;
    this.work = work;
    dims = in.dims;
    stride = Math.max(4, dims);
    tangled = in.hasConflicts || in.hasCompanions;
    onNode = new int[tangled ? in.groups : 0];
    typeShare = new double[in.types];
    Arrays.fill(typeShare, 1);
    int n = Math.max(1, todo.order.length);
    group = new int[n];
    size = new double[n * stride];
    heavy = new double[n];
    urge = new double[n];
    left = new int[n];
    fitting = new int[n];
    room = new double[stride];
    direction = new double[stride];
  }

  /** Takes what a new answer of the fluid program says about weights and values. */
  void use(Fluid newest, double[] weights) {
    fluid = newest;
    weight = weights;
  }

  /** Fills an empty node of a type and returns the value of the pods on it. */
  double fill(int type, int seed) {
    double[] capacity = in.capacity[type];
    clear();
    System.arraycopy(capacity, 0, room, 0, dims);
    int n = seed(type, seed);
    if (n == 0) {
      return -1;
    }
    n = force(type, n);
    int forced = picked;
    n = sample(type, n);
    work.spend(n);
    greedy(capacity, n);
    int back = Math.min(Math.min(rule.back(), MAX_BACK - 1), picked - Math.max(1, forced));
    if (rule.search() > 0 && back >= 0) {
      repack(capacity, n, companionsAtWork > 0 ? 0 : back);
    }
    double value = 0;
    for (int k = 0; k < picked; k++) {
      value += fluid.value()[group[picks[k]]];
    }
    return value;
  }

  /** Number of pods on the node. */
  int picked() {
    return picked;
  }

  /** Group of one of them. */
  int pickedGroup(int k) {
    return group[picks[k]];
  }

  private void clear() {
    if (tangled) {
      for (int k = 0; k < picked; k++) {
        onNode[group[picks[k]]] = 0;
      }
    }
    companionsAtWork = 0;
    picked = 0;
  }

  /** The seed, after its companion where it needs one; 0 when that cannot be. */
  private int seed(int type, int seed) {
    if (in.companions[seed].length == 0) {
      int n = candidate(0, seed, type);
      take(0);
      return n;
    }
    for (int c : in.companions[seed]) {
      if (todo.demand[c] == 0
          || !in.allowed[c][type]
          || Arrays.binarySearch(in.conflicts[seed], c) >= 0) {
        continue;
      }
      int n = candidate(0, c, type);
      take(0);
      if (!fits(seed)) {
        clear();
        System.arraycopy(in.capacity[type], 0, room, 0, dims);
        continue;
      }
      long hosts = 0;
      for (int o : in.companions[seed]) {
        hosts += todo.demand[o];
      }
      int s = n;
      n = candidate(n, seed, type);
      // the pods of this group must share the hosts that its companions make
      int share = (int) Math.ceilDiv(todo.demand[seed], hosts);
      for (int k = 0; k < share && left[s] > 0 && fits(seed); k++) {
        take(s);
      }
      return n;
    }
    return 0;
  }

  /** Groups that need (nearly) every node still to come. */
  private int force(int type, int n) {
    for (int g : todo.perNodeLimited) {
      if (todo.demand[g] > 0
          && in.allowed[g][type]
          && fits(g)
          && !has(g, n)
          && isFree(g)
          && isAccompanied(g)
          && urgency(g) >= FORCED_URGENCY) {
        n = candidate(n, g, type);
        take(n - 1);
      }
    }
    return n;
  }

  private boolean has(int g, int n) {
    for (int k = 0; k < n; k++) {
      if (group[k] == g) {
        return true;
      }
    }
    return false;
  }

  private int sample(int type, int n) {
    double[] capacity = in.capacity[type];
    int before = n;
    double holds = Double.MAX_VALUE;
    for (int d = 0; d < dims; d++) {
      holds = Math.min(holds, capacity[d] * todo.pods / Math.max(todo.volume[d], SAME));
    }
    double wanted = Math.max(rule.sample(), WIDE * holds);
    double step = Math.max(1, todo.live * typeShare[type] / wanted);
    int seen = 0;
    int usable = 0;
    double start = step > 1 ? random.nextDouble() * step : 0;
    for (double at = start; at < todo.live; at += step) {
      int g = todo.order[(int) at];
      seen++;
      if (todo.demand[g] <= 0 || !in.allowed[g][type]) {
        continue;
      }
      usable++;
      if (fits(g) && !has(g, before)) {
        n = candidate(n, g, type);
      }
    }
    if (seen > 0) {
      typeShare[type] = Math.max(0.01, 0.5 * typeShare[type] + 0.5 * usable / seen);
    }
    return n;
  }

  private void greedy(double[] capacity, int n) {
    for (int i = 0; i < n; i++) {
      fitting[i] = i;
    }
    int m = n;
    while (true) {
      for (int d = 0; d < dims; d++) {
        direction[d] = capacity[d] > 0 ? weight[d] * room[d] / (capacity[d] * capacity[d]) : 0;
      }
      work.spend(m);
      int best = tangled || stride > 4 ? scan(m) : scan4(m);
      m = kept;
      if (best < 0) {
        return;
      }
      take(best);
    }
  }

  private int kept; // candidates that the last scan left in the list

  /** The best candidate that fits, for up to four dimensions; what does not fit is dropped. */
  private int scan4(int m) {
    double d0 = direction[0];
    double d1 = direction[1];
    double d2 = direction[2];
    double d3 = direction[3];
    double r0 = room[0];
    double r1 = room[1];
    double r2 = room[2];
    double r3 = room[3];
    int best = -1;
    int n = 0;
    double most = -1;
    for (int j = 0; j < m; j++) {
      int i = fitting[j];
      int at = 4 * i;
      double s0 = size[at];
      double s1 = size[at + 1];
      double s2 = size[at + 2];
      double s3 = size[at + 3];
      if (s0 > r0 || s1 > r1 || s2 > r2 || s3 > r3 || left[i] <= 0) {
        continue;
      }
      fitting[n++] = i;
      double score = (d0 * s0 + d1 * s1 + d2 * s2 + d3 * s3) * urge[i];
      if (score > most) {
        most = score;
        best = i;
      }
    }
    kept = n;
    return best;
  }

  private int scan(int m) {
    int best = -1;
    int n = 0;
    double most = -1;
    for (int j = 0; j < m; j++) {
      int i = fitting[j];
      if (left[i] <= 0) {
        continue;
      }
      double score = 0;
      boolean fits = true;
      for (int d = 0; d < dims; d++) {
        double s = size[i * stride + d];
        fits &= s <= room[d];
        score += direction[d] * s;
      }
      if (!fits || (tangled && !isFree(group[i]))) {
        continue;
      }
      fitting[n++] = i;
      score *= urge[i];
      if (score > most && (!tangled || isAccompanied(group[i]))) {
        most = score;
        best = i;
      }
    }
    kept = n;
    return best;
  }

  /** Undoes the last picks and looks for the set of pods that leaves the least room. */
  private void repack(double[] capacity, int n, int back) {
    for (int k = 0; k < back; k++) {
      putBack(picks[--picked]);
    }
    double slack = 0;
    for (int d = 0; d < dims; d++) {
      slack += capacity[d] > 0 ? weight[d] * room[d] / capacity[d] : 0;
    }
    bestSlack = slack;
    bestLength = back;
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (left[i] > 0
          && heavy[i] <= slack + SAME
          && fitsAt(i)
          && (!tangled || (isFree(group[i]) && isAccompanied(group[i])))) {
        fitting[m++] = i;
      }
    }
    sortByWeight(m);
    if (endHeavy.length < m) {
      endHeavy = new double[2 * m];
      endSize = new double[2 * m * stride];
    }
    for (int j = 0; j < m; j++) {
      endHeavy[j] = heavy[fitting[j]];
      System.arraycopy(size, fitting[j] * stride, endSize, j * stride, stride);
    }
    for (int k = 0; k < back; k++) {
      int i = picks[picked + k];
      bestSlack -= heavy[i];
      bestChain[k] = i;
    }
    steps = rule.search();
    complete(0, 0, Math.min(back + 1, MAX_BACK), m, slack);
    work.spend(rule.search() - Math.max(0, steps));
    for (int k = 0; k < bestLength; k++) {
      take(bestChain[k]);
    }
  }

  private void complete(int depth, int from, int slots, int m, double slack) {
    int start = from;
    if (start < m && endHeavy[start] > slack + SAME) { // what weighs more than the slack cannot fit
      int low = start;
      int high = m;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (endHeavy[middle] > slack + SAME) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      start = low;
    }
    for (int j = start; j < m; j++) {
      double x = endHeavy[j];
      if (slack - slots * x >= bestSlack - SAME || --steps < 0) {
        return;
      }
      int i = fitting[j];
      if (left[i] <= 0 || !fitsEnd(j) || (tangled && !isFree(group[i]))) {
        continue;
      }
      chain[depth] = i;
      if (slack - x < bestSlack - SAME) {
        bestSlack = slack - x;
        bestLength = depth + 1;
        System.arraycopy(chain, 0, bestChain, 0, bestLength);
      }
      if (slots > 1 && bestSlack > SAME) {
        enter(i);
        complete(depth + 1, j, slots - 1, m, slack - x);
        putBack(i);
      }
    }
  }

  private boolean fitsEnd(int j) {
    int at = j * stride;
    if (stride == 4) {
      return endSize[at] <= room[0]
          && endSize[at + 1] <= room[1]
          && endSize[at + 2] <= room[2]
          && endSize[at + 3] <= room[3];
    }
    for (int d = 0; d < dims; d++) {
      if (endSize[at + d] > room[d]) {
        return false;
      }
    }
    return true;
  }

  private boolean fitsAt(int i) {
    int at = i * stride;
    for (int d = 0; d < dims; d++) {
      if (size[at + d] > room[d]) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(int g) {
    for (int d = 0; d < dims; d++) {
      if (in.size[g * dims + d] > room[d]) {
        return false;
      }
    }
    return true;
  }

  /** Whether nothing on the node conflicts with the group. */
  private boolean isFree(int g) {
    if (in.hasConflicts) {
      for (int o : in.conflicts[g]) {
        if (onNode[o] > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isAccompanied(int g) {
    if (!in.hasCompanions || in.companions[g].length == 0) {
      return true;
    }
    for (int o : in.companions[g]) {
      if (onNode[o] > 0) {
        return true;
      }
    }
    return false;
  }

  private int candidate(int n, int g, int type) {
    double[] capacity = in.capacity[type];
    group[n] = g;
    left[n] = Math.min(todo.demand[g], in.perNode[g]);
    double sum = 0;
    for (int d = 0; d < dims; d++) {
      double s = in.size[g * dims + d];
      size[n * stride + d] = s;
      sum += s > 0 ? weight[d] * s / capacity[d] : 0;
    }
    heavy[n] = sum;
    urge[n] = in.perNode[g] < Instance.UNLIMITED ? 1 + URGENCY_WEIGHT * Math.min(1, urgency(g)) : 1;
    return n + 1;
  }

  /** Share of the nodes still to come (of allowed types) that a group with a limit needs. */
  private double urgency(int g) {
    double nodes = 0;
    for (int t = 0; t < in.types; t++) {
      nodes += in.allowed[g][t] ? fluid.nodes()[t] : 0;
    }
    return Math.ceilDiv(todo.demand[g], in.perNode[g]) / Math.max(nodes, SAME);
  }

  private void take(int i) {
    if (picked == picks.length) {
      picks = Arrays.copyOf(picks, 2 * picked);
    }
    picks[picked++] = i;
    enter(i);
    if (in.hasCompanions && in.companions[group[i]].length > 0) {
      companionsAtWork++;
    }
  }

  private void enter(int i) {
    left[i]--;
    for (int d = 0; d < dims; d++) {
      room[d] -= size[i * stride + d];
    }
    if (tangled) {
      onNode[group[i]]++;
    }
  }

  private void putBack(int i) {
    left[i]++;
    for (int d = 0; d < dims; d++) {
      room[d] += size[i * stride + d];
    }
    if (tangled) {
      onNode[group[i]]--;
    }
  }

  /** Shell sort by descending weight: the list is nearly sorted on arrival. */
  private void sortByWeight(int m) {
    for (int gap = m / 2; gap > 0; gap = gap == 2 ? 1 : (int) (gap / 2.2)) {
      for (int i = gap; i < m; i++) {
        int v = fitting[i];
        double x = heavy[v];
        int j = i;
        while (j >= gap && heavy[fitting[j - gap]] < x) {
          fitting[j] = fitting[j - gap];
          j -= gap;
        }
        fitting[j] = v;
      }
    }
  }
}
