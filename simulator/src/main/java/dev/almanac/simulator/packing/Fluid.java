package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pods as fluid: the least price at which the volume of every class of pods flows into nodes that
 * it may use, in every dimension, with parts of nodes allowed. A lower bound, and the packer's
 * compass.
 *
 * @param bound no packing is cheaper
 * @param value of one pod of each group, in price
 * @param nodes of each type that the program buys, not whole
 * @param load share of the bought capacity in use, by dimension, in [0, 1]
 * @param unitPrice types x dimensions: what a unit is worth on that type
 */
/*
 * Primal: x[t] nodes of type t, min sum p x, so that for every class m and dimension d the volume
 * V[m,d] flows into allowed types, the flow into (t,d) is at most cap[t,d] x[t], x[t] is at most the
 * type's limit, and for every set of pods of which no two may share a node ("need": a group with a
 * limit per node, or a clique of conflicting groups) the allowed types have that many nodes.
 *
 * Solved as its dual, whose start at zero is feasible, so that it needs no first phase:
 *   max  sum V pi + sum need z - sum limit e
 *   pi[m,d] <= y[t,d]                                       for t allowed to m
 *   sum_d cap[t,d] y[t,d] + sum of z over needs on t <= price[t] + e[t]
 *   pi, z <= BOX, which only binds where no number of nodes suffices.
 * Types that differ in nothing are one column, and so are existing nodes that cost nothing: those are
 * all used anyway. One class needs no y: D + 1 variables are left. The answer is scaled to exact
 * feasibility before the bound is read from it, so rounding and an early end cannot make it too high.
 */
@SuppressWarnings("ArrayRecordComponent") // shared by reference, never compared
record Fluid(double bound, double[] value, double[] nodes, double[] load, double[][] unitPrice) {

  /** Price of a unit beyond which the program is taken as having no answer, in dearest nodes. */
  private static final double BOX = 1e3;

  /** Largest tableau in numbers, 64 MB; beyond, classes are joined, which keeps a weaker bound. */
  private static final long MAX_TABLEAU = 8_000_000;

  /** Pods of which no two share a node. */
  record Need(boolean[] types, double nodes) {}

  /** With other loads and numbers of the only type. */
  Fluid withLoad(double[] newLoad, double newNodes) {
    return new Fluid(bound, value, new double[] {newNodes}, newLoad, unitPrice);
  }

  static Fluid of(Instance in, Work work) {
    return of(in, in.demand, in.typeLimit, work);
  }

  static Fluid of(Instance in, int[] demand, int[] typeLimit, Work work) {
    return new Program(in, demand, typeLimit).solve(work);
  }

  /** Columns of the program: types that differ in nothing. */
  private static final class Kind {
    final double[] capacity;
    final double price;
    double limit;
    final List<Integer> types = new ArrayList<>();

    Kind(double[] capacity, double price) {
      this.capacity = capacity;
      this.price = price;
    }
  }

  private static final class Program {
    final Instance in;
    final int[] demand;
    final int dims;
    final int[] number; // of a class in this program, -1: without demand
    final List<boolean[]> masks = new ArrayList<>();
    final List<Need> needs = new ArrayList<>();
    final List<Kind> kinds = new ArrayList<>();
    final boolean[][] may; // classes x kinds
    final boolean[][] needMay; // needs x kinds
    final double[][] volume; // classes x dims
    final double[] total;
    final double[] unit; // of each dimension, so that numbers stay near 1
    double dearest;

    Program(Instance in, int[] demand, int[] typeLimit) {
      this.in = in;
      this.demand = demand;
      dims = in.dims;
      number = new int[in.classes().masks().size()];
      Arrays.fill(number, -1);
      findClasses();
      volume = new double[masks.size()][dims];
      total = new double[dims];
      unit = new double[dims];
      addVolumes();
      findNeeds();
      findKinds(typeLimit);
      may = onKinds(masks);
      needMay = onKinds(needs.stream().map(Need::types).toList());
      for (Kind k : kinds) {
        dearest = Math.max(dearest, k.price);
        for (int d = 0; d < dims; d++) {
          unit[d] = Math.max(unit[d], k.capacity[d]);
        }
      }
      for (int d = 0; d < dims; d++) {
        unit[d] = Math.max(unit[d], 1);
      }
    }

