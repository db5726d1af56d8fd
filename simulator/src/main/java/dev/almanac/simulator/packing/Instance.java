package dev.almanac.simulator.packing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to be packed: groups of pods and types of nodes. Immutable.
 *
 * <p>Sizes and capacities are whole numbers in doubles, so that sums and comparisons are exact
 * below 2^53. A pod slot, a host port or a licence is a dimension like CPU.
 *
 * <p>A group's constraints: the types it may use, how many of its pods one node may hold (host
 * anti-affinity: 1), the groups it must not share a node with, and companions: groups of which at
 * least one pod must be on the same node. A type's constraints: how many nodes of it there can be.
 * An existing node is a type of which there is one; a price of 0 says that it is paid for in any
 * case.
 */
public final class Instance {

  /** No limit: of pods of a group on a node, of nodes of a type. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Largest size, capacity or total volume: the whole numbers that a double holds exactly. */
  public static final double MAX_UNITS = 0x1p53;

  private static final int[] NONE = {};

  final int dims;
  final int groups;
  final int types;
  final double[] size; // groups x dims
  final int[] demand;
  final double[][] capacity;
  final double[] price;
  final int[] typeLimit;
  final boolean[][] allowed;
  final int[] perNode;
  final int[][] conflicts;
  final int[][] companions;
  final boolean hasConflicts;
  final boolean hasCompanions;
  final boolean hasTypeLimits;
  final boolean hasPerNode;
  private @Nullable Classes classes;

  private Instance(
      double[] size,
      int[] demand,
      double[][] capacity,
      double[] price,
      int[] typeLimit,
      boolean[][] allowed,
      int[] perNode,
      int[][] conflicts,
      int[][] companions) {
    this.dims = capacity[0].length;
    this.groups = demand.length;
    this.types = price.length;
    this.size = size;
    this.demand = demand;
    this.capacity = capacity;
    this.price = price;
    this.typeLimit = typeLimit;
    this.allowed = allowed;
    this.perNode = perNode;
    this.conflicts = conflicts;
    this.companions = companions;
    this.hasConflicts = hasAny(conflicts);
    this.hasCompanions = hasAny(companions);
    this.hasTypeLimits = hasFinite(typeLimit);
    this.hasPerNode = hasFinite(perNode);
  }

  /**
   * Groups that may use every type they fit on, without limits.
   *
   * @param size groups x dimensions, whole numbers of at least 0
   * @param demand pods of each group, at least 0
   * @param capacity types x dimensions; daemonsets and system reserve already taken off
   * @param price of one node of each type, finite and at least 0
   * @throws IllegalArgumentException with the place, when shapes differ or a number is out of range
   */
  public static Instance of(double[][] size, int[] demand, double[][] capacity, double[] price) {
    if (capacity.length == 0 || capacity.length != price.length || size.length != demand.length) {
      throw new IllegalArgumentException(
          "%d capacities for %d prices, %d sizes for %d demands"
              .formatted(capacity.length, price.length, size.length, demand.length));
    }
    int dims = capacity[0].length;
    double[][] caps = new double[capacity.length][];
    for (int t = 0; t < caps.length; t++) {
      caps[t] = row("capacity of type " + t, capacity[t], dims);
      if (!(price[t] >= 0) || Double.isInfinite(price[t])) {
        throw new IllegalArgumentException("price of type " + t + " is " + price[t]);
      }
    }
    double[] flat = new double[size.length * dims];
    double[] volume = new double[dims];
    for (int g = 0; g < size.length; g++) {
      if (demand[g] < 0) {
        throw new IllegalArgumentException("demand of group " + g + " is " + demand[g]);
      }
      System.arraycopy(row("size of group " + g, size[g], dims), 0, flat, g * dims, dims);
      for (int d = 0; d < dims; d++) {
        volume[d] += demand[g] * size[g][d];
        if (volume[d] > MAX_UNITS) {
          throw new IllegalArgumentException(
              "all groups together need more than 2^53 units of dimension " + d);
        }
      }
    }
    boolean[][] allowed = new boolean[size.length][caps.length];
    for (boolean[] row : allowed) {
      Arrays.fill(row, true);
    }
    return new Instance(
        flat,
        demand.clone(),
        caps,
        price.clone(),
        filled(caps.length, UNLIMITED),
        fitting(flat, caps, allowed),
        filled(size.length, UNLIMITED),
        filled(size.length),
        filled(size.length));
  }

