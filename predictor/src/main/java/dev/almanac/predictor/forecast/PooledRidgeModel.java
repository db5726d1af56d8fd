package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What {@link PooledRidgeForecaster} learned. */
final class PooledRidgeModel implements FittedModel {
  /** After this time without a refit a forecast must not be used. */
  private static final Duration LIFE = Duration.ofHours(6);

  /** The spread grows by {@code 1 + WIDENING h / n}: little history, much that it did not show. */
  private static final double WIDENING = 3;

  /** Up to this horizon, the mean of the last three deviations tells whether the level shifted. */
  private static final int LASTING_STEPS = 3;

  private final ModelId id;
  private final int stepSeconds;
  private final long start;
  private final Transform transform;
  private final Grid grid;
  private final SeasonalMemory memory;
  private final HorizonBucket[] buckets;
  private final Optional<ColdStart> coldStart;

  PooledRidgeModel(
      ModelId id,
      int stepSeconds,
      long start,
      Transform transform,
      Grid grid,
      SeasonalMemory memory,
      HorizonBucket[] buckets,
      Optional<ColdStart> coldStart) {
    this.id = id;
    this.stepSeconds = stepSeconds;
    this.start = start;
    this.transform = transform;
    this.grid = grid;
    this.memory = memory;
    this.buckets = buckets;
    this.coldStart = coldStart;
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
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be >= 1, was " + steps);
    }
    Outlook outlook = outlook(recent, levels);
    double[][] quantiles = new double[levels.length][steps];
    double[] at = new double[levels.length];
    for (int h = 1; h <= steps; h++) {
      outlook.recipe(h, at);
      for (int i = 0; i < levels.length; i++) {
        quantiles[i][h - 1] = transform.demand(at[i]);
      }
    }
    Instant expires = id.fittedAt().plus(LIFE);
    return new Forecast(
        Instant.ofEpochSecond(outlook.originEpochSecond),
        stepSeconds,
        levels,
        quantiles,
        expires,
        id);
  }

  /** Everything that is known at the last present sample. */
  Outlook outlook(TimeSeries recent, double[] levels) {
    if (recent.stepSeconds() != stepSeconds) {
      throw new IllegalArgumentException(
          "model has a step of %d s, the samples have %d s"
              .formatted(stepSeconds, recent.stepSeconds()));
    }
    int last = recent.lastPresent();
    if (last < 0) {
      throw new IllegalArgumentException("no sample to start from");
    }
    return new Outlook(recent, last, levels);
  }

  /** Forecasts from one origin, step by step. For one thread. */
  final class Outlook {
    final long originEpochSecond;
    private final SeasonalHistory now;
    private final int t;
    private final double[] origin = new double[SeasonalHistory.ORIGIN];
    private final double[] row;
    private final double[] positions;
    private final double[] scores;
    private final double[] cold;
    private final double[] coldOrigin;

    private Outlook(TimeSeries recent, int last, double[] levels) {
      originEpochSecond = recent.epochSecondAt(last);
      int day = grid.day();
      int length = memory.length();
      // An origin far from the history stands for the same time of week near it.
      long position = Math.floorDiv(originEpochSecond - start, (long) stepSeconds);
      if (position > length + (long) grid.week()) {
        position -= Math.ceilDiv(position - length - grid.week(), grid.week()) * (long) grid.week();
      }
      if (position < length - (long) day) {
        position += Math.ceilDiv(length - day - position, (long) day) * day;
      }
      t = (int) Math.max(position, 0);
      int used = Math.min(last + 1, grid.week() + day);
      double[] newer = new double[used];
      for (int i = 0; i < used; i++) {
        newer[i] = transform.location(recent.values()[last + 1 - used + i]);
      }
      now = memory.with(newer, t);
      now.origin(t, origin);
      row = new double[now.rowLength()];
      positions = QuantileTable.positions(levels);
      scores = Arrays.stream(levels).map(ColdStart::score).toArray();
      cold = new double[levels.length];
      coldOrigin =
          coldStart.isPresent()
              ? coldStart.get().origin(transform, now.x, now.from, t)
              : new double[0];
    }

    /**
     * Quantiles of the fitted recipe, in the tail space.
     *
     * @param out gets one value a level, rising
     * @return residual scale
     */
    double recipe(int h, double[] out) {
      double share = buckets.length == 0 ? 0 : recipeShare(h);
      double size = 0;
      if (share > 0) {
        now.target(t, h, origin, row);
        size = share * regression(h, out);
      } else {
        Arrays.fill(out, 0);
      }
      if (share < 1) {
        double coldSize =
            coldStart.orElseThrow().forecast(coldOrigin, t, h, scores, positions, cold);
        size += (1 - share) * coldSize;
        for (int i = 0; i < out.length; i++) {
          out[i] = share * out[i] + (1 - share) * cold[i];
        }
      }
      for (int i = 0; i < out.length; i++) {
        out[i] = Math.clamp(out[i], -Double.MAX_VALUE, Double.MAX_VALUE);
      }
      Arrays.sort(out);
      return size;
    }

    private double recipeShare(int h) {
      return coldStart.isEmpty()
          ? 1
          : ColdStart.recipeShare((double) memory.length() / grid.day(), h * 24.0 / grid.day());
    }

    /** A bucket is right at its middle; between two middles the forecast is interpolated. */
    private double regression(int h, double[] out) {
      int k = 0;
      while (k < buckets.length - 1 && h > buckets[k].middle()) {
        k++;
      }
      Arrays.fill(out, 0);
      if (k == 0 || h >= buckets[k].middle()) {
        return addBucket(buckets[k], h, 1, out);
      }
      double below = buckets[k - 1].middle();
      double share = (h - below) / (buckets[k].middle() - below);
      return addBucket(buckets[k - 1], h, 1 - share, out) + addBucket(buckets[k], h, share, out);
    }

    private double addBucket(HorizonBucket b, int h, double weight, double[] out) {
      int lasting = h <= LASTING_STEPS ? 1 : h <= grid.hour() ? 2 : 3;
      double median = transform.tail(b.location(row, lasting));
      double size = b.scale().at(row, now.basePosition() + 1 + SeasonalHistory.TARGETS);
      double widening = 1 + WIDENING * h / memory.length();
      for (int i = 0; i < out.length; i++) {
        out[i] += weight * (median + widening * b.spread(size, positions[i]));
      }
      return weight * widening * (b.trust() * size + (1 - b.trust()) * b.meanResidual());
    }
  }
}
