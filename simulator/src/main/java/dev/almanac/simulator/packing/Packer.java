package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One pass over an instance: the largest, most restricted group left starts the next node, on every
 * type that may pay; the type with the most value per price is kept, and the full node is repeated
 * while demand lasts. Nodes that are paid for come first.
 */
final class Packer {

  /** Idle share of the price up to which a type is a candidate. */
  private static final double NEAR = 0.02;

  /** Nodes left from which on every type is a candidate. */
  private static final double END_GAME = 8;

  /** Least weight of a dimension, so that none is blind. */
  private static final double LEAST_LOAD = 1e-3;

  private static final double SOME = 1e-9;

  private final Instance in;
  private final int dims;
  private final FillRule rule;
  private final Random random;
  private final Work work;
  private final int[] nodesLeft;
  private final double[] weight;
  private final Remaining todo;
  private final NodeFiller filler;
  private final List<PackedNodes> out = new ArrayList<>();
  private final int[] unplaced;
  private final int[] count;
  private final int[] groups;
  private final int[] counts;
  private int used;
  private Fluid fluid;

  Packer(
      Instance in,
      int[] demand,
      int[] nodesLeft,
      Fluid fluid,
      FillRule rule,
      long seed,
      Work work) {
    this.in = in;
    this.rule = rule;
    this.fluid = fluid;
    this.work = work;
    this.nodesLeft = nodesLeft.clone();
    random = new Random(seed);
    dims = in.dims;
    weight = new double[dims];
    weigh();
    todo = new Remaining(in, demand, fluid, weight, rule, random);
    filler = new NodeFiller(in, todo, fluid, rule, random, work);
    filler.use(fluid, weight);
    unplaced = new int[in.groups];
    count = new int[in.groups];
    groups = new int[todo.order.length];
    counts = new int[todo.order.length];
  }

  /** The packing, or nothing when the work was exhausted on the way. */
  Optional<Packing> run() {
    fillWhatIsPaid();
    double[] volumeAt = todo.volume.clone();
    int[] types = new int[in.types + 1];
    while (todo.pods > 0) {
      if (work.exhausted()) {
        return Optional.empty();
      }
      if (rule.refresh() > 0 && isStale(volumeAt)) {
        refresh();
        volumeAt = todo.volume.clone();
      }
      int seed = todo.first();
      int n = candidateTypes(seed, types);
      if (n == 0 || !fillBest(types, n, seed)) {
        unplaced[seed] += todo.demand[seed];
        todo.remove(seed, todo.demand[seed]);
      }
      todo.compact();
    }
    List<PackedNodes> nodes = Insertion.of(in, out, unplaced);
    return Optional.of(Packing.of(in, Shrink.of(in, nodes, nodesLeft), unplaced));
  }

  private void weigh() {
    for (int d = 0; d < dims; d++) {
      weight[d] = Math.pow(Math.max(fluid.load()[d], LEAST_LOAD), rule.power());
      if (rule.noise() > 0) {
        weight[d] *= 1 + rule.noise() * (random.nextDouble() - 0.5);
      }
    }
  }

  private boolean isStale(double[] volumeAt) {
    for (int d = 0; d < dims; d++) {
      if (todo.volume[d] < rule.refresh() * volumeAt[d]) {
        return true;
      }
    }
    return false;
  }

  private void refresh() {
    fluid =
        in.types == 1 && !in.hasConflicts
            ? fluid.withLoad(oneTypeLoad(), oneTypeNodes())
            : Fluid.of(in, todo.demand, nodesLeft, work);
    weigh();
    filler.use(fluid, weight);
  }

  /** With one type there is nothing to choose: its fluid program is solved by looking at it. */
  private double oneTypeNodes() {
    double nodes = 0;
    for (int d = 0; d < dims; d++) {
      double capacity = in.capacity[0][d];
      nodes = capacity > 0 ? Math.max(nodes, todo.volume[d] / capacity) : nodes;
    }
    for (int g : todo.perNodeLimited) {
      nodes = Math.max(nodes, Math.ceilDiv(todo.demand[g], in.perNode[g]));
    }
    return nodes;
  }

