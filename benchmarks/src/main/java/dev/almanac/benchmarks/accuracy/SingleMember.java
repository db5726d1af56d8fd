package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;

/**
 * One rule of thumb with the empirical quantiles of its own errors: what a combination has to beat
 * in every group.
 *
 * <p>The rule works on the fourth root of the values, its errors are taken on their square root
 * (plain values where any is negative), as in the product's forecaster; weights halve with age and
 * the spread grows by {@code 1 + 3 h / n}. No scale model: the spread of a horizon is one.
 */
final class SingleMember implements Contender {

  /** The rule for the median of {@code t + h}, seen from {@code t}. */
  enum Rule {
    /** Mean of the last hour, at least two samples. */
    CURRENT_LEVEL("current level"),
    /** Mean of the same time of the last seven days. */
    DAY_MEAN("day mean"),
    /** Mean of the same time of the last seven days, plus the last hour's deviation from it. */
    DAY_MEAN_AND_LEVEL("day mean + level"),
    /** Mean of the same time of the last four weeks; the day mean while there is no week. */
    WEEK_MEAN("week mean");

    final String label;

    Rule(String label) {
      this.label = label;
    }
  }

  private static final int ROWS = 400;
  private static final int FEWEST_ROWS = 30;
  private static final double GOLDEN = 0.6180339887498949;

  /** Upper ends of the horizon buckets, as shares of a day. */
  private static final double[] ENDS = {
    1 / 288.0, 3 / 288.0, 6 / 288.0, 12 / 288.0, 24 / 288.0, 48 / 288.0, 96 / 288.0, 0.5, 1, 2, 4, 7
  };

  /** Spread assumed with too little history, as a share of the level's root. */
  private static final double ASSUMED = 0.3;

  private final Rule rule;

  SingleMember(Rule rule) {
    this.rule = rule;
  }

  @Override
  public String name() {
    return rule.label;
  }

  @Override
  public Fitted fit(TimeSeries history, int steps) {
    Profile p = new Profile(history);
    double[][] tables = new double[ENDS.length][];
    double[] levels = Levels.all();
    int from = 1;
    for (int b = 0; b < ENDS.length; b++) {
      int to = Math.max(from, (int) Math.round(ENDS[b] * p.day));
      tables[b] = residuals(p, from, to, levels);
      from = to + 1;
    }
    return (recent, ahead, wanted) -> {
      if (!Arrays.equals(wanted, levels)) {
        throw new IllegalArgumentException("single members answer for the levels of the report");
      }
      return quantiles(new Profile(recent), p.n, tables, ahead, levels);
    };
  }

  private double[] residuals(Profile p, int from, int to, double[] levels) {
    int first = Math.min(p.day, p.n / 2);
    int last = p.n - 1 - to;
    int span = last - first + 1;
    if (span < FEWEST_ROWS) {
      return new double[0];
    }
    int rows = Math.min(ROWS, span);
    double[] r = new double[rows];
    double[] w = new double[rows];
    int used = 0;
    double halfLife = Math.clamp(10 * Math.pow((double) to / p.day, 0.4), 2, 10) * p.day;
    for (int i = 0; i < rows; i++) {
      int t = first + (int) ((long) i * span / rows);
      int h = from + (int) ((i * GOLDEN) % 1 * (to - from + 1));
      double y = p.g[t + h];
      if (!Double.isNaN(y)) {
        r[used] = p.tail(y) - p.tail(median(p, t, h));
        w[used] = Math.pow(0.5, (p.n - 1 - t - h) / halfLife);
        used++;
      }
    }
    return used < FEWEST_ROWS ? new double[0] : weightedQuantiles(r, w, used, levels);
  }

  private double[][] quantiles(
      Profile p, int learned, double[][] tables, int steps, double[] levels) {
    double[][] quantiles = new double[levels.length][steps];
    int b = 0;
    for (int h = 1; h <= steps; h++) {
      while (b < ENDS.length - 1 && h > Math.round(ENDS[b] * p.day)) {
        b++;
      }
      double median = p.tail(median(p, p.n - 1, h));
      for (int i = 0; i < levels.length; i++) {
        quantiles[i][h - 1] =
            p.back(median + (1 + 3.0 * h / learned) * spread(tables, b, i, median));
      }
    }
    return quantiles;
  }

  /** The error of the bucket, failing that of the longest one below it that was learned. */
  private static double spread(double[][] tables, int bucket, int level, double median) {
    for (int b = bucket; b >= 0; b--) {
      if (tables[b].length > 0) {
        return tables[b][level];
      }
    }
    double p = Levels.level(level);
    return Math.log(p / (1 - p)) * ASSUMED * Math.abs(median) / 2;
  }

