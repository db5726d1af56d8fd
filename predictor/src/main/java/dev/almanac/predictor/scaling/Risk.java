package dev.almanac.predictor.scaling;

import java.time.Duration;

/** What being short is worth, stated the way that its owner thinks about it. */
public sealed interface Risk {

  /**
   * Two prices in any one currency.
   *
   * @param idlePrice price of one spare replica-minute, above 0
   * @param shortPrice price of one missing replica-minute, above 0
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
  }

  /** The month of a promise. */
  Duration MONTH = Duration.ofDays(30);

  /**
   * The default: a missing replica-minute is worth 19 spare ones, which asks for the 95 % point.
   */
  Risk DEFAULT = new Prices(1, 99);

  /**
   * The probability of being short that is accepted at each moment: the newsvendor's {@code idle /
   * (idle + short)}, or the budget's share of the month; within [0.0005, 0.5].
   */
  default double acceptedShare() {
    double share =
        switch (this) {
          case Prices(double idle, double shortage) -> idle / (idle + shortage);
          case ShortTimePerMonth(Duration budget) -> (double) budget.toMillis() / MONTH.toMillis();
        };
    return Math.clamp(share, 0.0005, 0.5);
  }
}
