package dev.almanac.predictor.rightsizing.price;

import dev.almanac.predictor.rightsizing.RequestAdvisor;

/**
 * The CPU request that was short for at most a promised share of the time: the highest price that
 * kept the promise in a shadow replay of the last days.
 */
public final class CpuPromise implements RequestAdvisor {
  /*
   * The history does not depend on the price, so a shadow of each price is exact: it is what that price
   * would have done, out of sample.
   */
  private static final double[] PRICES = {
    0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.17, 0.25, 0.35, 0.5
  };

  /** Days of shadow that decide. */
  private static final int WINDOW = 7;

  /** A shadow starts when the histogram has two days. */
  private static final int FIRST_DAY = 2;

  /**
   * Share of the promise that a price may have used up in shadow: a week is little evidence, and
   * what it says is optimistic for the price that was picked by it.
   */
  private static final double CAUTION = 0.6;

  private final double budget;
  private final Shadow[] shadows = new Shadow[PRICES.length];
  private final int standard;
  private long samples;

  /**
   * A promise.
   *
   * @param settings price is the one until there is a day of shadow
   * @param shortShare promised share of time above the request, in (0, 1)
   */
  public CpuPromise(CpuByPrice.Settings settings, double shortShare) {
    if (!(shortShare > 0 && shortShare < 1)) {
      throw new IllegalArgumentException("a promised share must be in (0, 1), was " + shortShare);
    }
    budget = shortShare;
    int nearest = 0;
    for (int i = 0; i < PRICES.length; i++) {
      shadows[i] = new Shadow(new CpuByPrice(settings.withPrice(PRICES[i])));
      if (Math.abs(PRICES[i] - settings.price()) < Math.abs(PRICES[nearest] - settings.price())) {
        nearest = i;
      }
    }
    standard = nearest;
  }

  private static final class Shadow {
    final CpuByPrice advisor;
    final double[] shortShares = new double[WINDOW];
    double request;
    int above;
    int present;

    Shadow(CpuByPrice advisor) {
      this.advisor = advisor;
    }
  }

  @Override
  public void observe(double[] usage, int from, int to) {
    for (int i = from; i < to; i++) {
      int ofDay = (int) (samples % PER_DAY);
      int day = (int) (samples / PER_DAY);
      for (Shadow shadow : shadows) {
        if (day >= FIRST_DAY && ofDay % PER_HOUR == 0) {
          shadow.request = move(shadow, ofDay);
        }
        if (!Double.isNaN(usage[i])) {
          shadow.present++;
          shadow.above += usage[i] > shadow.request ? 1 : 0;
        }
        shadow.advisor.observe(usage, i, i + 1);
        if (ofDay == PER_DAY - 1) {
          if (day >= FIRST_DAY) {
            shadow.shortShares[(day - FIRST_DAY) % WINDOW] =
                (double) shadow.above / Math.max(shadow.present, 1);
          }
          shadow.above = 0;
          shadow.present = 0;
        }
      }
      samples++;
    }
  }

  private static double move(Shadow shadow, int ofDay) {
    return ofDay == 0
        ? shadow.advisor.daily(shadow.request)
        : shadow.advisor.hourly(shadow.request);
  }

  @Override
  public double daily(double current) {
    Shadow chosen = chosen();
    return chosen.advisor.daily(chosen.request);
  }

  @Override
  public double hourly(double current) {
    Shadow chosen = chosen();
    return chosen.advisor.hourly(chosen.request);
  }

  private Shadow chosen() {
    int days = (int) Math.min(Math.max(samples / PER_DAY - FIRST_DAY, 0), WINDOW);
    if (days == 0) {
      return shadows[standard];
    }
    for (int k = PRICES.length - 1; k > 0; k--) {
      double sum = 0;
      for (int d = 0; d < days; d++) {
        sum += shadows[k].shortShares[d];
      }
      if (sum / days <= CAUTION * budget) {
        return shadows[k];
      }
    }
    return shadows[0];
  }
}
