package dev.almanac.predictor.rightsizing.replay;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * What may be promised after a replay: a share of days, and the interval in which the true share
 * lies with a confidence.
 *
 * <p>The interval of Clopper and Pearson (1934, doi 10.1093/biomet/26.4.404), which covers at least
 * as often as it says if days are independent of each other. They are not quite: read it as the
 * least uncertainty there is.
 *
 * @param days days replayed
 * @param badDays days of which was promised that there are few
 * @param low lower end, 0 to 1
 * @param high upper end, 0 to 1
 */
public record Promise(int days, int badDays, double low, double high) {

  /**
   * The promise out of counts.
   *
   * @param confidence of the interval, in (0, 1)
   */
  public static Promise of(int days, int badDays, double confidence) {
    if (days < 1 || badDays < 0 || badDays > days || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "bad days must be 0 to the number of days, confidence in (0, 1): %d of %d, %s"
              .formatted(badDays, days, confidence));
    }
    double tail = (1 - confidence) / 2;
    double low =
        badDays == 0
            ? 0
            : new BetaDistribution(badDays, days - badDays + 1.0)
                .inverseCumulativeProbability(tail);
    double high =
        badDays == days
            ? 1
            : new BetaDistribution(badDays + 1.0, days - badDays)
                .inverseCumulativeProbability(1 - tail);
    return new Promise(days, badDays, low, high);
  }

  /** The promise of a memory replay: days with an OOM kill. */
  public static Promise ofOomDays(Score score, double confidence) {
    return of(score.days(), (int) Math.round(score.shortShare() * score.days()), confidence);
  }

  /** Bad days in a month at most, with the confidence of the interval. */
  public double mostInAMonth() {
    return high * Score.MONTH;
  }
}
