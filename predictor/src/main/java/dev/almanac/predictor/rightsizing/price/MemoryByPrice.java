package dev.almanac.predictor.rightsizing.price;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.SampleWindow;
import java.util.Arrays;

/**
 * The memory request, which is the limit as well, that is cheapest when an OOM kill during a day
 * costs 1 and idling a share of it costs {@code price} times that share; or the smallest one that
 * keeps a promise of OOM days.
 *
 * <p>After an OOM kill the limit goes up at once, and what it went up to is a floor that fades,
 * kept apart from the history of usage.
 */
public final class MemoryByPrice implements RequestAdvisor {
  /*
   * Peaks of 24 hours, one an hour, weighted by age. The chance that tomorrow's peak is above x is that of
   * a mixture of Student t distributions (4 degrees of freedom) on the logarithms of those peaks, as wide
   * as a fifth of their spread; the spread is shrunk towards 3 % with the weight of two days. Ten percent
   * of the mass is a surprise: a peak above any seen, with a Pareto excess (exponent 20). It is the part
   * that extreme value theory adds to what has been seen; without it the frontier is as bad as VPA's.
   */
  private static final double SURPRISE = 0.1;
  private static final double SURPRISE_SLOPE = 20;
  private static final double PRIOR_DAYS = 2;
  private static final double PRIOR_SPREAD = 0.03;
  private static final double SPREAD_SHARE = 0.2;

  /** The limit after an OOM kill over that before. */
  private static final double OOM_BUMP = 1.35;

  /** Days after which the floor of an OOM kill is half of it. */
  private static final double OOM_FLOOR_HALF_LIFE = 10;

  /** The search goes from e^-1.2 of the highest peak up to 4 times of it, 1 % apart. */
  private static final double SEARCH_BELOW = 1.2;

  private static final double SEARCH_STEP = 0.01;
  private static final int SEARCH_STEPS = 260;

  /** Peaks below are taken for it. */
  private static final double LEAST_PEAK = 1 << 20;

  private static final int PEAK_HOURS = 24;

  /** What idles is reckoned against the mean of a week: weekends use less than the days before. */
  private static final int MEAN_DAYS = 7;

  /** Least gain of a change, as a share of slack: raising is safe, lowering is not. */
  private static final double KEEP_FROM_RAISING = 0.01;

  private static final double KEEP_FROM_LOWERING = 0.07;

  /** Weights are 1/64 here. */
  private static final int MOST_HOURS = 6 * 15 * 24;

  private final Settings settings;
  private final SampleWindow lastDays = new SampleWindow(MEAN_DAYS * PER_DAY);
  private final SampleWindow lastHours = new SampleWindow(PEAK_HOURS);
  private final SampleWindow logPeaks = new SampleWindow(MOST_HOURS);
  private double hourPeak = Double.NaN;
  private double previousHour = Double.NaN;
  private long samples;
  private double oomFloor;
  private long oomDay;

  /**
   * What decides.
   *
   * @param price of one unit of slack, in OOM days; above 0
   * @param oomDaysAMonth promised instead of a price; 0 for none
   * @param halfLifeDays after which a peak weighs half; positive
   * @param least smallest request in bytes, at least 0
   */
  public record Settings(double price, double oomDaysAMonth, double halfLifeDays, double least) {

    /** Measured defaults; see docs/benchmarks/rightsizing.md. */
    public static final Settings DEFAULTS = new Settings(0.4, 0, 15, 0.01 * (1 << 30));

    /** Refuses what is outside the bounds. */
    public Settings {
      boolean fits = price > 0 && oomDaysAMonth >= 0 && halfLifeDays > 0 && least >= 0;
      if (!fits || Double.isInfinite(price + oomDaysAMonth + halfLifeDays + least)) {
        throw new IllegalArgumentException(
            "price and half life must be positive, promise and least request at least 0: "
                + "%s, %s, %s, %s".formatted(price, halfLifeDays, oomDaysAMonth, least));
      }
    }

    /** The same at another price. */
    public Settings withPrice(double other) {
      return new Settings(other, 0, halfLifeDays, least);
    }

    /** A promise instead of a price. */
    public Settings promising(double oomDays) {
      return new Settings(price, oomDays, halfLifeDays, least);
    }
  }

