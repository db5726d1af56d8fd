package dev.almanac.simulator.packing;

/**
 * Prices are multiples of some quantum, so a bound may be rounded up to the next one. With one type
 * that is a whole number of nodes.
 */
final class PriceGrid {
  private static final double UNITS = 1e9; // prices have at most nine decimals, or there is no grid
  private static final double TOLERANCE = 1e-6; // of a quantum: what a bound may be off by rounding

  private PriceGrid() {}

  /** Largest number that divides every price; 0: none was found. */
  static double quantum(double[] price) {
    if (price.length == 1) {
      return price[0];
    }
    long common = 0;
    for (double p : price) {
      double units = p * UNITS;
      if (units > 1e17 || Math.abs(units - Math.rint(units)) > 1e-3) {
        return 0;
      }
      common = gcd(common, Math.round(units));
    }
    return common / UNITS;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The next multiple of the quantum. */
  static double up(double bound, double quantum) {
    if (quantum <= 0) {
      return bound;
    }
    double multiple = bound / quantum;
    // Beyond a million quanta the rounding is worth nothing and the tolerance would be too small.
    return multiple > 1e6 ? bound : Math.max(bound, Math.ceil(multiple - TOLERANCE) * quantum);
  }
}
