package dev.almanac.predictor.forecast.window;

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
    double[] v = new double[rows];
    java.util.Arrays.fill(v, 1);
    double[] scaled = new double[columns];
    double[] residual = new double[rows];
    double[] beta = new double[0];
    for (int round = 0; round < rounds; round++) {
      double[][] gram = new double[columns][columns];
      double[] right = new double[columns];
      double weight = 0;
      for (int r = 0; r < rows; r++) {
        double w = u[r] * v[r];
        weight += w;
        for (int i = 0; i < columns; i++) {
          scaled[i] = x[r][i] / scale[i];
        }
        for (int i = 0; i < columns; i++) {
          double wx = w * scaled[i];
          right[i] += wx * z[r];
          double[] row = gram[i];
          for (int j = 0; j <= i; j++) {
            row[j] += wx * scaled[j];
          }
        }
      }
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
      for (int r = 0; r < rows; r++) {
        residual[r] = Math.abs(z[r] - dot(x[r], beta));
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

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
