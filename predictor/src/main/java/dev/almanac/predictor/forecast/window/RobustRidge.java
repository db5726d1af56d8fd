package dev.almanac.predictor.forecast.window;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;

/** Weighted ridge regression, re-weighted towards least absolute deviations. */
final class RobustRidge {
  /*
   * Columns are scaled to unit weighted RMS, so that one penalty suits all of them. Each round solves
   *
   *   (X' W X + lambda sum(w) I) b = X' W z,       w = u * v
   *
   * and sets v = 1 / max(|residual| / weighted mean |residual|, FLOOR): iteratively re-weighted least
   * squares (Holland and Welsch 1977, doi:10.1080/03610927708827533) for the L1 norm. The first round
   * is plain ridge.
   */

  /** Smallest relative residual: no row weighs more than 1 / 0.15 times the average one. */
  private static final double FLOOR = 0.15;

  private static final double TINY = 1e-12;

  private RobustRidge() {}

  /**
   * Fits.
   *
   * @param x one row an observation; all values finite
   * @param z what to explain, finite
   * @param u weights, at least 0, some of them above
   * @param rows how many of the rows count
   * @param lambda penalty as a share of the weight
   * @param rounds at least 1
   * @return one coefficient a column; empty where one is not finite
   */
  static double[] fit(double[][] x, double[] z, double[] u, int rows, double lambda, int rounds) {
    int columns = x[0].length;
    double[] scale = rms(x, u, rows, columns);
    double[][] scaled = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < columns; i++) {
        scaled[r][i] = x[r][i] / scale[i];
      }
    }
    double[] v = new double[rows];
    Arrays.fill(v, 1);
    double[] residual = new double[rows];
    double[] beta = new double[0];
    for (int round = 0; round < rounds; round++) {
      double[][] gram = new double[columns][columns];
      double[] right = new double[columns];
      double[] w = new double[rows];
      double weight = 0;
      for (int r = 0; r < rows; r++) {
        w[r] = u[r] * v[r];
        weight += w[r];
      }
      addProducts(scaled, z, w, rows, gram, right);
      for (int i = 0; i < columns; i++) {
        gram[i][i] += lambda * weight + TINY;
        for (int j = 0; j < i; j++) {
          gram[j][i] = gram[i][j];
        }
      }
      try {
        beta =
            new CholeskyDecomposition(new Array2DRowRealMatrix(gram, false), 1e-9, 0)
                .getSolver()
                .solve(new ArrayRealVector(right, false))
                .toArray();
      } catch (NonPositiveDefiniteMatrixException e) {
        return new double[0];
      }
      double sum = 0;
      double all = 0;
      for (int i = 0; i < columns; i++) {
        beta[i] /= scale[i];
        if (!Double.isFinite(beta[i])) {
          return new double[0];
        }
      }
      residuals(x, z, beta, rows, residual);
      for (int r = 0; r < rows; r++) {
        residual[r] = Math.abs(residual[r]);
        sum += u[r] * residual[r];
        all += u[r];
      }
      double mean = sum / all + TINY;
      for (int r = 0; r < rows; r++) {
        v[r] = 1 / Math.max(residual[r] / mean, FLOOR);
      }
    }
    return beta;
  }

  /**
   * Adds {@code X'WX} to the lower triangle of {@code gram} and {@code X'Wz} to {@code right}. Four
   * rows at a time: a sum is loaded and stored once for four products.
   */
  private static void addProducts(
      double[][] x, double[] z, double[] w, int rows, double[][] gram, double[] right) {
    int columns = right.length;
    int r = 0;
    for (; r + 3 < rows; r += 4) {
      double[] x0 = x[r];
      double[] x1 = x[r + 1];
      double[] x2 = x[r + 2];
      double[] x3 = x[r + 3];
      for (int i = 0; i < columns; i++) {
        double a0 = w[r] * x0[i];
        double a1 = w[r + 1] * x1[i];
        double a2 = w[r + 2] * x2[i];
        double a3 = w[r + 3] * x3[i];
        right[i] += a0 * z[r] + a1 * z[r + 1] + a2 * z[r + 2] + a3 * z[r + 3];
        double[] row = gram[i];
        for (int j = 0; j <= i; j++) {
          row[j] += a0 * x0[j] + a1 * x1[j] + a2 * x2[j] + a3 * x3[j];
        }
      }
    }
    for (; r < rows; r++) {
      for (int i = 0; i < columns; i++) {
        double a = w[r] * x[r][i];
        right[i] += a * z[r];
        for (int j = 0; j <= i; j++) {
          gram[i][j] += a * x[r][j];
        }
      }
    }
  }

  private static double[] rms(double[][] x, double[] u, int rows, int columns) {
    double[] squares = new double[columns];
    double weight = 0;
    for (int r = 0; r < rows; r++) {
      weight += u[r];
      for (int i = 0; i < columns; i++) {
        squares[i] += u[r] * x[r][i] * x[r][i];
      }
    }
    for (int i = 0; i < columns; i++) {
      squares[i] = Math.sqrt(squares[i] / weight) + 1e-9;
    }
    return squares;
  }

  /**
   * What a fit leaves unexplained of each row. Four rows at a time, each in the order of its
   * columns: their sums do not wait for each other.
   *
   * @param out gets {@code z - x beta}
   */
  static void residuals(double[][] x, double[] z, double[] beta, int rows, double[] out) {
    int r = 0;
    for (; r + 3 < rows; r += 4) {
      double[] x0 = x[r];
      double[] x1 = x[r + 1];
      double[] x2 = x[r + 2];
      double[] x3 = x[r + 3];
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0; i < beta.length; i++) {
        s0 += x0[i] * beta[i];
        s1 += x1[i] * beta[i];
        s2 += x2[i] * beta[i];
        s3 += x3[i] * beta[i];
      }
      out[r] = z[r] - s0;
      out[r + 1] = z[r + 1] - s1;
      out[r + 2] = z[r + 2] - s2;
      out[r + 3] = z[r + 3] - s3;
    }
    for (; r < rows; r++) {
      out[r] = z[r] - dot(x[r], beta);
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
