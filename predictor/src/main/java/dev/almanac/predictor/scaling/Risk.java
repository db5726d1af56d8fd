package dev.almanac.predictor.scaling;

import java.time.Duration;

/** What being short is worth, stated the way that its owner thinks about it. */
public sealed interface Risk {

  /**
   * Two prices in any one currency.
   *
   * @param idlePrice price of one spare replica-minute, above 0
   * @param shortPrice price of one minute with too few replicas, however few are missing, above 0
   */
  record Prices(double idlePrice, double shortPrice) implements Risk {
    /** Refuses prices that are not positive and finite. */
    public Prices {
      if (!(idlePrice > 0 && shortPrice > 0)
          || Double.isInfinite(idlePrice)
          || Double.isInfinite(shortPrice)) {
        throw new IllegalArgumentException("prices must be positive");
      }
    }

    /** The price of a spare replica-minute in minutes of being short, within [1e-6, 0.5]. */
    public double ofReplica() {
      return Math.clamp(idlePrice / shortPrice, 1e-6, 0.5);
    }
  }

  /**
   * A promise: short at most so long in a month of 30 days.
   *
   * @param budget above zero, below 30 days
   */
  record ShortTimePerMonth(Duration budget) implements Risk {
    /** Refuses an empty or endless budget. */
    public ShortTimePerMonth {
      if (!budget.isPositive() || budget.compareTo(MONTH) >= 0) {
        throw new IllegalArgumentException("budget must be above 0 and below 30 days");
      }
    }

    /** Share of the time that may be short. */
    public double share() {
      return (double) budget.toMillis() / MONTH.toMillis();
    }
  }

  /**
   * As few short minutes as there can be at what plain HPA costs: the default beside an HPA that is
   * there already.
   */
  record CostOfHpa() implements Risk {}

  /** The month of a promise. */
  Duration MONTH = Duration.ofDays(30);

  /** The default: never dearer than what is there. */
  Risk DEFAULT = new CostOfHpa();

  /** Accepted at each moment while there are too few days to find a price from. */
  double FIRST_DAYS_SHARE = 0.01;

  /**
   * The probability of being short that is accepted at each moment: the newsvendor's {@code idle /
   * (idle + short)}, or the budget's share of the month; within [0.0005, 0.5].
   */
  default double acceptedShare() {
    double share =
        switch (this) {
          case Prices(double idle, double shortage) -> idle / (idle + shortage);
          case CostOfHpa() -> FIRST_DAYS_SHARE;
          case ShortTimePerMonth promise -> promise.share();
        };
    return Math.clamp(share, 0.0005, 0.5);
  }
}
