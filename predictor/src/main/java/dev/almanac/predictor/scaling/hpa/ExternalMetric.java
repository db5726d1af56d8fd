package dev.almanac.predictor.scaling.hpa;

/**
 * HPA's rule for an External metric with an AverageValue target (Kubernetes 1.37, {@code
 * replica_calculator.go}: {@code GetExternalPerPodMetricReplicas}).
 */
public final class ExternalMetric {
  private ExternalMetric() {}

  /**
   * Replicas that bring the average to its target.
   *
   * <p>The ratio is {@code total / (target * statusReplicas)}. Inside the tolerance band, both ends
   * included, the answer is {@code statusReplicas} (surge pods of a rollout become the new size);
   * outside it is {@code ceil(total / target)}. Without status replicas the ratio is infinite or
   * NaN and thus outside the band.
   *
   * @param totalMilli sum over all returned series in milli-units, at least 0
   * @param targetMilli target per replica in milli-units, above 0
   * @param statusReplicas pods that exist, at least 0
   * @param toleranceDown width of the band below 1
   * @param toleranceUp width of the band above 1
   * @return at least 0, saturating at {@link Integer#MAX_VALUE}
   */
  public static int averageValue(
      long totalMilli,
      long targetMilli,
      int statusReplicas,
      double toleranceDown,
      double toleranceUp) {
    double ratio = (double) totalMilli / ((double) targetMilli * statusReplicas);
    if (ratio >= 1 - toleranceDown && ratio <= 1 + toleranceUp) {
      return statusReplicas;
    }
    return (int) Math.min(Math.ceil((double) totalMilli / targetMilli), Integer.MAX_VALUE);
  }

  /** A value in milli-units as the metrics API carries it: rounded up, saturating. */
  public static long milli(double value) {
    double milli = Math.ceil(value * 1000);
    return milli >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) milli;
  }
}
