package dev.almanac.predictor.forecast;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/**
 * The seasonal average plus as much of today's deviation from it as history says will last, with
 * the weighted empirical quantiles of what this left unexplained.
 *
 * <p>Any history is accepted. Absent and excluded samples are skipped, never filled. With less than
 * two days there is no season and the level alone is followed; with fewer than {@value #MIN_ROWS}
 * usable rows for a horizon the spread is assumed, wide. Same history, same model.
 */
public final class SeasonalLevelForecaster implements Forecaster {
  /*
   * Let g = sqrt(y) where y is never negative (it steadies the variance of counts), else g = y. With
   * D steps a day,
   *
   *   base(t)   = mean of g at the slot of t on the up to 7 days before, over +-SMOOTH steps
   *   week(t)   = the same over the up to 4 weeks before, where there are 15 days of history
   *   e(t)      = g(t) - base(t), known at t
   *   g(t+h)   ~= base(t+h) + a e1(t) + b e5(t) + c e60(t) + d (week - base)(t+h) + k
   *
   * where e1, e5, e60 are means of e over the last 1, 5 and 60 steps. One ridge regression per bucket
   * of horizons, weights halving every HALF_LIFE_DAYS; shrinking to zero means "the seasonal average",
   * never "zero". The residuals' weighted quantiles are kept per bucket as a table. The regression is
   * never asked about deviations larger than history has shown: what lies outside their range (a
   * level shift) is carried forward whole.
   */

  /** Upper edges of the horizon buckets, in steps; the last one is open. */
  private static final int[] BUCKETS = {1, 2, 3, 5, 8, 12, 20, 40, 90, 200, 500, 1440};

  private static final int SMOOTH_SECONDS = 300;
  private static final int DAYS = 7;
  private static final int WEEKS = 4;
  private static final int ROWS = 1500;
  static final int MIN_ROWS = 60;
  private static final double HALF_LIFE_DAYS = 7;
  private static final double RIDGE = 1e-3;
  private static final int FEATURES = 5;
  static final int SHORT = 5;
  static final int LONG = 60;

  /** Probabilities of the residual table, dense in the tails. */
  static final double[] TABLE = tableOfProbabilities();

  @Override
  public FittedModel fit(TimeSeries history, DemandCalendar calendar) {
    Season season = new Season(history, calendar);
    Bucket[] buckets = new Bucket[BUCKETS.length];
    for (int i = 0; i < buckets.length; i++) {
      int from = i == 0 ? 1 : BUCKETS[i - 1] + 1;
      buckets[i] = fitBucket(season, from, BUCKETS[i]);
    }
    Instant fittedAt = Instant.ofEpochSecond(history.endEpochSecond());
    return new SeasonalLevelModel(
        new ModelId("seasonal-level", fittedAt),
        history.stepSeconds(),
        season.root,
        season.futureStart(),
        season.future(season.base),
        season.hasWeek ? season.future(season.week) : new float[0],
        BUCKETS,
        buckets);
  }

  /**
   * What one bucket learned, in transformed units.
   *
   * @param coefficients one a feature
   * @param residuals quantiles of the residuals at the probabilities of {@link #TABLE}
   * @param least smallest value of each feature in the rows that were learned from
   * @param most largest value of each feature
   * @param rows how many rows there were
   */
  record Bucket(
      double[] coefficients, double[] residuals, double[] least, double[] most, int rows) {
    static Bucket unlearned() {
      double[] none = new double[0];
      return new Bucket(none, none, none, none, 0);
    }

    /** Whether there was enough history to learn anything for these horizons. */
    boolean learned() {
      return rows > 0;
    }
  }

