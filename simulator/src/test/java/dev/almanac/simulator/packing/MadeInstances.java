package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small random instances with every kind of constraint, for tests. */
final class MadeInstances {
  private MadeInstances() {}

  /** Up to a few groups and types; each constraint appears in about half of them. */
  static Instance tiny(long seed, int groups, int mostDemand) {
    SplittableRandom random = new SplittableRandom(seed);
    int dims = 1 + random.nextInt(3);
    int types = 1 + random.nextInt(3);
    double[][] capacity = new double[types][dims];
    double[] price = new double[types];
    for (int t = 0; t < types; t++) {
      for (int d = 0; d < dims; d++) {
        capacity[t][d] = 6 + random.nextInt(15);
      }
      price[t] = 1 + random.nextInt(8);
    }
    double[][] size = new double[groups][dims];
    int[] demand = new int[groups];
    boolean[][] allowed = new boolean[groups][types];
    int[] perNode = new int[groups];
    boolean masked = random.nextBoolean();
    boolean limited = random.nextBoolean();
    for (int g = 0; g < groups; g++) {
      for (int d = 0; d < dims; d++) {
        size[g][d] = random.nextInt(9);
      }
      demand[g] = 1 + random.nextInt(mostDemand);
      for (int t = 0; t < types; t++) {
        allowed[g][t] = !masked || random.nextInt(3) > 0;
      }
      boolean few = limited && random.nextInt(3) == 0;
      perNode[g] = few ? 1 + random.nextInt(2) : Instance.UNLIMITED;
    }
    Instance in =
        Instance.of(size, demand, capacity, price).withAllowed(allowed).withPerNode(perNode);
    if (random.nextBoolean()) {
      int[][] conflicts = new int[groups][];
      for (int g = 0; g < groups; g++) {
        List<Integer> others = new ArrayList<>();
        for (int o = 0; o < g; o++) {
          if (random.nextInt(4) == 0) {
            others.add(o);
          }
        }
        conflicts[g] = others.stream().mapToInt(i -> i).toArray();
      }
      in = in.withConflicts(conflicts);
    }
    return in;
  }

  /** As {@link #tiny}, with limits of types, nodes that are paid for, and companions. */
  static Instance entangled(long seed, int groups, int mostDemand) {
    Instance plain = tiny(seed, groups, mostDemand);
    SplittableRandom random = new SplittableRandom(~seed);
    double[] price = plain.price.clone();
    int[] limit = new int[plain.types];
    for (int t = 0; t < limit.length; t++) {
      limit[t] = random.nextInt(3) == 0 ? Instance.UNLIMITED : random.nextInt(4);
      price[t] = limit[t] != Instance.UNLIMITED && random.nextInt(3) == 0 ? 0 : price[t];
    }
    double[][] size = new double[groups][plain.dims];
    for (int g = 0; g < groups; g++) {
      for (int d = 0; d < plain.dims; d++) {
        size[g][d] = plain.size(g, d);
      }
    }
    Instance in =
        Instance.of(size, plain.demand, plain.capacity, price)
            .withAllowed(plain.allowed)
            .withPerNode(plain.perNode)
            .withConflicts(plain.conflicts)
            .withTypeLimits(limit);
    int[][] companions = new int[groups][0];
    if (groups > 2 && random.nextBoolean()) {
      companions[0] = new int[] {1};
      companions[2] = random.nextBoolean() ? new int[] {1} : new int[0];
    }
    return in.withCompanions(companions);
  }

  /** Nodes cut into k pods a dimension; the optimum is their number. */
  static Instance planted(int dims, int k, int nodes, int units, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] size = new double[nodes * k][dims];
    for (int n = 0; n < nodes; n++) {
      for (int d = 0; d < dims; d++) {
        int[] cut = new int[k + 1];
        cut[k] = units;
        for (int i = 1; i < k; i++) {
          cut[i] = 1 + random.nextInt(units - 1);
        }
        java.util.Arrays.sort(cut);
        for (int i = 0; i < k; i++) {
          size[n * k + i][d] = cut[i + 1] - cut[i];
        }
      }
    }
    int[] demand = new int[size.length];
    java.util.Arrays.fill(demand, 1);
    double[] capacity = new double[dims];
    java.util.Arrays.fill(capacity, units);
    return Instance.of(size, demand, new double[][] {capacity}, new double[] {1});
  }
}