  private double[] oneTypeLoad() {
    double nodes = oneTypeNodes();
    double[] load = new double[dims];
    for (int d = 0; d < dims; d++) {
      double supply = nodes * in.capacity[0][d];
      load[d] = supply > 0 ? Math.min(1, todo.volume[d] / supply) : 1;
    }
    return load;
  }

  private void fillWhatIsPaid() {
    for (int t = 0; t < in.types; t++) {
      while (in.price[t] == 0 && nodesLeft[t] > 0 && todo.pods > 0) {
        int seed = todo.firstFor(t);
        if (seed < 0 || !fillBest(new int[] {t}, 1, seed)) {
          break;
        }
        todo.compact();
      }
    }
  }

  /** Types in the fluid answer and near ties; all allowed types near the end. */
  private int candidateTypes(int seed, int[] types) {
    boolean[] allowed = in.allowed[seed];
    int n = 0;
    for (int t = 0; t < in.types; t++) {
      if (allowed[t] && nodesLeft[t] > 0 && (fluid.nodes()[t] > SOME || isNear(t))) {
        types[n++] = t;
      }
    }
    boolean end = n == 0;
    if (!end && in.types > 1) {
      double nodes = 0;
      for (int d = 0; d < dims; d++) {
        double largest = 0;
        for (int k = 0; k < n; k++) {
          largest = Math.max(largest, in.capacity[types[k]][d]);
        }
        nodes = largest > 0 ? Math.max(nodes, todo.volume[d] / largest) : nodes;
      }
      end = nodes < END_GAME;
    }
    if (end) {
      n = 0;
      for (int t = 0; t < in.types; t++) {
        if (allowed[t] && nodesLeft[t] > 0) {
          types[n++] = t;
        }
      }
    }
    return rule.noise() > 0 && in.types > 1 ? surprise(allowed, types, n) : n;
  }

  /** Now and then one more type, or only one of them: the best ratio is not always the best end. */
  private int surprise(boolean[] allowed, int[] types, int n) {
    int more = n;
    if (more < in.types && random.nextInt(8) == 0) {
      int t = random.nextInt(in.types);
      if (allowed[t] && nodesLeft[t] > 0) {
        types[more++] = t;
      }
    }
    if (more > 1 && random.nextInt(8) == 0) {
      types[0] = types[random.nextInt(more)];
      return 1;
    }
    return more;
  }

  /** Whether a full node of the type nearly earns its price. */
  private boolean isNear(int t) {
    double idle = in.price[t];
    for (int d = 0; d < dims; d++) {
      idle -= fluid.unitPrice()[t][d] * in.capacity[t][d];
    }
    return idle < NEAR * in.price[t];
  }

  private boolean fillBest(int[] types, int n, int seed) {
    double most = -1;
    int best = -1;
    for (int k = 0; k < n; k++) {
      int t = types[k];
      double value = filler.fill(t, seed);
      double ratio = value < 0 ? -1 : value / Math.max(in.price[t], SOME);
      if (ratio > most) {
        most = ratio;
        best = t;
        collect();
      }
    }
    if (best < 0) {
      return false;
    }
    int copies = nodesLeft[best];
    for (int q = 0; q < used; q++) {
      copies = Math.min(copies, todo.demand[groups[q]] / counts[q]);
    }
    copies = Math.max(1, (int) (copies * rule.repeat()));
    for (int q = 0; q < used; q++) {
      todo.remove(groups[q], counts[q] * copies);
    }
    if (nodesLeft[best] != Instance.UNLIMITED) {
      nodesLeft[best] -= copies;
    }
    out.add(
        new PackedNodes(best, Arrays.copyOf(groups, used), Arrays.copyOf(counts, used), copies));
    return true;
  }

  private void collect() {
    used = 0;
    for (int k = 0; k < filler.picked(); k++) {
      int g = filler.pickedGroup(k);
      if (count[g]++ == 0) {
        groups[used++] = g;
      }
    }
    for (int q = 0; q < used; q++) {
      counts[q] = count[groups[q]];
      count[groups[q]] = 0;
    }
  }
}