  /** An advisor that has seen nothing. */
  public MemoryByPrice(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void observe(double[] usage, int from, int to) {
    lastDays.add(usage, from, to);
    for (int i = from; i < to; i++) {
      if (!(usage[i] <= hourPeak) && !Double.isNaN(usage[i])) {
        hourPeak = usage[i];
      }
      if (++samples % PER_HOUR == 0) {
        closeHour();
      }
    }
  }

  /**
   * An hour without samples had the peak of the one before; none counts before the first sample.
   */
  private void closeHour() {
    double peak = Double.isNaN(hourPeak) ? previousHour : hourPeak;
    hourPeak = Double.NaN;
    previousHour = peak;
    if (Double.isNaN(peak)) {
      return;
    }
    lastHours.add(peak);
    if (lastHours.seen() >= PEAK_HOURS) {
      logPeaks.add(Math.log(Math.max(lastHours.max(), LEAST_PEAK)));
    }
  }

  @Override
  public double daily(double current) {
    Tail tail = new Tail(logPeaks.samples(), lastDays.mean(), settings.halfLifeDays());
    double request = settings.oomDaysAMonth() > 0 ? promised(tail) : cheapest(tail, current);
    double days = samples / PER_DAY - oomDay;
    double floor = oomFloor * Math.pow(0.5, days / OOM_FLOOR_HALF_LIFE);
    return Math.max(Math.max(request, floor), settings.least());
  }

  private double promised(Tail tail) {
    double share = settings.oomDaysAMonth() / 30;
    int i = 0;
    while (i < SEARCH_STEPS - 1 && tail.above(tail.candidate(i)) > share) {
      i++;
    }
    return Math.exp(tail.candidate(i));
  }

  private double cheapest(Tail tail, double current) {
    double best = Double.POSITIVE_INFINITY;
    double request = 0;
    for (int i = 0; i < SEARCH_STEPS; i++) {
      double log = tail.candidate(i);
      double cost = cost(tail, log);
      if (cost < best) {
        best = cost;
        request = Math.exp(log);
      }
    }
    double gain = request > current ? KEEP_FROM_RAISING : KEEP_FROM_LOWERING;
    boolean keep =
        current > 0
            && tail.above(Math.log(current)) + slackCost(tail, current)
                <= best + gain * settings.price();
    return keep ? current : request;
  }

  private double cost(Tail tail, double log) {
    double x = Math.exp(log);
    return x < tail.mean ? Double.POSITIVE_INFINITY : tail.above(log) + slackCost(tail, x);
  }

  private double slackCost(Tail tail, double request) {
    return settings.price() * Math.max(0, 1 - tail.mean / request);
  }

  @Override
  public double afterOom(double limit) {
    oomFloor = limit * OOM_BUMP;
    oomDay = samples / PER_DAY;
    return oomFloor;
  }

  /** The chance that tomorrow's peak is above some value. */
  private static final class Tail {
    final double mean;
    private final double[] peaks;
    private final double[] weights;
    private final int n;
    private final double width;
    private final double top;
    private double total;

    /** Runs of equal peaks, of which rolling maxima have many, become one. */
    Tail(double[] logPeaks, double mean, double halfLifeDays) {
      if (logPeaks.length == 0) {
        throw new IllegalStateException("no request before there is a day of usage");
      }
      this.mean = mean;
      double[] values = new double[logPeaks.length];
      double[] sums = new double[logPeaks.length];
      int runs = 0;
      double sum = 0;
      for (int i = 0; i < logPeaks.length; i++) {
        double days = (logPeaks.length - 1 - i) / 24.0;
        double weight = Math.pow(0.5, days / halfLifeDays) / 24;
        if (runs == 0 || values[runs - 1] != logPeaks[i]) {
          values[runs++] = logPeaks[i];
        }
        sums[runs - 1] += weight;
        total += weight;
        sum += weight * logPeaks[i];
      }
      peaks = values;
      weights = sums;
      n = runs;
      double middle = sum / total;
      double spread = 0;
      for (int i = 0; i < n; i++) {
        spread += weights[i] * (peaks[i] - middle) * (peaks[i] - middle);
      }
      width =
          SPREAD_SHARE
              * Math.sqrt(
                  (PRIOR_DAYS * PRIOR_SPREAD * PRIOR_SPREAD + spread) / (PRIOR_DAYS + total));
      top = Arrays.stream(peaks, 0, n).max().orElseThrow();
    }

    /** Logarithm of the i-th request that is looked at. */
    double candidate(int i) {
      return top - SEARCH_BELOW + SEARCH_STEP * i;
    }

    double above(double log) {
      if (Math.exp(log) < mean) {
        return 1;
      }
      double seen = 0;
      for (int i = 0; i < n; i++) {
        seen += weights[i] * survival((log - peaks[i]) / width);
      }
      double surprise = Math.min(1, Math.exp(-SURPRISE_SLOPE * (log - top)));
      return (1 - SURPRISE) * seen / total + SURPRISE * surprise;
    }

    /** Of Student's t distribution with 4 degrees of freedom, in closed form. */
    private static double survival(double z) {
      double s = z * z + 4;
      return 0.5 * (1 - z / Math.sqrt(s) * (1 + 2 / s));
    }
  }
}