    private void findClasses() {
      int[] of = in.classes().of();
      for (int g = 0; g < in.groups; g++) {
        if (demand[g] > 0 && number[of[g]] < 0) {
          number[of[g]] = masks.size();
          masks.add(in.classes().masks().get(of[g]));
        }
      }
      int rows = 0;
      for (boolean[] mask : masks) {
        for (boolean b : mask) {
          rows += b ? dims : 0;
        }
      }
      long columns = (long) (in.types + masks.size()) * dims;
      if (masks.size() > 1 && (rows + in.types) * columns > 8 * MAX_TABLEAU) {
        joinClasses();
      }
    }

    /** One class that may use what any may use: a weaker bound, but a small program. */
    private void joinClasses() {
      boolean[] all = new boolean[in.types];
      for (boolean[] mask : masks) {
        for (int t = 0; t < in.types; t++) {
          all[t] |= mask[t];
        }
      }
      masks.clear();
      masks.add(all);
      for (int c = 0; c < number.length; c++) {
        number[c] = number[c] < 0 ? -1 : 0;
      }
    }

    private void addVolumes() {
      int[] of = in.classes().of();
      for (int g = 0; g < in.groups; g++) {
        if (demand[g] == 0) {
          continue;
        }
        double[] v = volume[number[of[g]]];
        for (int d = 0; d < dims; d++) {
          v[d] += demand[g] * in.size[g * dims + d];
        }
      }
      for (double[] v : volume) {
        for (int d = 0; d < dims; d++) {
          total[d] += v[d];
        }
      }
    }

    private void findNeeds() {
      double[] most = new double[masks.size()];
      int[] of = in.classes().of();
      for (int g = 0; g < in.groups; g++) {
        if (demand[g] > 0) {
          int m = number[of[g]];
          most[m] = Math.max(most[m], Math.ceilDiv(demand[g], in.perNode[g]));
        }
      }
      for (int m = 0; m < most.length; m++) {
        needs.add(new Need(masks.get(m), most[m]));
      }
      if (in.hasConflicts) {
        needs.addAll(Cliques.needs(in, demand));
      }
    }

    private void findKinds(int[] typeLimit) {
      Map<List<Object>, Kind> found = new LinkedHashMap<>();
      for (int t = 0; t < in.types; t++) {
        List<Object> key = new ArrayList<>();
        boolean usable = false;
        for (boolean[] mask : masks) {
          key.add(mask[t]);
          usable |= mask[t];
        }
        if (!usable || typeLimit[t] == 0) {
          continue;
        }
        for (Need need : needs) {
          key.add(need.types()[t]);
        }
        boolean limited = typeLimit[t] != Instance.UNLIMITED;
        boolean pooled = in.price[t] == 0 && limited;
        key.add(in.price[t]);
        key.add(limited);
        if (!pooled) {
          for (double c : in.capacity[t]) {
            key.add(c);
          }
        }
        double[] capacity = in.capacity[t].clone();
        double price = in.price[t];
        Kind kind = found.computeIfAbsent(key, _ -> new Kind(capacity, price));
        if (pooled && kind.limit > 0) {
          double all = kind.limit + typeLimit[t];
          for (int d = 0; d < dims; d++) {
            double sum = kind.capacity[d] * kind.limit + in.capacity[t][d] * typeLimit[t];
            kind.capacity[d] = sum / all;
          }
        }
        kind.limit = limited ? kind.limit + typeLimit[t] : Double.POSITIVE_INFINITY;
        kind.types.add(t);
      }
      kinds.addAll(found.values());
    }

    private boolean[][] onKinds(List<boolean[]> rows) {
      boolean[][] on = new boolean[rows.size()][kinds.size()];
      for (int m = 0; m < on.length; m++) {
        for (int k = 0; k < kinds.size(); k++) {
          on[m][k] = rows.get(m)[kinds.get(k).types.getFirst()];
        }
      }
      return on;
    }

