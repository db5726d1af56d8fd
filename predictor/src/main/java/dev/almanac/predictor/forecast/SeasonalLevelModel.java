package dev.almanac.predictor.forecast;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;

/**
 * What {@link SeasonalLevelForecaster} learned. Seasonal values are kept as floats: a fleet keeps
 * ten thousand of these, and seven digits are more than any demand is known to.
 */
final class SeasonalLevelModel implements FittedModel {
  /** After this time without a refit a forecast must not be used. */
  private static final Duration LIFE = Duration.ofHours(6);

  /**
   * Spread, relative to the level in transformed units, that is assumed while nothing is learned.
   */
  private static final double ASSUMED_SPREAD = 0.25;

  private final ModelId id;
  private final int stepSeconds;
  private final boolean root;
  private final long baseStart;
  private final float[] base;
  private final float[] week;
  private final int[] edges;
  private final SeasonalLevelForecaster.Bucket[] buckets;
  private final int day;

  SeasonalLevelModel(
      ModelId id,
      int stepSeconds,
      boolean root,
      long baseStart,
      float[] base,
      float[] week,
      int[] edges,
      SeasonalLevelForecaster.Bucket[] buckets) {
    this.id = id;
    this.stepSeconds = stepSeconds;
    this.root = root;
    this.baseStart = baseStart;
    this.base = base;
    this.week = week;
    this.edges = edges;
    this.buckets = buckets;
    this.day = Math.max(1, 86_400 / stepSeconds);
  }

  @Override
  public ModelId id() {
    return id;
  }

  @Override
  public int stepSeconds() {
    return stepSeconds;
  }

  @Override
  public Forecast forecast(TimeSeries recent, int steps, double[] levels) {
    if (recent.stepSeconds() != stepSeconds) {
      throw new IllegalArgumentException(
          "model has a step of %d s, the samples have %d s"
              .formatted(stepSeconds, recent.stepSeconds()));
    }
    int last = recent.lastPresent();
    if (last < 0) {
      throw new IllegalArgumentException("no sample to start from");
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be >= 1, was " + steps);
    }
    long origin = recent.epochSecondAt(last);
    double[] x = features(recent, last);
    double levelNow = transformed(recent.values()[last]);
    double[][] quantiles = new double[levels.length][steps];
    int bucket = 0;
    for (int h = 1; h <= steps; h++) {
      while (bucket < edges.length - 1 && h > edges[bucket]) {
        bucket++;
      }
      long target = origin + (long) h * stepSeconds;
      SeasonalLevelForecaster.Bucket b = usable(bucket);
      double median = levelNow;
      if (b.learned()) {
        x[3] = week.length == 0 ? 0 : at(week, target) - at(base, target);
        median = at(base, target) + deviation(b, x);
      }
      for (int i = 0; i < levels.length; i++) {
        double spread =
            b.learned() ? residual(b.residuals(), levels[i]) : assumed(levels[i], levelNow);
        quantiles[i][h - 1] = back(median + spread);
      }
    }
    for (int h = 0; h < steps; h++) {
      for (int i = 1; i < levels.length; i++) {
        quantiles[i][h] = Math.max(quantiles[i][h], quantiles[i - 1][h]);
      }
    }
    Instant expires = id.fittedAt().plus(LIFE);
    return new Forecast(Instant.ofEpochSecond(origin), stepSeconds, levels, quantiles, expires, id);
  }

  /** The bucket of a horizon, or the longest one that was learned. */
  private SeasonalLevelForecaster.Bucket usable(int bucket) {
    int b = bucket;
    while (b > 0 && !buckets[b].learned()) {
      b--;
    }
    return buckets[b];
  }

  /**
   * Means of the newest deviations from the seasonal average; see {@link SeasonalLevelForecaster}.
   */
  private double[] features(TimeSeries recent, int last) {
    double e1 = transformed(recent.values()[last]) - at(base, recent.epochSecondAt(last));
    double shortSum = 0;
    double longSum = 0;
    int shortCount = 0;
    int longCount = 0;
    for (int i = last; i >= 0 && i > last - SeasonalLevelForecaster.LONG; i--) {
      double v = recent.values()[i];
      if (Double.isNaN(v)) {
        continue;
      }
      double e = transformed(v) - at(base, recent.epochSecondAt(i));
      if (i > last - SeasonalLevelForecaster.SHORT) {
        shortSum += e;
        shortCount++;
      }
      longSum += e;
      longCount++;
    }
    return new double[] {e1, shortSum / shortCount, longSum / longCount, 0, 1};
  }

  /**
   * How much of today's deviation will be left: the regression inside the range that history has
   * shown, and all of what lies outside it.
   */
  private static double deviation(SeasonalLevelForecaster.Bucket b, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += b.coefficients()[i] * Math.clamp(x[i], b.least()[i], b.most()[i]);
    }
    double level = x[1];
    return sum + level - Math.clamp(level, b.least()[1], b.most()[1]);
  }

  /** Seasonal value at an instant; beyond the stored day the same slot of the stored day. */
  private double at(float[] values, long epochSecond) {
    if (values.length == 0) {
      return 0;
    }
    long i = Math.floorDiv(epochSecond - baseStart, (long) stepSeconds);
    if (i >= values.length) {
      i -= Math.ceilDiv(i - values.length + 1, (long) day) * day;
    }
    return values[(int) Math.clamp(i, 0, values.length - 1)];
  }

  private double transformed(double value) {
    return root ? Math.sqrt(Math.max(0, value)) : value;
  }

  private double back(double g) {
    double value = root ? Math.max(0, g) * Math.max(0, g) : g;
    return Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private static double residual(double[] table, double level) {
    double position = (Math.log(level / (1 - level)) / 0.27) + 30;
    double clipped = Math.clamp(position, 0, table.length - 1.000001);
    int i = (int) clipped;
    return table[i] + (clipped - i) * (table[i + 1] - table[i]);
  }

  /** Logistic spread around the level: honest about knowing nothing. */
  private static double assumed(double level, double levelNow) {
    double scale = ASSUMED_SPREAD * Math.max(Math.abs(levelNow), 1) / 1.8;
    return Math.log(level / (1 - level)) * scale;
  }
}
