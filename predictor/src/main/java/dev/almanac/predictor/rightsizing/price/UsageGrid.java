package dev.almanac.predictor.rightsizing.price;

/**
 * A distribution of usage on a grid of 900 values, 2 % apart, from a ten-thousandth to 8,000 cores.
 * A sample stands in the first cell that is not below it, so that a request at a cell covers all of
 * its samples.
 */
final class UsageGrid {
  static final int CELLS = 900;
  private static final double STEP = 0.02;
  private static final int ORIGIN = 450;
  private static final double[] VALUES = new double[CELLS];

  static {
    for (int i = 0; i < CELLS; i++) {
      VALUES[i] = Math.exp(STEP * (i - ORIGIN));
    }
  }

  private UsageGrid() {}

  static double value(int cell) {
    return VALUES[cell];
  }

  /** The cell of a sample; those outside the grid are in the outermost ones. */
  static int cell(double usage) {
    double exact = Math.log(Math.max(usage, 1e-9)) / STEP;
    return Math.clamp((int) Math.ceil(exact - 1e-9) + ORIGIN, 0, CELLS - 1);
  }
}
