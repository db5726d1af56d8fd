package dev.almanac.simulator.packing;

/**
 * Linear programs max c x, A x &lt;= b, x &gt;= 0 with b &gt;= 0, by the primal simplex method on a
 * condensed tableau (Dantzig's rule, Bland's once it seems to stall).
 *
 * <p>The start x = 0 is feasible and every pivot keeps it so: an early end leaves an x that is
 * feasible, hence a bound that is valid, only weaker.
 */
final class Simplex {
  private static final double REDUCED = 1e-9;
  private static final double PIVOT = 1e-11;
  private static final double TIE = 1e-12;

  /** Dantzig's rule for this many pivots per row and column, Bland's from then on. */
  private static final int BLAND_AFTER = 5;

  private static final int MAX_PIVOTS = 50;

  private Simplex() {}

  /**
   * Where it ended.
   *
   * @param x feasible
   * @param y row duals
   * @param value c x
   */
  @SuppressWarnings("ArrayRecordComponent") // a few numbers between two methods
  record Solution(double[] x, double[] y, double value) {}

  static Solution maximise(double[][] a, double[] b, double[] c, Work work) {
    int m = b.length;
    int n = c.length;
    double[][] t = new double[m + 1][n + 1];
    int[] col = new int[n];
    int[] row = new int[m];
    for (int i = 0; i < m; i++) {
      System.arraycopy(a[i], 0, t[i], 0, n);
      t[i][n] = b[i];
      row[i] = n + i;
    }
    for (int j = 0; j < n; j++) {
      t[m][j] = -c[j];
      col[j] = j;
    }
    for (int pivots = 0; pivots < MAX_PIVOTS * (m + n) && !work.exhausted(); pivots++) {
      int q = entering(t[m], col, pivots >= BLAND_AFTER * (m + n));
      if (q < 0) {
        break;
      }
      int p = leaving(t, row, q);
      if (p < 0) {
        break; // unbounded: cannot be with the box on every price
      }
      work.spend(pivot(t, p, q));
      int s = col[q];
      col[q] = row[p];
      row[p] = s;
    }
    double[] x = new double[n];
    double[] y = new double[m];
    for (int i = 0; i < m; i++) {
      if (row[i] < n) {
        x[row[i]] = Math.max(0, t[i][n]);
      }
    }
    for (int j = 0; j < n; j++) {
      if (col[j] >= n) {
        y[col[j] - n] = Math.max(0, t[m][j]);
      }
    }
    return new Solution(x, y, t[m][n]);
  }

  private static int entering(double[] objective, int[] col, boolean bland) {
    int q = -1;
    double low = -REDUCED;
    for (int j = 0; j < col.length; j++) {
      if (bland ? objective[j] < -REDUCED && (q < 0 || col[j] < col[q]) : objective[j] < low) {
        low = objective[j];
        q = j;
      }
    }
    return q;
  }

  private static int leaving(double[][] t, int[] row, int q) {
    int n = t[0].length - 1;
    int p = -1;
    double best = 0;
    for (int i = 0; i < row.length; i++) {
      if (t[i][q] > PIVOT) {
        double r = t[i][n] / t[i][q];
        if (p < 0 || r < best - TIE || (r <= best + TIE && row[i] < row[p])) {
          p = i;
          best = r;
        }
      }
    }
    return p;
  }

  private static long pivot(double[][] t, int p, int q) {
    double[] tp = t[p];
    double inverse = 1 / tp[q];
    for (int j = 0; j < tp.length; j++) {
      tp[j] *= inverse;
    }
    tp[q] = inverse;
    long rows = 1;
    for (int i = 0; i < t.length; i++) {
      double f = t[i][q];
      if (i == p || f == 0) {
        continue;
      }
      double[] ti = t[i];
      ti[q] = 0;
      for (int j = 0; j < ti.length; j++) {
        ti[j] -= f * tp[j];
      }
      ti[q] = -f * inverse;
      rows++;
    }
    return rows * tp.length / 4;
  }
}
