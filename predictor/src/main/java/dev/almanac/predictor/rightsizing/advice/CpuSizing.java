package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.predictor.rightsizing.price.CpuByPrice;
import dev.almanac.predictor.rightsizing.replay.Promise;
import java.util.Optional;
import org.apache.commons.math3.distribution.TDistribution;

/** The CPU request that usage asks for, as it is written down once and not raised in between. */
final class CpuSizing {

  /** Days of history before the first request that is scored. */
  private static final int FIRST_DAY = 3;

  private static final double CONFIDENCE = 0.95;

  /** Minutes of 30.4 days. */
  private static final double MONTH_MINUTES = 30.4 * 1440;

  private CpuSizing() {}

  /**
   * A request.
   *
   * @param peak the weekly peak that decided it, if one did
   */
  record Sized(double cores, Optional<WeeklyPeak> peak) {}

  /**
   * Sizes for what comes after the usage.
   *
   * @param days whole days with usage
   * @param calendar the same usage in the place where it was, for the rhythm of the week
   * @param current request today, 0 where there is none
   */
  static Sized size(double[] days, double[] calendar, double current, CpuByPrice.Settings price) {
    CpuByPrice advisor = new CpuByPrice(price);
    advisor.observe(days, 0, days.length);
    double cores = advisor.daily(current);
    Optional<WeeklyPeak> peak = WeeklyPeak.above(cores, calendar);
    return new Sized(peak.map(WeeklyPeak::level).orElse(cores), peak);
  }

  /**
   * The same advice day by day, each day from those before it, and how long it was short.
   *
   * <p>At most so many minutes: the larger of two one-sided bounds over days. That of Student takes
   * days that are all alike for certain, none short of eleven for none ever; so the share of days
   * that are short at all is bounded, too, by Clopper and Pearson, and each counts as those that
   * were seen did, or for one sample.
   *
   * @return minutes a month; empty with fewer than two days to score
   */
  static Optional<Figures.Kept> replay(double[] days, CpuByPrice.Settings price) {
    CpuByPrice advisor = new CpuByPrice(price);
    int n = 0;
    int shortDays = 0;
    double sum = 0;
    double squares = 0;
    double current = 0;
    for (int from = 0; from < days.length; from += PER_DAY) {
      if (from >= FIRST_DAY * PER_DAY) {
        current = advisor.daily(current);
        int above = 0;
        int present = 0;
        for (int i = from; i < from + PER_DAY; i++) {
          present += Double.isNaN(days[i]) ? 0 : 1;
          above += days[i] > current ? 1 : 0;
        }
        double share = (double) above / present;
        n++;
        shortDays += above > 0 ? 1 : 0;
        sum += share;
        squares += share * share;
      }
      advisor.observe(days, from, from + PER_DAY);
    }
    if (n < 2) {
      return Optional.empty();
    }
    double mean = sum / n;
    double variance = Math.max(0, squares / n - mean * mean) * n / (n - 1);
    double student =
        mean
            + new TDistribution(n - 1.0).inverseCumulativeProbability(CONFIDENCE)
                * Math.sqrt(variance / n);
    double mostDays = Promise.of(n, shortDays, 2 * CONFIDENCE - 1).high();
    double ofOne = shortDays == 0 ? 1.0 / PER_DAY : sum / shortDays;
    double most = Math.max(student, mostDays * ofOne);
    return Optional.of(
        new Figures.Kept(n, mean * MONTH_MINUTES, Math.min(1, most) * MONTH_MINUTES));
  }
}
