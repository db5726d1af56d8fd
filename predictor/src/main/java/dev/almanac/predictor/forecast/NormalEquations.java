package dev.almanac.predictor.forecast;

/**
 * Small symmetric positive definite systems, many a fit: Cholesky's factorisation in place, with
 * several right sides. A ridge penalty keeps them positive definite; where overflow or rounding
 * still breaks one, the answer is zero, and zero means "the seasonal average" to whoever asks.
 */
final class NormalEquations {
  private final int size;
  private final double[] factor;

  NormalEquations(int size) {
    this.size = size;
    factor = new double[size * size];
  }

  /**
   * Solves {@code (gram + penalty I) beta = right} for each right side.
   *
   * @param gram size x size, row by row; only the lower triangle is read
   * @param right right sides one after the other, at {@code rightFrom}
   * @param beta gets the solutions, at {@code betaFrom}
   */
  void solve(
      double[] gram,
      int gramFrom,
      double penalty,
      double[] right,
      int rightFrom,
      int sides,
      double[] beta,
      int betaFrom) {
    boolean regular = factorise(gram, gramFrom, penalty);
    for (int s = 0; s < sides; s++) {
      int r = rightFrom + s * size;
      int b = betaFrom + s * size;
      if (!regular) {
        java.util.Arrays.fill(beta, b, b + size, 0);
        continue;
      }
      for (int i = 0; i < size; i++) {
        double v = right[r + i];
        for (int j = 0; j < i; j++) {
          v -= factor[i * size + j] * beta[b + j];
        }
        beta[b + i] = v * factor[i * size + i];
      }
      for (int i = size - 1; i >= 0; i--) {
        double v = beta[b + i];
        for (int j = i + 1; j < size; j++) {
          v -= factor[j * size + i] * beta[b + j];
        }
        beta[b + i] = v * factor[i * size + i];
      }
    }
  }

  /** Lower factor with the reciprocals of its diagonal; false where it is not positive definite. */
  private boolean factorise(double[] gram, int from, double penalty) {
    for (int i = 0; i < size; i++) {
      int row = i * size;
      for (int j = 0; j < i; j++) {
        double v = gram[from + row + j];
        for (int k = 0; k < j; k++) {
          v -= factor[row + k] * factor[j * size + k];
        }
        factor[row + j] = v * factor[j * size + j];
      }
      double d = gram[from + row + i] + penalty;
      for (int k = 0; k < i; k++) {
        d -= factor[row + k] * factor[row + k];
      }
      if (!(d > 0) || Double.isInfinite(d)) {
        return false;
      }
      factor[row + i] = 1 / Math.sqrt(d);
    }
    return true;
  }
}
