package dev.almanac.predictor.capacity;

import dev.almanac.predictor.capacity.Capacity.Learned;
import dev.almanac.predictor.capacity.Capacity.Refused;
import dev.almanac.predictor.capacity.Capacity.Why;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Learns capacity. Stateless, deterministic, and safe for any number of threads. */
public final class CapacityFit {
  /*
   * Usage of a pod is close to a line in the demand on it, u = base + slope x, while the pod is
   * neither starting nor saturated (Madu, SoCC 2023: within 10 % for most services; Kapacity gates
   * its fit by R2 0.9). Minutes of other kinds are not noise but something else, and left out:
   *
   *   - those after a change of the number of pods: starting pods burn CPU that no demand causes,
   *     and take no demand yet;
   *   - those at the ceiling: there the served throughput is what the pods can do, not what was
   *     asked for, and both columns stand still while demand grows (censored).
   *
   * The rest is fitted by least absolute deviations, reweighted least squares with weights
   * 1 / |residual|, since batch jobs and collections of garbage give usage a long tail on one side.
   * Neither coefficient may be negative. The capacity is (target - base) / slope, but never above
   * the 99 % point of the demand that pods have been seen to carry: a line says nothing about what
   * breaks beyond its points.
   *
   * The interval comes from a bootstrap over blocks of an hour, because neighbouring minutes say the
   * same thing.
   */
  private CapacityFit() {}

  /** Pods take and shed their demand within this many minutes of a change. */
  static final int SETTLE = 5;

  /** Two hours: fewer minutes do not hold a morning. */
  static final int LEAST_MINUTES = 120;

  /** The 95 % point of the demand on a pod must be this multiple of the 5 % point. */
  static final double LEAST_RANGE = 1.3;

  /**
   * The line must take away this share of the mean absolute deviation of usage. Low on purpose: an
   * autoscaler that does its work leaves little demand on a pod to explain anything by; how far the
   * answer can be trusted is told by its interval.
   */
  static final double LEAST_EXPLAINED = 0.15;

  /** The upper end of the interval may be this multiple of the lower one. */
  static final double WIDEST = 1.5;

  /** This share of the ceiling is saturated: schedulers throttle before an average shows 1. */
  static final double SATURATED = 0.95;

  private static final double HIGHEST = 0.99;
  private static final int ROUNDS = 12;

  /** Minutes that a bootstrap works on; more are thinned evenly. */
  private static final int MOST_MINUTES = 3_000;

  private static final int BLOCK = 60;
  private static final int REPLICATES = 60;

  /** A deviation smaller than this share of mean usage weighs as if it were this large. */
  private static final double LEAST_DEVIATION = 1e-3;

  /** Beyond this factor between observed and expected usage a fit is out of date. */
  public static final double DRIFT = 1.25;

  /** A drift needs half an hour of settled minutes. */
  static final int DRIFT_MINUTES = 30;

  /**
   * Learns from minutes, the newest last.
   *
   * @param target usage at which a pod just meets its objective, above 0
   * @param ceiling usage that a pod cannot exceed, at least the target; infinite where there is
   *     none
   */
  public static Capacity fit(LoadHistory history, double target, double ceiling) {
    if (!(target > 0) || Double.isInfinite(target) || !(ceiling >= target)) {
      throw new IllegalArgumentException(
          "need 0 < target <= ceiling, were %s and %s".formatted(target, ceiling));
    }
    Clean clean = Clean.of(history, ceiling);
    if (clean.n < LEAST_MINUTES) {
      return new Refused(
          Why.TOO_FEW_MINUTES,
          "%d settled minutes, %d are needed; %d more were saturated"
              .formatted(clean.n, LEAST_MINUTES, clean.saturated));
    }
    double[] sorted = clean.sortedDemand();
    double low = quantile(sorted, 0.05);
    double high = quantile(sorted, 0.95);
    double most = quantile(sorted, HIGHEST);
    if (!(high > 0) || high < LEAST_RANGE * low) {
      return new Refused(
          Why.DEMAND_TOO_STILL,
          "demand on a pod was %.4g to %.4g: too little apart to tell".formatted(low, high));
    }
    double[] line = new double[2];
    double explained = fit(clean.demand, clean.usage, clean.n, line);
    if (!(line[1] > 0) || explained < LEAST_EXPLAINED) {
      return new Refused(
          Why.USAGE_DOES_NOT_FOLLOW,
          "demand explains %.0f %% of usage, %.0f %% are needed"
              .formatted(100 * Math.max(0, explained), 100 * LEAST_EXPLAINED));
    }
    if (line[0] >= target) {
      return new Refused(
          Why.TARGET_BELOW_BASE,
          "a pod without demand uses %.4g, the target is %.4g".formatted(line[0], target));
    }
    double[] bounds = interval(clean, target);
    if (!(bounds[1] <= WIDEST * bounds[0])) {
      return new Refused(
          Why.TOO_UNCERTAIN,
          "capacity lies between %.4g and %.4g: too far apart".formatted(bounds[0], bounds[1]));
    }
    double capacity = (target - line[0]) / line[1];
    return new Learned(
        Math.min(capacity, most),
        Math.min(Math.min(bounds[0], capacity), most),
        Math.min(Math.max(bounds[1], capacity), most),
        line[0],
        line[1],
        most,
        clean.n,
        clean.saturated);
  }

