package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.Explanation.Source;
import dev.almanac.predictor.forecast.Explanation.Way;
import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@link PooledRidgeForecaster} learned. Immutable. */
public final class PooledRidgeModel implements FittedModel {
  /** After this time without a refit a forecast must not be used. */
  private static final Duration LIFE = Duration.ofHours(6);

  /** The spread grows by {@code 1 + WIDENING h / n}: little history, much that it did not show. */
  private static final double WIDENING = 3;

  /** Up to this horizon, the mean of the last three deviations tells whether the level shifted. */
  private static final int LASTING_STEPS = 3;

  /** In the order in which an explanation adds them. */
  private static final List<Source> REGRESSION =
      List.of(
          Source.DAY,
          Source.WEEK,
          Source.LEVEL,
          Source.YESTERDAY,
          Source.HOUR,
          Source.BIAS,
          Source.SHIFT);

  private final ModelId id;
  private final int stepSeconds;
  private final long start;
  private final Transform transform;
  private final Grid grid;
  private final SeasonalMemory memory;
  private final HorizonBucket[] buckets;

  /** Days that the samples would fill. */
  private final double days;

  private final Optional<ColdStart> coldStart;
  private final Optional<Hurdle> hurdle;
  private final int horizon;
  private final int window;

  PooledRidgeModel(
      ModelId id,
      int stepSeconds,
      long start,
      Transform transform,
      Grid grid,
      SeasonalMemory memory,
      HorizonBucket[] buckets,
      double days,
      Optional<ColdStart> coldStart,
      Optional<Hurdle> hurdle,
      int horizon,
      int window) {
    this.id = id;
    this.stepSeconds = stepSeconds;
    this.start = start;
    this.transform = transform;
    this.grid = grid;
    this.memory = memory;
    this.buckets = buckets;
    this.days = days;
    this.coldStart = coldStart;
    this.hurdle = hurdle;
    this.horizon = horizon;
    this.window = window;
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
    Outlook outlook = outlook(recent, steps, levels);
    double[][] quantiles = new double[levels.length][steps];
    double[] at = new double[levels.length];
    for (int h = 1; h <= steps; h++) {
      outlook.recipe(h, at);
      for (int i = 0; i < levels.length; i++) {
        quantiles[i][h - 1] = transform.demand(at[i]);
      }
    }
    return new Forecast(
        Instant.ofEpochSecond(outlook.originEpochSecond),
        stepSeconds,
        levels,
        quantiles,
        expires(),
        id);
  }

  @Override
  public Explanation explain(TimeSeries recent, int step, double[] levels) {
    if (step < 1) {
      throw new IllegalArgumentException("step must be >= 1, was " + step);
    }
    return outlook(recent, step, Explanation.withMedian(levels)).explain(step);
  }

  Instant expires() {
    return id.fittedAt().plus(LIFE);
  }

  Transform transform() {
    return transform;
  }

  /** Horizon that was fitted for, in steps. */
  int horizon() {
    return horizon;
  }

  /** Length of the window whose maximum is forecast, in steps; 1 for the samples themselves. */
  int window() {
    return window;
  }

  /** Everything that is known at the last present sample, for horizons up to {@code steps}. */
  Outlook outlook(TimeSeries recent, int steps, double[] levels) {
    if (recent.stepSeconds() != stepSeconds) {
      throw new IllegalArgumentException(
          "model has a step of %d s, the samples have %d s"
              .formatted(stepSeconds, recent.stepSeconds()));
    }
    int last = recent.lastPresent();
    if (last < 0) {
      throw new IllegalArgumentException("no sample to start from");
    }
    return new Outlook(recent, last, steps, levels);
  }

  /** Forecasts from one origin, step by step. For one thread. */
  final class Outlook {
    final long originEpochSecond;
    private final int steps;
    private final SeasonalHistory now;
    private final int t;
    private final double[] origin = new double[SeasonalHistory.ORIGIN];
    private final HorizonBucket.Seen[] seen = new HorizonBucket.Seen[buckets.length];
    private final double[] row;

    /** Horizon that the row belongs to; 0 for none. */
    private int rowAt;

    private final double[] levels;
    private final double[] positions;

    /** Quantiles by the share of zeros; empty where zeros are few. */
    private final double[] zeros;

    private final double[] scores;
    private final double[] cold;
    private final double[] coldOrigin;

    private Outlook(TimeSeries recent, int last, int steps, double[] levels) {
      this.steps = steps;
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
      now = memory.with(newer, t, steps);
      now.origin(t, origin);
      row = new double[now.rowLength()];
      this.levels = levels;
      positions = QuantileTable.positions(levels);
      scores = Arrays.stream(levels).map(ColdStart::score).toArray();
      zeros = hurdle.isPresent() ? new double[levels.length] : new double[0];
      for (int i = 0; i < zeros.length; i++) {
        zeros[i] = hurdle.get().quantile(levels[i]);
      }
      cold = new double[levels.length];
      coldOrigin =
          coldStart.isPresent()
              ? coldStart.get().origin(transform, now.x, now.from, t)
              : new double[0];
    }