  private double median(Profile p, int t, int h) {
    return switch (rule) {
      case CURRENT_LEVEL -> p.level(t);
      case DAY_MEAN -> p.dayMean(t, h);
      case DAY_MEAN_AND_LEVEL -> p.dayMean(t, h) + p.deviation(t);
      case WEEK_MEAN -> p.weekMean(t, h);
    };
  }

  /** Weighted distribution function, each value at the middle of its weight, interpolated. */
  static double[] weightedQuantiles(double[] values, double[] weights, int n, double[] levels) {
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
    double total = 0;
    for (int i = 0; i < n; i++) {
      total += weights[i];
    }
    double[] result = new double[levels.length];
    for (int k = 0; k < levels.length; k++) {
      double below = 0;
      double position = 0;
      result[k] = values[order[n - 1]];
      for (int i = 0; i < n; i++) {
        double w = weights[order[i]];
        double here = (below + w / 2) / total;
        if (here >= levels[k]) {
          double v = values[order[i]];
          double u = i == 0 ? v : values[order[i - 1]];
          result[k] = i == 0 ? v : u + (v - u) * (levels[k] - position) / (here - position);
          break;
        }
        below += w;
        position = here;
      }
    }
    return result;
  }

  /**
   * A history with the sums that the rules need. Every answer uses samples up to {@code t} only.
   */
  private static final class Profile {
    final int n;
    final int day;
    final double[] g;
    private final boolean signed;
    private final int smooth;
    private final int hour;
    private final double[] sum;
    private final int[] count;
    private final double mean;

    Profile(TimeSeries history) {
      n = history.length();
      day = Math.max(1, WorkloadSeries.DAY / history.stepSeconds());
      smooth = history.stepSeconds() <= WorkloadSeries.FINEST_STEP ? 3 : 0;
      hour = Math.max(2, day / 24);
      boolean negative = false;
      for (double v : history.values()) {
        negative |= v < 0;
      }
      signed = negative;
      g = new double[n];
      sum = new double[n + 1];
      count = new int[n + 1];
      for (int i = 0; i < n; i++) {
        double v = history.values()[i];
        g[i] = signed ? v : Math.sqrt(Math.sqrt(v));
        boolean there = !Double.isNaN(v);
        sum[i + 1] = sum[i] + (there ? g[i] : 0);
        count[i + 1] = count[i] + (there ? 1 : 0);
      }
      mean = count[n] == 0 ? 0 : sum[n] / count[n];
    }

    double tail(double x) {
      return signed ? x : Math.max(0, x) * Math.max(0, x);
    }

    double back(double q) {
      return signed ? q : Math.max(0, q) * Math.max(0, q);
    }

    double level(int t) {
      int a = Math.max(0, t + 1 - hour);
      if (count[t + 1] > count[a]) {
        return (sum[t + 1] - sum[a]) / (count[t + 1] - count[a]);
      }
      for (int i = t; i >= 0; i--) {
        if (!Double.isNaN(g[i])) {
          return g[i];
        }
      }
      return mean;
    }

    double dayMean(int t, int h) {
      int slot = Math.min(t + h - Math.ceilDiv(h, day) * day, t - smooth);
      double m = slots(slot, t, day, 7);
      return Double.isNaN(m) ? level(t) : m;
    }

    double weekMean(int t, int h) {
      int slot = Math.min(t + h - Math.ceilDiv(h, 7 * day) * 7 * day, t - smooth);
      double m = slots(slot, t, 7 * day, 4);
      return Double.isNaN(m) ? dayMean(t, h) : m;
    }

    /** Mean over the last hour of what the day mean, a day before, did not expect. */
    double deviation(int t) {
      double total = 0;
      int c = 0;
      for (int i = Math.max(day, t + 1 - hour); i <= t; i++) {
        double m = slots(i - day, t, day, 7);
        if (!Double.isNaN(g[i]) && !Double.isNaN(m)) {
          total += g[i] - m;
          c++;
        }
      }
      return c == 0 ? 0 : total / c;
    }

    private double slots(int slot, int t, int period, int periods) {
      double s = 0;
      int c = 0;
      for (int j = 0; j < periods; j++) {
        int centre = slot - j * period;
        int a = Math.max(0, centre - smooth);
        int b = Math.min(t + 1, centre + smooth + 1);
        if (centre < 0) {
          break;
        }
        s += sum[b] - sum[a];
        c += count[b] - count[a];
      }
      return c == 0 ? Double.NaN : s / c;
    }
  }
}
