package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The configuration linear program: how often is each possible content of a node used, fractions
 * allowed, so that every group's demand is met at the least price. Its value is the strongest bound
 * here, and its whole part is most of a packing.
 */
/*
 * Gilmore and Gomory, "A linear programming approach to the cutting stock problem", Operations
 * Research 9 (1961): one row per group, columns on demand from a knapsack over the row prices. The
 * revised simplex keeps an explicit inverse (a few hundred rows). Prices are smoothed towards the best
 * dual answer so far (Wentges 1997), which cuts the tailing off. A bound is valid at every step: with
 * UB[t] at least the best value on type t, prices divided by max UB[t] / price[t] are dual feasible
 * (Farley, "A note on bounding a class of linear programming problems", Operations Research 38, 1990).
 *
 * Conflicts are in the program: no content holds two groups that conflict. Limits of types and
 * companions are not: the bound holds without them too, but the rounding may break them. Nodes that
 * are paid for would make everything free, so there it does not apply.
 */
final class ConfigurationLp {
  private static final double SMOOTHING = 0.7;
  private static final double CLOSE = 1e-4; // relative distance of value and bound that is enough
  private static final int KNAPSACK_NODES = 20_000;
  private static final int MAX_PIVOTS = 20_000;
  private static final double FRACTION_KEPT = 0.6; // a column used this often is rounded up

  /** Content of a node. */
  private record Column(int type, int[] row, int[] count) {}

  private final Instance in;
  private final int[] demand;
  private final Work work;
  private final int m;
  private final int[] group; // of each row
  private final double[][] inverse;
  private final double[] basic; // value of each basic variable
  private final double[] cost;
  private final int[] basis; // column, or -1 - row for a surplus
  private final double[] dual;
  private final List<Column> columns = new ArrayList<>();
  private double value;
  private double bound;

  ConfigurationLp(Instance in, int[] demand, List<PackedNodes> start, double bound, Work work) {
    this.in = in;
    this.demand = demand;
    this.work = work;
    this.bound = bound;
    int[] rowOf = new int[in.groups];
    int[] rows = new int[in.groups];
    int n = 0;
    for (int g = 0; g < in.groups; g++) {
      if (demand[g] > 0) {
        rowOf[g] = n;
        rows[n++] = g;
      }
    }
    m = n;
    group = Arrays.copyOf(rows, m);
    inverse = new double[m][m];
    basic = new double[m];
    cost = new double[m];
    basis = new int[m];
    dual = new double[m];
    for (int i = 0; i < m; i++) {
      startWithOneGroup(i);
    }
    for (PackedNodes p : start) {
      int[] row = new int[p.groups().length];
      for (int i = 0; i < row.length; i++) {
        row[i] = rowOf[p.groups()[i]];
      }
      columns.add(new Column(p.type(), row, p.counts()));
    }
  }