    /**
     * Quantiles of all members in the tail space: the recipe, the current level, the week's
     * average. A member that was not fitted is the recipe.
     *
     * @param out gets one value a member and level
     * @return residual scale of the recipe
     */
    double members(int h, double[][] out) {
      double size = recipe(h, out[0]);
      int k = bucketAt(h);
      for (int m = 1; m < out.length; m++) {
        if (buckets.length == 0 || buckets[k].members() == 0) {
          System.arraycopy(out[0], 0, out[m], 0, out[0].length);
          continue;
        }
        look(h);
        Arrays.fill(out[m], 0);
        double share = shareBelow(k, h);
        if (share > 0) {
          seen(k - 1).addMember(m - 1, row, transform, share, widening(h), out[m]);
        }
        seen(k).addMember(m - 1, row, transform, 1 - share, widening(h), out[m]);
        finish(out[m]);
      }
      return size;
    }

    private double widening(int h) {
      return 1 + WIDENING * h / memory.length();
    }

    private HorizonBucket.Seen seen(int k) {
      if (seen[k] == null) {
        seen[k] = buckets[k].seen(positions);
      }
      return seen[k];
    }

    /** Fills the row for a horizon. */
    private void look(int h) {
      if (h > steps) {
        throw new IllegalArgumentException("step %d of %d".formatted(h, steps));
      }
      if (rowAt != h) {
        now.target(t, h, origin, row);
        rowAt = h;
      }
    }

    /** First bucket whose middle is not before a horizon, or the last. */
    private int bucketAt(int h) {
      int k = 0;
      while (k < buckets.length - 1 && h > buckets[k].middle()) {
        k++;
      }
      return k;
    }

    /** Share of the bucket before: one is right at its middle, and between two is interpolated. */
    private double shareBelow(int k, int h) {
      if (k == 0 || h >= buckets[k].middle()) {
        return 0;
      }
      double below = buckets[k - 1].middle();
      return 1 - (h - below) / (buckets[k].middle() - below);
    }

    private static void finish(double[] quantiles) {
      for (int i = 0; i < quantiles.length; i++) {
        quantiles[i] = Math.clamp(quantiles[i], -Double.MAX_VALUE, Double.MAX_VALUE);
      }
      // A few, and in order already unless members of opposite tails met.
      for (int i = 1; i < quantiles.length; i++) {
        double v = quantiles[i];
        int k = i;
        for (; k > 0 && quantiles[k - 1] > v; k--) {
          quantiles[k] = quantiles[k - 1];
        }
        quantiles[k] = v;
      }
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
        look(h);
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
      finish(out);
      // Of a young series what happened last says more about the next hours than how often is none.
      double hurdleShare = Math.max(share, ColdStart.farness(h * 24.0 / grid.day())) / 2;
      for (int i = 0; i < zeros.length; i++) {
        out[i] += hurdleShare * (zeros[i] - out[i]);
      }
      return size;
    }

    /** What {@link #recipe} is made of; 0.5 must be among the levels. */
    Explanation explain(int h) {
      int middle = Arrays.binarySearch(levels, .5);
      double share = buckets.length == 0 ? 0 : recipeShare(h);
      Way way = new Way();
      double median = 0;
      if (share > 0) {
        look(h);
        int k = bucketAt(h);
        double below = shareBelow(k, h);
        double[] terms = terms(k, h);
        double[] termsBelow = below > 0 ? terms(k - 1, h) : terms;
        double location = 0;
        double locationBelow = 0;
        for (Source source : REGRESSION) {
          location += terms[source.ordinal()];
          locationBelow += termsBelow[source.ordinal()];
          median = below * transform.tail(locationBelow) + (1 - below) * transform.tail(location);
          way.to(source, transform.demand(median));
        }
      }
      double[] quantiles = new double[levels.length];
      if (share < 1) {
        coldStart.orElseThrow().forecast(coldOrigin, t, h, scores, positions, cold);
        way.to(Source.FLEET, transform.demand(share * median + (1 - share) * cold[middle]));
      }
      recipe(h, quantiles);
      for (int i = 0; i < quantiles.length; i++) {
        quantiles[i] = transform.demand(quantiles[i]);
      }
      way.to(hurdle.isPresent() ? Source.ZEROS : Source.BIAS, quantiles[middle]);
      return new Explanation(
          Instant.ofEpochSecond(originEpochSecond + (long) h * stepSeconds),
          way.parts(),
          List.of(new Explanation.Member(id.name(), 1, quantiles[middle])),
          levels,
          quantiles,
          quantiles);
    }

    private double[] terms(int k, int h) {
      double[] terms = new double[Source.values().length];
      buckets[k].terms(row, lasting(h), now.sources(), terms);
      return terms;
    }

    /** Which of the deviations has lasted as long as a horizon is away. */
    private int lasting(int h) {
      return h <= LASTING_STEPS ? 1 : h <= grid.hour() ? 2 : 3;
    }

    private double recipeShare(int h) {
      return coldStart.isEmpty() ? 1 : ColdStart.recipeShare(days, h * 24.0 / grid.day());
    }

    private double regression(int h, double[] out) {
      Arrays.fill(out, 0);
      int k = bucketAt(h);
      double share = shareBelow(k, h);
      int lasting = lasting(h);
      double size =
          share > 0 ? seen(k - 1).add(row, lasting, transform, share, widening(h), out) : 0;
      return size + seen(k).add(row, lasting, transform, 1 - share, widening(h), out);
    }
  }
}
