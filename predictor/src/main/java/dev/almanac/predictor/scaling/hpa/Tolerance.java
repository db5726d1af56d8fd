package dev.almanac.predictor.scaling.hpa;

/**
 * The band of usage ratios around 1 in which the size stays (KEP-4951: one width per direction).
 *
 * @param scaleDown width below 1, finite, at least 0
 * @param scaleUp width above 1, finite, at least 0
 */
public record Tolerance(double scaleDown, double scaleUp) {

  /** Refuses widths that are negative or not finite. */
  public Tolerance {
    check(scaleDown);
    check(scaleUp);
  }

  /** Whether the ratio is inside; both ends belong to the band, NaN and infinities do not. */
  public boolean contains(double ratio) {
    return lowest() <= ratio && ratio <= highest();
  }

  /** The lower end of the band. */
  public double lowest() {
    return 1.0 - scaleDown;
  }

  /** The upper end of the band. */
  public double highest() {
    return 1.0 + scaleUp;
  }

  static void check(double width) {
    if (!(width >= 0) || Double.isInfinite(width)) {
      throw new IllegalArgumentException("tolerance must be finite and at least 0, was " + width);
    }
  }
}
