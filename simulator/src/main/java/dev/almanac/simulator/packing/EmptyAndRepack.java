package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Improves a packing for as long as there is work left: empties a few nodes, the idle ones more
 * often, and packs their pods again with random weights. The result is kept when it is cheaper, or
 * costs the same with its idle room on fewer nodes.
 */
final class EmptyAndRepack {
  private static final int LEAST = 2;
  private static final int MOST = 6;

  /** The first node is the idlest of this many. */
  private static final int OF = 4;

  private static final int SEARCH = 4000;
  private static final int SAMPLE = 200;
  private static final double REPEAT = 0.01;
  private static final double NOISE = 0.6;

  /**
   * Steps that a try costs beside the looks at candidates: making the part, its arrays, its order.
   */
  private static final int OVERHEAD = 2000;

  private final Instance in;
  private final Fluid fluid;
  private final Random random;
  private final List<PackedNodes> nodes = new ArrayList<>();
  private final int[] nodesLeft;
  private final int[] unplaced;
  private final int[] demand;
  private double price;

  private EmptyAndRepack(Instance in, Fluid fluid, Packing start, long seed) {
    this.in = in;
    this.fluid = fluid;
    random = new Random(seed);
    nodesLeft = in.typeLimit.clone();
    for (PackedNodes p : start.nodes()) {
      for (int i = 0; i < p.copies(); i++) {
        nodes.add(new PackedNodes(p.type(), p.groups(), p.counts(), 1));
      }
      use(p.type(), p.copies());
    }
    unplaced = start.unplaced().clone();
    demand = new int[in.groups];
    price = start.price();
  }

  /** Stops at a price with all pods placed, or when the work is exhausted. */
  static Packing improve(
      Instance in, Fluid fluid, Packing start, double stopAt, long seed, Work work) {
    if (start.nodes().isEmpty()) {
      return start;
    }
    EmptyAndRepack state = new EmptyAndRepack(in, fluid, start, seed);
    while (!work.exhausted() && !(state.allPlaced() && state.price <= stopAt)) {
      state.tryOnce(work);
    }
    return Packing.of(in, state.nodes, state.unplaced);
  }

  private boolean allPlaced() {
    for (int u : unplaced) {
      if (u > 0) {
        return false;
      }
    }
    return true;
  }

  private void use(int type, int copies) {
    nodesLeft[type] -= nodesLeft[type] == Instance.UNLIMITED ? 0 : copies;
  }

  private void giveBack(int type) {
    nodesLeft[type] += in.typeLimit[type] == Instance.UNLIMITED ? 0 : 1;
  }

  private void tryOnce(Work work) {
    int k = Math.min(nodes.size(), LEAST + random.nextInt(MOST - LEAST + 1));
    work.spend(OVERHEAD + 4L * in.types);
    choose(k);
    List<PackedNodes> old = new ArrayList<>(nodes.subList(nodes.size() - k, nodes.size()));
    int[] chosen = contents(old);
    for (PackedNodes p : old) {
      giveBack(p.type());
    }
    FillRule rule =
        new FillRule(
            1 + random.nextInt(4), 2 + random.nextInt(2), SEARCH, SAMPLE, REPEAT, NOISE, 0);
    Instance part = in.part(chosen, chosen.length, demand, nodesLeft);
    Fluid compass = valuesFor(chosen);
    Packer packer =
        new Packer(part, part.demand, nodesLeft, compass, rule, random.nextLong(), work);
    Optional<Packing> packed = packer.run();
    if (packed.isEmpty() || !accept(old, packed.get(), chosen)) {
      for (PackedNodes p : old) {
        use(p.type(), 1);
      }
    }
    for (int g : chosen) {
      demand[g] = 0;
    }
  }

  /** Moves k random nodes to the end of the list. */
  private void choose(int k) {
    for (int i = 0; i < k; i++) {
      int last = nodes.size() - 1 - i;
      int best = random.nextInt(last + 1);
      for (int z = 1; z < OF && i == 0; z++) {
        int o = random.nextInt(last + 1);
        best = idle(nodes.get(o)) > idle(nodes.get(best)) ? o : best;
      }
      PackedNodes p = nodes.get(best);
      nodes.set(best, nodes.get(last));
      nodes.set(last, p);
    }
  }

  /** Adds up the pods of some nodes and those without a node; the groups among them. */
  private int[] contents(List<PackedNodes> old) {
    int[] chosen = new int[64];
    int n = 0;
    for (PackedNodes p : old) {
      for (int i = 0; i < p.groups().length; i++) {
        int g = p.groups()[i];
        if (demand[g] == 0) {
          chosen = n == chosen.length ? Arrays.copyOf(chosen, 2 * n) : chosen;
          chosen[n++] = g;
        }
        demand[g] += p.counts()[i];
      }
    }
    for (int g = 0; g < unplaced.length; g++) {
      if (unplaced[g] > 0) {
        if (demand[g] == 0) {
          chosen = n == chosen.length ? Arrays.copyOf(chosen, 2 * n) : chosen;
          chosen[n++] = g;
        }
        demand[g] += unplaced[g];
      }
    }
    return Arrays.copyOf(chosen, n);
  }

  private Fluid valuesFor(int[] chosen) {
    double[] value = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      value[i] = fluid.value()[chosen[i]];
    }
    return new Fluid(0, value, fluid.nodes(), fluid.load(), fluid.unitPrice());
  }

  private boolean accept(List<PackedNodes> old, Packing packed, int[] chosen) {
    double before = Packing.price(in, old);
    long waiting = 0;
    for (int u : unplaced) {
      waiting += u;
    }
    long still = packed.unplacedPods();
    double tiny = 1e-9 * (1 + before);
    boolean better = still < waiting || (still == waiting && packed.price() < before - tiny);
    List<PackedNodes> now = new ArrayList<>();
    for (PackedNodes p : packed.nodes()) {
      int[] groups = new int[p.groups().length];
      for (int i = 0; i < groups.length; i++) {
        groups[i] = chosen[p.groups()[i]];
      }
      for (int i = 0; i < p.copies(); i++) {
        now.add(new PackedNodes(p.type(), groups, p.counts(), 1));
      }
    }
    boolean level = still == waiting && packed.price() <= before + tiny;
    if (!better && !(level && concentration(now) >= concentration(old) - 1e-12)) {
      return false;
    }
    nodes.subList(nodes.size() - old.size(), nodes.size()).clear();
    nodes.addAll(now);
    for (PackedNodes p : now) {
      use(p.type(), 1);
    }
    for (int i = 0; i < chosen.length; i++) {
      unplaced[chosen[i]] = packed.unplaced()[i];
    }
    price += packed.price() - before;
    return true;
  }

  private double idle(PackedNodes p) {
    double value = 0;
    for (int i = 0; i < p.groups().length; i++) {
      value += fluid.value()[p.groups()[i]] * p.counts()[i];
    }
    return in.price[p.type()] - value;
  }

  private double concentration(List<PackedNodes> some) {
    double sum = 0;
    for (PackedNodes p : some) {
      double idle = idle(p);
      sum += idle * idle;
    }
    return sum;
  }
}
