package dev.almanac.benchmarks;

import dev.almanac.simulator.packing.Instance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Made packing instances, each from a seed: planted ones whose optimum is known by construction,
 * and random ones that look like clusters. The order of the draws is part of their definition.
 */
final class PackingInstances {
  private static final double[] ONE_NODE = {15_900, 58_000, 110}; // m CPU, MB, pods
  private static final int ZONES = 3;

  /**
   * One instance.
   *
   * @param relaxed before a zone spread was cut into zones; else the same
   * @param optimum price of the best packing, NaN: not known
   */
  record Made(String name, Instance instance, Instance relaxed, double optimum) {
    Made(String name, Instance instance, double optimum) {
      this(name, instance, instance, optimum);
    }
  }

  private PackingInstances() {}

  /** 100 nodes of a million units a dimension, each cut at k - 1 uniform points a dimension. */
  static Made planted(int dims, int k, long seed) {
    double[] capacity = new double[dims];
    Arrays.fill(capacity, 1e6);
    return planted(
        "planted " + dims + "-D, " + k + " a node",
        new double[][] {capacity},
        new double[] {1},
        k,
        100,
        seed);
  }

  /** Three types whose price is linear in their capacity, 33 nodes of each cut into k pods. */
  static Made plantedMix(int k, long seed) {
    double[][] capacity = {{4_000, 8_000}, {8_000, 32_000}, {16_000, 128_000}};
    double[] price = new double[3];
    for (int t = 0; t < 3; t++) {
      price[t] = .03 / 1000 * capacity[t][0] + .004 / 1000 * capacity[t][1];
    }
    return planted("planted, 3 priced types, " + k + " a node", capacity, price, k, 99, seed);
  }

  private static Made planted(
      String name, double[][] capacity, double[] price, int k, int nodes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int dims = capacity[0].length;
    List<double[]> pods = new ArrayList<>();
    double optimum = 0;
    for (int node = 0; node < nodes; node++) {
      int t = node % capacity.length;
      optimum += price[t];
      double[][] part = new double[k][dims];
      for (int d = 0; d < dims; d++) {
        int units = (int) capacity[t][d];
        int[] cut = new int[k + 1];
        cut[k] = units;
        for (int i = 1; i < k; i++) {
          cut[i] = 1 + random.nextInt(units - 1);
        }
        Arrays.sort(cut);
        for (int i = 0; i < k; i++) {
          part[i][d] = cut[i + 1] - cut[i];
        }
      }
      pods.addAll(Arrays.asList(part));
    }
    double[][] sizes = pods.toArray(double[][]::new);
    return new Made(name, Instance.of(sizes, ones(sizes.length), capacity, price), optimum);
  }

  /** Pods of 50 to 2,000 m and 100 to 8,000 MB on one type of node; 0 groups: all differ. */
  static Made random(int pods, int groups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = groups == 0 ? pods : groups;
    double[][] sizes = sizes(n, random);
    int[] demand = groups == 0 ? ones(n) : demands(pods, n, random);
    return new Made(
        "random %,d, %s".formatted(pods, groups == 0 ? "all distinct" : groups + " groups"),
        Instance.of(sizes, demand, new double[][] {ONE_NODE}, new double[] {1}),
        Double.NaN);
  }

  private static double[][] sizes(int n, SplittableRandom random) {
    double[][] sizes = new double[n][];
    for (int i = 0; i < n; i++) {
      sizes[i] = new double[] {50 + random.nextInt(1951), 100 + random.nextInt(7901), 1};
    }
    return sizes;
  }

