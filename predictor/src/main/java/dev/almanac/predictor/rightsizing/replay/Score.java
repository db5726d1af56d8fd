package dev.almanac.predictor.rightsizing.replay;

/**
 * How requests did over the days that had one.
 *
 * @param days number of days
 * @param slack mean share of the request that was idle, 0 to 1
 * @param shortShare CPU: share of samples above the request; memory: share of days with an OOM kill
 * @param farShortShare CPU: share of samples above 1.2 times the request; memory: OOM kills a day
 * @param changesAMonth requests changed by more than 10 %, in 30.4 days
 * @param meanRequest in cores or bytes
 * @param meanUsage in cores or bytes
 */
public record Score(
    int days,
    double slack,
    double shortShare,
    double farShortShare,
    double changesAMonth,
    double meanRequest,
    double meanUsage) {
  /** Days in a month. */
  static final double MONTH = 30.4;

  /** A request is changed when it is so much away from the one before. */
  private static final double CHANGE = 0.1;

  static double changesAMonth(double[] requests, int from, int days) {
    int changes = 0;
    for (int i = from + 1; i < requests.length; i++) {
      if (Math.abs(requests[i] / requests[i - 1] - 1) > CHANGE) {
        changes++;
      }
    }
    return changes / (days / MONTH);
  }
}
