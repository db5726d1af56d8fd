package dev.almanac.predictor.forecast.window;

/** Widens or narrows the spread by how large recent standardised residuals have been. */
public final class SpreadTracker {
  private static final double HALF_LIFE_MINUTES = 60;
  private static final double LARGEST_RESIDUAL = 8;
  private static final double LEAST = 0.6;
  private static final double MOST = 4;
  private static final double POWER = 0.7;

  private SpreadTracker() {}

  /** Where nothing has been seen yet. */
  public static final double START = 1;

  /** Weight of one residual that stands for so many minutes. */
  public static double gain(double minutes) {
    return 1 - Math.pow(0.5, minutes / HALF_LIFE_MINUTES);
  }

  /**
   * The mean size of standardised residuals after one more.
   *
   * @param size before
   * @param residual of a window that has closed; NaN changes nothing
   */
  public static double update(double size, double residual, double gain) {
    double e = Math.abs(residual);
    return Double.isFinite(e) ? size + gain * (Math.min(e, LARGEST_RESIDUAL) - size) : size;
  }

  /** Whether the spread cannot be widened as far as recent residuals ask for. */
  public static boolean isBeyond(double size) {
    return size > MOST;
  }

  /** The factor on the spread. */
  public static double factor(double size) {
    return Math.pow(Math.clamp(size, LEAST, MOST), POWER);
  }
}