    Fluid solve(Work work) {
      int ms = masks.size();
      int ks = kinds.size();
      int ns = needs.size();
      boolean one = ms == 1;
      // columns: pi[m,d], z[n], e[k] of limited kinds, y[k,d] (none with one class)
      int z0 = ms * dims;
      int e0 = z0 + ns;
      int[] eAt = new int[ks];
      int n = e0;
      boolean limited = false;
      for (int k = 0; k < ks; k++) {
        boolean finite = Double.isFinite(kinds.get(k).limit);
        eAt[k] = finite ? n++ : -1;
        limited |= finite;
      }
      int y0 = n;
      n += one ? 0 : ks * dims;
      int rows = ks + (limited ? z0 + ns : 0);
      if (!one) {
        for (boolean[] row : may) {
          for (boolean b : row) {
            rows += b ? dims : 0;
          }
        }
      }
      double[][] a = new double[rows][n];
      double[] b = new double[rows];
      double[] c = new double[n];
      for (int m = 0; m < ms; m++) {
        for (int d = 0; d < dims; d++) {
          c[m * dims + d] = volume[m][d] / unit[d];
        }
      }
      for (int i = 0; i < ns; i++) {
        c[z0 + i] = needs.get(i).nodes();
      }
      int r = ks;
      for (int k = 0; k < ks; k++) {
        Kind kind = kinds.get(k);
        b[k] = kind.price;
        for (int d = 0; d < dims; d++) {
          a[k][one ? d : y0 + k * dims + d] = kind.capacity[d] / unit[d];
        }
        for (int i = 0; i < ns; i++) {
          a[k][z0 + i] = needMay[i][k] ? 1 : 0;
        }
        if (eAt[k] >= 0) {
          a[k][eAt[k]] = -1;
          c[eAt[k]] = -kind.limit;
        }
        for (int m = 0; m < ms && !one; m++) {
          for (int d = 0; d < dims && may[m][k]; d++) {
            a[r][m * dims + d] = 1;
            a[r++][y0 + k * dims + d] = -1;
          }
        }
      }
      for (int j = 0; j < z0 + ns && limited; j++) {
        a[r][j] = 1;
        b[r++] = BOX * Math.max(dearest, 1);
      }
      Simplex.Solution s = Simplex.maximise(a, b, c, work);
      return read(s, z0, eAt);
    }

    private Fluid read(Simplex.Solution s, int z0, int[] eAt) {
      int ks = kinds.size();
      double[] x = s.x();
      double[][] y = new double[ks][dims];
      double scale = 1;
      double surplus = 0;
      for (int k = 0; k < ks; k++) {
        Kind kind = kinds.get(k);
        double cost = 0;
        for (int d = 0; d < dims; d++) {
          for (int m = 0; m < masks.size(); m++) {
            if (may[m][k]) {
              y[k][d] = Math.max(y[k][d], x[m * dims + d]);
            }
          }
          cost += y[k][d] * kind.capacity[d] / unit[d];
        }
        for (int i = 0; i < needs.size(); i++) {
          cost += needMay[i][k] ? x[z0 + i] : 0;
        }
        if (eAt[k] >= 0) { // a limited kind may cost more than its price: the rest is rent
          surplus += Math.max(0, cost - kind.price) * kind.limit;
        } else if (cost > 0) {
          scale = Math.max(scale, kind.price > 0 ? cost / kind.price : Double.POSITIVE_INFINITY);
        }
      }
      double bound = -surplus;
      for (int m = 0; m < masks.size(); m++) {
        for (int d = 0; d < dims; d++) {
          bound += x[m * dims + d] * volume[m][d] / unit[d];
        }
      }
      for (int i = 0; i < needs.size(); i++) {
        bound += x[z0 + i] * needs.get(i).nodes();
      }
      double[] nodes = new double[in.types];
      double[][] unitPrice = new double[in.types][dims];
      double[] supply = new double[dims];
      for (int k = 0; k < ks; k++) {
        Kind kind = kinds.get(k);
        double bought = kind.price == 0 && eAt[k] >= 0 ? kind.limit : s.y()[k];
        for (int t : kind.types) {
          nodes[t] = bought / kind.types.size();
          for (int d = 0; d < dims; d++) {
            unitPrice[t][d] = y[k][d] / unit[d];
            supply[d] += nodes[t] * in.capacity[t][d];
          }
        }
      }
      double[] load = new double[dims];
      for (int d = 0; d < dims; d++) {
        load[d] = supply[d] > 0 ? Math.min(1, total[d] / supply[d]) : 1;
      }
      double[] value = new double[in.groups];
      int[] of = in.classes().of();
      for (int g = 0; g < in.groups; g++) {
        int m = number[of[g]];
        for (int d = 0; d < dims && m >= 0; d++) {
          value[g] += x[m * dims + d] * in.size[g * dims + d] / unit[d];
        }
      }
      return new Fluid(Math.max(0, bound / scale), value, nodes, load, unitPrice);
    }
  }
}
