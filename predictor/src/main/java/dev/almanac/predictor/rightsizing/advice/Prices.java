package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;

/**
 * What requests cost.
 *
 * @param coreHour of one core for an hour, in US dollars; at least 0
 * @param gibHour of one GiB for an hour
 */
public record Prices(double coreHour, double gibHour) {
  /** Hours of a month, as cloud price lists count them: 365 days / 12. */
  public static final double MONTH_HOURS = 730;

  private static final double MILLI = 1000;
  private static final double GIBIBYTE = 1L << 30;

  /** Refuses what is no price. */
  public Prices {
    if (!(coreHour >= 0 && gibHour >= 0) || Double.isInfinite(coreHour + gibHour)) {
      throw new IllegalArgumentException(
          "prices must be at least 0 and finite: %s, %s".formatted(coreHour, gibHour));
    }
  }

  /** Dollars a month for the requests of a container in so many pods. */
  public double month(ResourceList requests, double pods) {
    double hour =
        requests.orZero(Resource.CPU) / MILLI * coreHour
            + requests.orZero(Resource.MEMORY) / GIBIBYTE * gibHour;
    return hour * MONTH_HOURS * pods;
  }
}