  private static Bucket fitBucket(Season s, int from, int to) {
    int first = Math.min(s.n, s.hasDay ? s.day : LONG);
    int last = s.n - 1 - to;
    if (last - first < MIN_ROWS) {
      return Bucket.unlearned();
    }
    int rows = Math.min(ROWS, last - first);
    double[][] x = new double[rows][];
    double[] z = new double[rows];
    double[] w = new double[rows];
    int used = 0;
    double golden = 0.5;
    for (int r = 0; r < rows; r++) {
      int t = first + (int) ((long) r * (last - first) / rows);
      // Horizons are spread over the bucket by the golden ratio: even, and no random numbers.
      golden = (golden + 0.6180339887498949) % 1;
      int h = from + (int) (golden * (to - from + 1));
      double[] features = s.features(t, t + h);
      double target = s.g[t + h] - s.base[t + h];
      if (features.length == 0 || Double.isNaN(target)) {
        continue;
      }
      x[used] = features;
      z[used] = target;
      w[used] = Math.pow(0.5, (double) (last - t) / s.day / HALF_LIFE_DAYS);
      used++;
    }
    if (used < MIN_ROWS) {
      return Bucket.unlearned();
    }
    double[] beta = ridge(x, z, w, used);
    if (beta.length == 0) {
      return Bucket.unlearned();
    }
    double[] residual = new double[used];
    for (int r = 0; r < used; r++) {
      residual[r] = z[r] - dot(beta, x[r]);
    }
    double widening = 1 + 3.0 * to / s.n;
    double[] table = WeightedQuantiles.of(residual, w, used, TABLE);
    for (int i = 0; i < table.length; i++) {
      table[i] *= widening;
    }
    double[] least = x[0].clone();
    double[] most = x[0].clone();
    for (int r = 1; r < used; r++) {
      for (int i = 0; i < FEATURES; i++) {
        least[i] = Math.min(least[i], x[r][i]);
        most[i] = Math.max(most[i], x[r][i]);
      }
    }
    return new Bucket(beta, table, least, most, used);
  }

  /** Weighted ridge regression on the first rows; empty where the numbers overflow. */
  private static double[] ridge(double[][] x, double[] z, double[] w, int rows) {
    double[][] gram = new double[FEATURES][FEATURES];
    double[] right = new double[FEATURES];
    double weight = 0;
    for (int r = 0; r < rows; r++) {
      weight += w[r];
      for (int i = 0; i < FEATURES; i++) {
        double wx = w[r] * x[r][i];
        right[i] += wx * z[r];
        for (int j = 0; j <= i; j++) {
          gram[i][j] += wx * x[r][j];
        }
      }
    }
    double scale = 0;
    for (int i = 0; i < FEATURES - 1; i++) {
      scale = Math.max(scale, gram[i][i]);
    }
    if (!Double.isFinite(scale) || !Double.isFinite(dot(right, right))) {
      return new double[0];
    }
    for (int i = 0; i < FEATURES; i++) {
      gram[i][i] += RIDGE * scale + 1e-9 * weight;
      for (int j = 0; j < i; j++) {
        gram[j][i] = gram[i][j];
      }
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(gram, false), 1e-12, 0)
        .getSolver()
        .solve(new ArrayRealVector(right, false))
        .toArray();
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] tableOfProbabilities() {
    double[] p = new double[61];
    for (int i = 0; i < p.length; i++) {
      // Logistic spacing: from 0.0003 to 0.9997 with equal steps of log odds.
      p[i] = 1 / (1 + Math.exp(-(i - 30) * 0.27));
    }
    return p;
  }

  /** The transformed history with its seasonal averages, each value causal. */
  private static final class Season {
    final TimeSeries history;
    final int n;
    final int step;
    final int day;
    final int smooth;
    final boolean root;
    final boolean hasDay;
    final boolean hasWeek;
    final double[] g;
    final double[] base;
    final double[] week;
    private final double[] sum;
    private final int[] count;
    private final double[] errorSum;
    private final int[] errorCount;