  /** Whether the program describes an instance. */
  static boolean applies(Instance in, int maxGroups) {
    if (in.groups == 0 || in.groups > maxGroups) {
      return false;
    }
    for (double p : in.price) {
      if (p <= 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether what {@link #round} makes keeps every rule. */
  static boolean canRound(Instance in) {
    return !in.hasTypeLimits && !in.hasCompanions;
  }

  private void startWithOneGroup(int i) {
    int g = group[i];
    int type = -1;
    double best = 0;
    for (int t = 0; t < in.types; t++) {
      if (!in.allowed[g][t]) {
        continue;
      }
      double k = Math.min(in.perNode[g], demand[g]);
      for (int d = 0; d < in.dims; d++) {
        double s = in.size[g * in.dims + d];
        k = s > 0 ? Math.min(k, Math.floor(in.capacity[t][d] / s)) : k;
      }
      if (type < 0 || in.price[t] * best < in.price[type] * k) {
        type = t;
        best = k;
      }
    }
    basis[i] = columns.size();
    columns.add(new Column(type, new int[] {i}, new int[] {(int) best}));
    inverse[i][i] = 1 / best;
    basic[i] = demand[g] / best;
    cost[i] = in.price[type];
  }

  /**
   * Generates columns until the bound is close to the value, reaches a target, or the work is done.
   *
   * @param centre first prices to smooth towards, by group
   * @return the bound
   */
  double solve(double target, double[] centre) {
    double[] best = new double[m];
    for (int i = 0; i < m; i++) {
      best[i] = centre[group[i]];
    }
    Knapsack knapsack = new Knapsack(in, group, demand, work);
    boolean added = true;
    while (added && !work.exhausted()) {
      master();
      if (value - bound <= CLOSE * value || bound >= target) {
        break;
      }
      added = false;
      for (int pass = 0; pass < 2 && !added; pass++) {
        double[] prices = new double[m];
        for (int i = 0; i < m; i++) {
          double smoothed = SMOOTHING * best[i] + (1 - SMOOTHING) * dual[i];
          prices[i] = Math.max(0, pass == 0 ? smoothed : dual[i]);
        }
        double worst = 0;
        for (int t = 0; t < in.types; t++) {
          worst = Math.max(worst, knapsack.solve(t, prices, KNAPSACK_NODES) / in.price[t]);
          added |= addIfItPays(new Column(t, knapsack.rows(), knapsack.counts()));
        }
        double farley = 0;
        for (int i = 0; i < m; i++) {
          farley += prices[i] * demand[group[i]];
        }
        if (worst > 0 && farley / worst > bound) {
          bound = farley / worst;
          for (int i = 0; i < m; i++) {
            best[i] = prices[i] / worst;
          }
        }
      }
    }
    return bound;
  }

  private boolean addIfItPays(Column c) {
    if (reduced(c) <= 1e-7 * in.price[c.type()]) {
      return false;
    }
    columns.add(c);
    return true;
  }

  private double reduced(Column c) {
    double sum = -in.price[c.type()];
    for (int i = 0; i < c.row().length; i++) {
      sum += dual[c.row()[i]] * c.count()[i];
    }
    return sum;
  }

  private void readDuals() {
    Arrays.fill(dual, 0);
    value = 0;
    for (int i = 0; i < m; i++) {
      value += cost[i] * basic[i];
      for (int j = 0; j < m && cost[i] != 0; j++) {
        dual[j] += cost[i] * inverse[i][j];
      }
    }
  }

  private void master() {
    readDuals();
    for (int pivots = 0; pivots < MAX_PIVOTS && !work.exhausted(); pivots++) {
      int best = Integer.MIN_VALUE;
      double most = 1e-9;
      for (int c = 0; c < columns.size(); c++) {
        double r = reduced(columns.get(c));
        if (r > most) {
          most = r;
          best = c;
        }
      }
      for (int j = 0; j < m; j++) {
        if (-dual[j] > most) {
          most = -dual[j];
          best = -1 - j;
        }
      }
      work.spend(16L * columns.size() + (long) m * m);
      if (best == Integer.MIN_VALUE) {
        return;
      }
      enter(best);
      if (pivots % 200 == 199) {
        readDuals();
      }
    }
  }

  private void enter(int entering) {
    double[] u = new double[m];
    for (int i = 0; i < m; i++) {
      if (entering >= 0) {
        Column c = columns.get(entering);
        for (int k = 0; k < c.row().length; k++) {
          u[i] += inverse[i][c.row()[k]] * c.count()[k];
        }
      } else {
        u[i] = -inverse[i][-1 - entering];
      }
    }
    int p = -1;
    double step = 0;
    for (int i = 0; i < m; i++) {
      if (u[i] > 1e-9) {
        double t = Math.max(0, basic[i]) / u[i];
        if (p < 0 || t < step - 1e-10 || (t < step + 1e-10 && u[i] > u[p])) {
          p = i;
          step = t;
        }
      }
    }
    if (p < 0) {
      return;
    }
    double[] rp = inverse[p];
    double q = 1 / u[p];
    for (int j = 0; j < m; j++) {
      rp[j] *= q;
    }
    basic[p] = step;
    double reducedCost = entering >= 0 ? in.price[columns.get(entering).type()] : 0;
    for (int i = 0; i < m; i++) {
      reducedCost -= cost[i] * u[i];
    }
    for (int i = 0; i < m; i++) {
      if (i == p || Math.abs(u[i]) < 1e-13) {
        continue;
      }
      double[] ri = inverse[i];
      for (int j = 0; j < m; j++) {
        ri[j] -= u[i] * rp[j];
      }
      basic[i] -= u[i] * step;
    }
    cost[p] = entering >= 0 ? in.price[columns.get(entering).type()] : 0;
    basis[p] = entering;
    for (int j = 0; j < m; j++) {
      dual[j] += reducedCost * rp[j];
    }
    value += reducedCost * step;
  }

  /** The whole part of the answer and its large fractions; the rest goes through the packer. */
  Optional<Packing> round(Fluid fluid, FillRule rule, long seed) {
    int[] left = demand.clone();
    List<PackedNodes> out = new ArrayList<>();
    Integer[] order = new Integer[m];
    for (int i = 0; i < m; i++) {
      order[i] = i;
    }
    Arrays.sort(order, (a, b) -> Double.compare(fraction(b), fraction(a)));
    for (int pass = 0; pass < 2; pass++) {
      for (int i : order) {
        if (basis[i] < 0 || (pass == 1 && fraction(i) < FRACTION_KEPT)) {
          continue;
        }
        Column c = columns.get(basis[i]);
        int copies = pass == 0 ? (int) Math.floor(basic[i] + 1e-6) : 1;
        for (int q = 0; q < c.row().length; q++) {
          copies = Math.min(copies, left[group[c.row()[q]]] / c.count()[q]);
        }
        if (copies <= 0) {
          continue;
        }
        int[] groups = new int[c.row().length];
        for (int q = 0; q < groups.length; q++) {
          groups[q] = group[c.row()[q]];
          left[groups[q]] -= copies * c.count()[q];
        }
        out.add(new PackedNodes(c.type(), groups, c.count(), copies));
      }
    }
    return new Packer(in, left, in.typeLimit, fluid, rule, seed, work)
        .run()
        .map(rest -> {
          out.addAll(rest.nodes());
          return Packing.of(in, Shrink.of(in, out, in.typeLimit), rest.unplaced());
        });
  }

  private double fraction(int i) {
    return basic[i] - Math.floor(basic[i] + 1e-6);
  }
}
