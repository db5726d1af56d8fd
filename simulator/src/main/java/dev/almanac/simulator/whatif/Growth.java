package dev.almanac.simulator.whatif;

import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.demand.DemandTrace;
import java.util.Arrays;

/**
 * How fast something grows, with what is uncertain about it.
 *
 * @param median likely growth; of demand as a share a month, of disks in their unit a day
 * @param p90 growth that is exceeded with a chance of one in ten, at least {@code median}
 */
public record Growth(double median, double p90) {
  /*
   * A least-squares line y = a + b t through n points has the standard error
   *
   *   se(b) = sqrt( sum (y - a - b t)^2 / (n - 2) / sum (t - mean t)^2 )
   *
   * and b + z90 se(b) is taken for its P90. Residuals of neighbouring weeks are not independent, so
   * the true spread is rather wider; with less than MIN_POINTS points nothing is said.
   */

  private static final double Z90 = 1.2815515655446004;
  private static final int MIN_POINTS = 4;
  private static final int WEEK = 7 * 24 * 60;
  private static final double WEEKS_A_MONTH = 30.4 / 7;
  private static final double SECONDS_A_DAY = 86_400;

  /** Refuses numbers that are no growth. */
  public Growth {
    if (!(median > -1) || !(p90 >= median) || Double.isInfinite(p90)) {
      throw new IllegalArgumentException(
          "growth needs -1 < p50 <= p90, was %s and %s".formatted(median, p90));
    }
  }

  /**
   * Of demand, by a line through the logarithms of weekly means.
   *
   * @throws IllegalArgumentException with less than four weeks of demand
   */
  public static Growth ofDemand(DemandTrace trace) {
    int weeks = trace.minutes() / WEEK;
    double[] at = new double[weeks];
    double[] logs = new double[weeks];
    int n = 0;
    for (int w = 0; w < weeks; w++) {
      double sum = 0;
      int known = 0;
      for (int m = w * WEEK; m < (w + 1) * WEEK; m++) {
        double demand = trace.minute(m);
        if (!Double.isNaN(demand)) {
          sum += demand;
          known++;
        }
      }
      // Half a week of silence would look like a fall.
      if (known > WEEK / 2 && sum > 0) {
        at[n] = w;
        logs[n++] = Math.log(sum / known);
      }
    }
    Growth weekly = line(Arrays.copyOf(at, n), Arrays.copyOf(logs, n));
    return new Growth(
        Math.expm1(weekly.median() * WEEKS_A_MONTH), Math.expm1(weekly.p90() * WEEKS_A_MONTH));
  }

  /**
   * Of a disk, in its unit a day.
   *
   * @throws IllegalArgumentException with less than four samples
   */
  public static Growth ofDisk(TimeSeries used) {
    double[] at = new double[used.length()];
    double[] values = new double[used.length()];
    int n = 0;
    for (int i = 0; i < used.length(); i++) {
      if (!Double.isNaN(used.values()[i])) {
        at[n] = i * (double) used.stepSeconds() / SECONDS_A_DAY;
        values[n++] = used.values()[i];
      }
    }
    return line(Arrays.copyOf(at, n), Arrays.copyOf(values, n));
  }

  private static Growth line(double[] at, double[] values) {
    int n = at.length;
    if (n < MIN_POINTS) {
      throw new IllegalArgumentException(
          "growth cannot be learned from %d points; give it".formatted(n));
    }
    double meanAt = Arrays.stream(at).average().orElseThrow();
    double mean = Arrays.stream(values).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < n; i++) {
      covariance += (at[i] - meanAt) * (values[i] - mean);
      variance += (at[i] - meanAt) * (at[i] - meanAt);
    }
    double slope = covariance / variance;
    double residuals = 0;
    for (int i = 0; i < n; i++) {
      double off = values[i] - mean - slope * (at[i] - meanAt);
      residuals += off * off;
    }
    return new Growth(slope, slope + Z90 * Math.sqrt(residuals / (n - 2) / variance));
  }
}