  /**
   * How much more usage the settled minutes show than a fit expects, 1 for none; as after an image
   * that costs more. The median, so that no burst decides.
   *
   * @param ceiling as in {@link #fit}
   * @return empty with too few minutes to tell
   */
  public static OptionalDouble drift(Learned learned, LoadHistory recent, double ceiling) {
    Clean clean = Clean.of(recent, ceiling);
    if (clean.n < DRIFT_MINUTES) {
      return OptionalDouble.empty();
    }
    double[] factor = new double[clean.n];
    for (int i = 0; i < clean.n; i++) {
      factor[i] = clean.usage[i] / learned.usageAt(clean.demand[i]);
    }
    Arrays.sort(factor);
    double median = quantile(factor, 0.5);
    return Double.isFinite(median) ? OptionalDouble.of(median) : OptionalDouble.empty();
  }

  /** Whether pods are so busy that what they serve is less than what is asked of them. */
  public static boolean isSaturated(double usage, double ceiling) {
    return usage >= SATURATED * ceiling;
  }

  /** Whether a factor of {@link #drift} says that the fit is out of date. */
  public static boolean isDrift(double factor) {
    return factor > DRIFT || factor < 1 / DRIFT;
  }

  // ---------------------------------------------------------------- minutes

  /** The minutes that a line can be put through. */
  private static final class Clean {
    final double[] demand;
    final double[] usage;
    int n;
    int saturated;

    private Clean(int most) {
      demand = new double[most];
      usage = new double[most];
    }

    static Clean of(LoadHistory h, double ceiling) {
      Clean clean = new Clean(h.demand().length);
      double last = Double.NaN;
      int settled = 0;
      for (int i = 0; i < h.demand().length; i++) {
        double pods = h.pods()[i];
        // An absent number of pods may hide a change.
        settled = pods == last ? settled + 1 : 0;
        last = pods;
        double x = h.demand()[i] / pods;
        double u = h.usage()[i];
        if (!(pods >= 1)
            || !(x >= 0)
            || Double.isInfinite(x)
            || !(u >= 0)
            || Double.isInfinite(u)) {
          continue;
        }
        if (isSaturated(u, ceiling)) {
          clean.saturated++;
        } else if (settled >= SETTLE) {
          clean.demand[clean.n] = x;
          clean.usage[clean.n++] = u;
        }
      }
      return clean;
    }

    double[] sortedDemand() {
      double[] sorted = Arrays.copyOf(demand, n);
      Arrays.sort(sorted);
      return sorted;
    }
  }

  // ---------------------------------------------------------------- the line

  /**
   * The line of least absolute deviations with neither coefficient below 0.
   *
   * @param line base and slope, set here
   * @return the share of the mean absolute deviation from the median that the line takes away
   */
  static double fit(double[] x, double[] u, int n, double[] line) {
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += u[i] / n;
    }
    double least = Math.max(LEAST_DEVIATION * mean, Double.MIN_NORMAL);
    for (int round = 0; round < ROUNDS; round++) {
      double sw = 0;
      double sx = 0;
      double su = 0;
      double sxx = 0;
      double sxu = 0;
      for (int i = 0; i < n; i++) {
        double w =
            round == 0 ? 1 : least / Math.max(least, Math.abs(u[i] - line[0] - line[1] * x[i]));
        sw += w;
        sx += w * x[i];
        su += w * u[i];
        sxx += w * x[i] * x[i];
        sxu += w * x[i] * u[i];
      }
      double determinant = sw * sxx - sx * sx;
      double slope = determinant > 0 ? (sw * sxu - sx * su) / determinant : 0;
      double base = (su - slope * sx) / sw;
      if (base < 0) {
        base = 0;
        slope = sxx > 0 ? sxu / sxx : 0;
      }
      if (slope < 0) {
        slope = 0;
        base = su / sw;
      }
      line[0] = base;
      line[1] = slope;
    }
    double[] sorted = Arrays.copyOf(u, n);
    Arrays.sort(sorted);
    double median = quantile(sorted, 0.5);
    double around = 0;
    double left = 0;
    for (int i = 0; i < n; i++) {
      around += Math.abs(u[i] - median);
      left += Math.abs(u[i] - line[0] - line[1] * x[i]);
    }
    return around > 0 ? 1 - left / around : 0;
  }

  /** The 5 % and 95 % points of the capacity over other choices of the same hours. */
  private static double[] interval(Clean clean, double target) {
    int every = Math.ceilDiv(clean.n, MOST_MINUTES);
    int n = clean.n / every;
    int block = Math.max(1, Math.min(BLOCK / every, n / 4));
    double[] x = new double[n];
    double[] u = new double[n];
    double[] line = new double[2];
    double[] capacities = new double[REPLICATES];
    SplittableRandom random = new SplittableRandom(n);
    for (int r = 0; r < REPLICATES; r++) {
      for (int filled = 0; filled < n; ) {
        int from = random.nextInt(n - block + 1);
        for (int i = 0; i < block && filled < n; i++, filled++) {
          x[filled] = clean.demand[(from + i) * every];
          u[filled] = clean.usage[(from + i) * every];
        }
      }
      fit(x, u, n, line);
      boolean none = !(line[1] > 0);
      capacities[r] = none ? Double.POSITIVE_INFINITY : Math.max(0, (target - line[0]) / line[1]);
    }
    Arrays.sort(capacities);
    return new double[] {quantile(capacities, 0.05), quantile(capacities, 0.95)};
  }

  /** Nearest rank. */
  private static double quantile(double[] sorted, double level) {
    return sorted[Math.max(0, (int) Math.ceil(level * sorted.length) - 1)];
  }
}