  /** One pod each, the rest in proportion to exponential weights. */
  private static int[] demands(int pods, int n, SplittableRandom random) {
    double[] weight = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      weight[i] = -Math.log(1 - random.nextDouble());
      sum += weight[i];
    }
    int[] demand = ones(n);
    int left = pods - n;
    for (int i = 0; i < n; i++) {
      int k = (int) Math.floor((pods - n) * weight[i] / sum);
      demand[i] += k;
      left -= k;
    }
    for (int i = 0; left > 0; i = (i + 1) % n, left--) {
      demand[i]++;
    }
    return demand;
  }

  /** 20 types: 2, 4 and 8 GB a core in six sizes, and two odd ones. */
  static Made priced(int pods, int groups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] capacity = new double[20][];
    double[] price = new double[20];
    double[] perCore = {0.0425, 0.048, 0.063};
    int n = 0;
    for (int family = 0; family < 3; family++) {
      for (int cores : new int[] {2, 4, 8, 16, 32, 64}) {
        price[n] = perCore[family] * cores;
        capacity[n++] = allocatable(cores, cores * (2 << family));
      }
    }
    price[n] = 0.0435 * 8;
    capacity[n++] = allocatable(8, 24);
    price[n] = 0.0435 * 48;
    capacity[n] = allocatable(48, 192);
    int count = groups == 0 ? pods : groups;
    double[][] sizes = sizes(count, random);
    int[] demand = groups == 0 ? ones(count) : demands(pods, count, random);
    return new Made(
        "20 priced types %,d, %s"
            .formatted(pods, groups == 0 ? "all distinct" : groups + " groups"),
        Instance.of(sizes, demand, capacity, price),
        Double.NaN);
  }

  /** What GKE's reserve and three daemonsets (200 m, 400 MB, 6 pods) leave of a node. */
  private static double[] allocatable(int cores, int gb) {
    double[] slice = {4_000, 4_000, 8_000, 112_000, 1e12};
    double[] rate = {.25, .2, .1, .06, .02};
    double memory = gb * 1000.0;
    double lost = 100;
    double left = memory;
    for (int i = 0; i < slice.length; i++) {
      double x = Math.min(left, slice[i]);
      lost += x * rate[i];
      left -= x;
    }
    double cut =
        60
            + 10 * Math.min(1, cores - 1)
            + 5 * Math.min(2, Math.max(0, cores - 2))
            + 2.5 * Math.max(0, cores - 4);
    return new double[] {
      Math.floor(cores * 1000 - cut - 200), Math.floor(memory - lost - 400), 104
    };
  }

  /**
   * Three zones of four types, one of them tainted: 30 % of the groups spread over the zones with
   * skew 1, 20 % one pod a host, 10 % only on the tainted type, 10 % only on the largest.
   */
  static Made constrained(int pods, int groups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] cores = {4, 8, 16, 8};
    int[] gb = {16, 32, 64, 64};
    double[] perCore = {0.048, 0.048, 0.048, 0.063};
    int types = 4 * ZONES;
    double[][] capacity = new double[types][];
    double[] price = new double[types];
    for (int t = 0; t < types; t++) {
      capacity[t] = allocatable(cores[t % 4], gb[t % 4]);
      price[t] = perCore[t % 4] * cores[t % 4];
    }
    double[][] sizes = sizes(groups, random);
    int[] demand = demands(pods, groups, random);
    Groups whole = new Groups();
    Groups split = new Groups();
    double[] zoneLoad = new double[ZONES];
    for (int g = 0; g < groups; g++) {
      boolean spread = random.nextDouble() < 0.3;
      boolean host = random.nextDouble() < 0.2;
      double kind = random.nextDouble();
      int perNode = host ? 1 : Instance.UNLIMITED;
      int all = host ? Math.min(demand[g], 60) : demand[g];
      boolean[] allowed = new boolean[types];
      for (int t = 0; t < types; t++) {
        allowed[t] = kind < 0.1 ? t % 4 == 3 : kind < 0.2 ? t % 4 == 2 : t % 4 != 3;
      }
      whole.add(sizes[g], all, perNode, allowed);
      if (!spread) {
        split.add(sizes[g], all, perNode, allowed);
        continue;
      }
      Integer[] zone = {0, 1, 2};
      Arrays.sort(zone, (a, b) -> Double.compare(zoneLoad[a], zoneLoad[b]));
      for (int q = 0; q < ZONES; q++) {
        int k = all / ZONES + (q < all % ZONES ? 1 : 0);
        if (k > 0) {
          int z = zone[q];
          zoneLoad[z] += k * sizes[g][0];
          boolean[] there = new boolean[types];
          for (int t = 0; t < types; t++) {
            there[t] = allowed[t] && t / 4 == z;
          }
          split.add(sizes[g], k, perNode, there);
        }
      }
    }
    return new Made(
        "constraints %,d, %d groups".formatted(pods, groups),
        split.instance(capacity, price),
        whole.instance(capacity, price),
        Double.NaN);
  }

  /** Groups in the making. */
  private static final class Groups {
    final List<double[]> size = new ArrayList<>();
    final List<Integer> demand = new ArrayList<>();
    final List<Integer> perNode = new ArrayList<>();
    final List<boolean[]> allowed = new ArrayList<>();

    void add(double[] s, int pods, int limit, boolean[] mask) {
      size.add(s);
      demand.add(pods);
      perNode.add(limit);
      allowed.add(mask);
    }

    Instance instance(double[][] capacity, double[] price) {
      return Instance.of(size.toArray(double[][]::new), ints(demand), capacity, price)
          .withAllowed(allowed.toArray(boolean[][]::new))
          .withPerNode(ints(perNode));
    }
  }

  /** One type; k pods that must sit on k hosts among 20 groups of small ones, 3,000 in all. */
  static Made hosts(int k, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] sizes = sizes(21, random);
    int[] demand = demands(3000, 21, random);
    demand[0] = k;
    int[] perNode = new int[21];
    Arrays.fill(perNode, Instance.UNLIMITED);
    perNode[0] = 1;
    return new Made(
        "one a host, " + k + " of 3,000",
        Instance.of(sizes, demand, new double[][] {ONE_NODE}, new double[] {1})
            .withPerNode(perNode),
        Double.NaN);
  }

  /** In the manner of OR-Library's binpack: capacity 150, sizes 20 to 100. */
  static Made uniform(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] count = new int[151];
    for (int i = 0; i < n; i++) {
      count[20 + random.nextInt(81)]++;
    }
    return oneDimension("1-D uniform " + n, count, 150, Double.NaN);
  }

  /** In the manner of OR-Library's triplets: capacity 1,000, three items fill a node exactly. */
  static Made triplets(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] count = new int[1001];
    for (int i = 0; i < n / 3; i++) {
      int a = 380 + random.nextInt(111);
      int b = 250 + random.nextInt((1000 - a) / 2 - 249);
      count[a]++;
      count[b]++;
      count[1000 - a - b]++;
    }
    return oneDimension("1-D triplets " + n, count, 1000, n / 3);
  }

  private static Made oneDimension(String name, int[] count, int capacity, double optimum) {
    List<double[]> sizes = new ArrayList<>();
    List<Integer> demand = new ArrayList<>();
    for (int v = 0; v < count.length; v++) {
      if (count[v] > 0) {
        sizes.add(new double[] {v});
        demand.add(count[v]);
      }
    }
    return new Made(
        name,
        Instance.of(
            sizes.toArray(double[][]::new),
            ints(demand),
            new double[][] {{capacity}},
            new double[] {1}),
        optimum);
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] ones(int n) {
    int[] a = new int[n];
    Arrays.fill(a, 1);
    return a;
  }
}
