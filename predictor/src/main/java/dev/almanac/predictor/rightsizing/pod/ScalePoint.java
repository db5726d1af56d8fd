package dev.almanac.predictor.rightsizing.pod;

/**
 * The target of a utilization HPA that goes with a new request, so that the workload scales at the
 * load at which it scaled before: {@code request x target} per pod stays.
 *
 * @param targetPercent of the new request; cut off, so that it scales a little earlier, not later
 * @param requestMillicores the new request, raised where no target in bounds keeps the point
 * @param kept whether the point is kept to the percent; if not, the target is at a bound and
 *     scaling happens earlier than before
 */
public record ScalePoint(int targetPercent, long requestMillicores, boolean kept) {
  /** Below, most of what is requested idles by design. */
  public static final int LEAST_PERCENT = 50;

  /** Above, a pod has no room while the next one starts. */
  public static final int MOST_PERCENT = 90;

  /**
   * The target for a new request.
   *
   * @param requestMillicores request today, positive
   * @param targetPercent target today, positive
   * @param newRequestMillicores advised, positive
   */
  public static ScalePoint keep(
      long requestMillicores, int targetPercent, long newRequestMillicores) {
    if (requestMillicores < 1 || targetPercent < 1 || newRequestMillicores < 1) {
      throw new IllegalArgumentException(
          "requests and target must be positive: %d, %d, %d"
              .formatted(requestMillicores, targetPercent, newRequestMillicores));
    }
    double hundredths = (double) requestMillicores * targetPercent;
    int most = Math.max(MOST_PERCENT, targetPercent);
    int least = Math.min(LEAST_PERCENT, targetPercent);
    long request = Math.max(newRequestMillicores, (long) Math.ceil(hundredths / most));
    int percent = (int) (hundredths / request);
    return percent < least
        ? new ScalePoint(percent, request, false)
        : new ScalePoint(percent, request, true);
  }
}