    Season(TimeSeries history, DemandCalendar calendar) {
      this.history = history;
      n = history.length();
      step = history.stepSeconds();
      day = Math.max(1, 86_400 / step);
      smooth = SMOOTH_SECONDS / step;
      boolean nonNegative = true;
      for (double v : history.values()) {
        nonNegative &= !(v < 0);
      }
      root = nonNegative;
      boolean exclusions = !calendar.exclusions().isEmpty() || !calendar.events().isEmpty();
      g = new double[n + day];
      java.util.Arrays.fill(g, Double.NaN);
      sum = new double[n + day + 1];
      count = new int[n + day + 1];
      for (int i = 0; i < n; i++) {
        double v = history.values()[i];
        boolean use = !exclusions || calendar.counts(history.epochSecondAt(i));
        g[i] = !use || Double.isNaN(v) ? Double.NaN : root ? Math.sqrt(v) : v;
      }
      for (int i = 0; i < n + day; i++) {
        boolean there = !Double.isNaN(g[i]);
        sum[i + 1] = sum[i] + (there ? g[i] : 0);
        count[i + 1] = count[i] + (there ? 1 : 0);
      }
      hasDay = 86_400 % step == 0 && n >= 2 * day;
      hasWeek = hasDay && n >= 15 * day;
      double mean = count[n] == 0 ? 0 : sum[n] / count[n];
      base = new double[n + day];
      week = new double[hasWeek ? n + day : 0];
      for (int t = 0; t < n + day; t++) {
        base[t] = hasDay ? slotMean(t, day, DAYS, mean) : mean;
        if (hasWeek) {
          week[t] = slotMean(t, 7 * day, WEEKS, base[t]);
        }
      }
      errorSum = new double[n + 1];
      errorCount = new int[n + 1];
      for (int i = 0; i < n; i++) {
        boolean there = !Double.isNaN(g[i]);
        errorSum[i + 1] = errorSum[i] + (there ? g[i] - base[i] : 0);
        errorCount[i + 1] = errorCount[i] + (there ? 1 : 0);
      }
    }

    /**
     * Mean of the slot of {@code t} over earlier periods; {@code otherwise} where all is absent.
     */
    private double slotMean(int t, int period, int periods, double otherwise) {
      double s = 0;
      int c = 0;
      for (int k = 1; k <= periods; k++) {
        int centre = t - k * period;
        if (centre < 0) {
          break;
        }
        int a = Math.max(0, centre - smooth);
        int b = Math.min(n, centre + smooth + 1);
        if (a < b) {
          s += sum[b] - sum[a];
          c += count[b] - count[a];
        }
      }
      return c == 0 ? otherwise : s / c;
    }

    /** What is known at {@code t} about {@code target}; empty where the last hour is all absent. */
    double[] features(int t, int target) {
      double last = g[t] - base[t];
      double e60 = errorMean(t, LONG);
      if (Double.isNaN(e60)) {
        return new double[0];
      }
      double e5 = errorMean(t, SHORT);
      return new double[] {
        Double.isNaN(last) ? (Double.isNaN(e5) ? e60 : e5) : last,
        Double.isNaN(e5) ? e60 : e5,
        e60,
        hasWeek ? week[target] - base[target] : 0,
        1
      };
    }

    private double errorMean(int t, int steps) {
      int a = Math.max(0, t + 1 - steps);
      int c = errorCount[t + 1] - errorCount[a];
      return c == 0 ? Double.NaN : (errorSum[t + 1] - errorSum[a]) / c;
    }

    /** First instant of {@link #future}: an hour of steps before the end of history. */
    long futureStart() {
      return history.epochSecondAt(n - Math.min(n, LONG));
    }

    /** The last hour of steps and the day after the end of history. */
    float[] future(double[] values) {
      int from = n - Math.min(n, LONG);
      float[] kept = new float[n + day - from];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = (float) Math.clamp(values[from + i], -Float.MAX_VALUE, Float.MAX_VALUE);
      }
      return kept;
    }
  }
}