  private static double[] row(String what, double[] values, int dims) {
    if (values.length != dims) {
      throw new IllegalArgumentException(
          "%s has %d dimensions, not %d".formatted(what, values.length, dims));
    }
    for (double v : values) {
      if (!(v >= 0 && v <= MAX_UNITS) || v != Math.rint(v)) {
        throw new IllegalArgumentException(what + " is " + v + ", not a whole number up to 2^53");
      }
    }
    return values.clone();
  }

  /** With the types that each group may use (taints, selectors, zones). */
  public Instance withAllowed(boolean[][] mask) {
    boolean[][] copy = Arrays.stream(mask).map(boolean[]::clone).toArray(boolean[][]::new);
    if (copy.length != groups || Arrays.stream(copy).anyMatch(r -> r.length != types)) {
      throw new IllegalArgumentException("the mask is not groups x types");
    }
    return new Instance(
        size,
        demand,
        capacity,
        price,
        typeLimit,
        fitting(size, capacity, copy),
        perNode,
        conflicts,
        companions);
  }

  /** With a limit of each group's pods on one node, at least 1. */
  public Instance withPerNode(int[] limit) {
    check("pods per node", limit, groups, 1);
    return new Instance(
        size, demand, capacity, price, typeLimit, allowed, limit.clone(), conflicts, companions);
  }

  /** With the number of nodes of each type that there can be, at least 0. */
  public Instance withTypeLimits(int[] limit) {
    check("nodes of a type", limit, types, 0);
    return new Instance(
        size, demand, capacity, price, limit.clone(), allowed, perNode, conflicts, companions);
  }

  /**
   * With groups that must not share a node.
   *
   * @param pairs for each group the others; one direction is enough, itself is {@code perNode} 1
   */
  public Instance withConflicts(int[][] pairs) {
    boolean[][] met = new boolean[groups][];
    for (int g = 0; g < groups; g++) {
      for (int o : pairs[g]) {
        checkGroup(o);
        if (o == g) {
          throw new IllegalArgumentException("group " + g + " conflicts with itself");
        }
        met[g] = met[g] == null ? new boolean[groups] : met[g];
        met[o] = met[o] == null ? new boolean[groups] : met[o];
        met[g][o] = true;
        met[o][g] = true;
      }
    }
    int[][] both = new int[groups][];
    for (int g = 0; g < groups; g++) {
      both[g] = met[g] == null ? NONE : indexes(met[g]);
    }
    return new Instance(
        size, demand, capacity, price, typeLimit, allowed, perNode, both, companions);
  }

  /**
   * With companions: a node that holds a pod of a group must hold one of its companions too.
   *
   * @param needed for each group the others, of which one is enough; empty where it needs none
   */
  public Instance withCompanions(int[][] needed) {
    int[][] copy = Arrays.stream(needed).map(int[]::clone).toArray(int[][]::new);
    for (int g = 0; g < groups; g++) {
      for (int o : copy[g]) {
        checkGroup(o);
        if (o == g || copy[o].length > 0) {
          throw new IllegalArgumentException(
              "companion " + o + " of group " + g + " may not need a companion itself");
        }
      }
    }
    return new Instance(
        size, demand, capacity, price, typeLimit, allowed, perNode, conflicts, copy);
  }

  /** With other demands, for what is left of an instance. */
  public Instance withDemand(int[] pods) {
    check("demand", pods, groups, 0);
    return new Instance(
        size, pods.clone(), capacity, price, typeLimit, allowed, perNode, conflicts, companions);
  }

  /** The given groups alone, renumbered in their order; conflicts and companions among them. */
  Instance part(int[] chosen, int count, int[] pods, int[] nodesLeft) {
    double[] s = new double[count * dims];
    int[] need = new int[count];
    int[] per = new int[count];
    boolean[][] ok = new boolean[count][];
    int[] number = hasConflicts || hasCompanions ? filled(groups, -1) : NONE;
    for (int i = 0; i < count; i++) {
      int g = chosen[i];
      System.arraycopy(size, g * dims, s, i * dims, dims);
      need[i] = pods[g];
      per[i] = perNode[g];
      ok[i] = allowed[g];
      if (number.length > 0) {
        number[g] = i;
      }
    }
    int[][] against = new int[count][];
    int[][] with = new int[count][];
    for (int i = 0; i < count; i++) {
      against[i] = hasConflicts ? renumbered(conflicts[chosen[i]], number) : NONE;
      with[i] = hasCompanions ? renumbered(companions[chosen[i]], number) : NONE;
      if (with[i].length == 0 && companions[chosen[i]].length > 0) {
        ok[i] = new boolean[types]; // its companions are elsewhere: here it has no place
      }
    }
    return new Instance(s, need, capacity, price, nodesLeft, ok, per, against, with);
  }

  private static int[] renumbered(int[] old, int[] number) {
    return old.length == 0
        ? NONE
        : Arrays.stream(old).map(g -> number[g]).filter(i -> i >= 0).sorted().toArray();
  }

  /** Groups by the types they may use; found once. */
  Classes classes() {
    Classes found = classes;
    if (found == null) {
      found = Classes.of(allowed);
      classes = found;
    }
    return found;
  }

  /** Number of dimensions. */
  public int dims() {
    return dims;
  }

  /** Number of groups. */
  public int groups() {
    return groups;
  }

  /** Number of types. */
  public int types() {
    return types;
  }

  /** Units of one pod of a group in one dimension. */
  public double size(int group, int dim) {
    return size[group * dims + dim];
  }

  /** Pods of a group. */
  public int demand(int group) {
    return demand[group];
  }

  /** Units that a node of a type has in one dimension. */
  public double capacity(int type, int dim) {
    return capacity[type][dim];
  }

  /** Price of one node of a type. */
  public double price(int type) {
    return price[type];
  }

  /** Nodes of a type that there can be. */
  public int typeLimit(int type) {
    return typeLimit[type];
  }

  /** Whether a group may use a type and one pod of it fits on an empty node of it. */
  public boolean allowed(int group, int type) {
    return allowed[group][type];
  }

  /** Pods of a group that one node may hold. */
  public int perNode(int group) {
    return perNode[group];
  }

  /** Groups that must not share a node with this one. */
  public int[] conflicts(int group) {
    return conflicts[group].clone();
  }

  /** Groups of which a node with this one must hold a pod; empty: none needed. */
  public int[] companions(int group) {
    return companions[group].clone();
  }

  /** Pods of all groups. */
  public long pods() {
    long n = 0;
    for (int d : demand) {
      n += d;
    }
    return n;
  }

  private void checkGroup(int group) {
    if (group < 0 || group >= groups) {
      throw new IllegalArgumentException("there is no group " + group);
    }
  }

  private static void check(String what, int[] values, int length, int least) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          "%s: %d values, not %d".formatted(what, values.length, length));
    }
    for (int v : values) {
      if (v < least) {
        throw new IllegalArgumentException(what + " is " + v + ", less than " + least);
      }
    }
  }

  private static boolean[][] fitting(double[] size, double[][] capacity, boolean[][] mask) {
    int dims = capacity[0].length;
    for (int g = 0; g < mask.length; g++) {
      for (int t = 0; t < capacity.length; t++) {
        for (int d = 0; d < dims; d++) {
          mask[g][t] &= size[g * dims + d] <= capacity[t][d];
        }
      }
    }
    return mask;
  }

  private static boolean hasAny(int[][] lists) {
    for (int[] list : lists) {
      if (list.length > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasFinite(int[] limits) {
    for (int limit : limits) {
      if (limit != UNLIMITED) {
        return true;
      }
    }
    return false;
  }

  private static int[] indexes(boolean[] mask) {
    int n = 0;
    for (boolean b : mask) {
      n += b ? 1 : 0;
    }
    int[] found = new int[n];
    n = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        found[n++] = i;
      }
    }
    return found;
  }

  private static int[] filled(int length, int value) {
    int[] a = new int[length];
    Arrays.fill(a, value);
    return a;
  }

  private static int[][] filled(int length) {
    int[][] a = new int[length][];
    Arrays.fill(a, NONE);
    return a;
  }
}
