package dev.almanac.predictor.forecast;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Pooled direct ridge regression: for each bucket of horizons, a robust linear regression of the
 * deviation from the seasonal average on contrasts known at the origin, with quantiles from its
 * out-of-fold residuals. {@link HorizonFit} has the method.
 *
 * <p>Any history is accepted. Absent and excluded samples count in no average and are never filled.
 * With less than six days of samples the forecast is blended with, and below two days it is, that
 * of {@link ColdStart}. Same history, same model, on any number of threads. Of a longer history
 * only the last {@value #MOST_DAYS} days count, and at most {@value #MOST_SAMPLES} samples, so that
 * time and memory are bounded.
 */
public final class PooledRidgeForecaster implements Forecaster {
  private static final int MOST_DAYS = 56;
  private static final int MOST_SAMPLES = 500_000;

  /** Ends of the horizon buckets: single steps first, because coefficients change fast there. */
  private static final int[] FINE_ENDS = {1, 2, 3, 6, 12, 24, 48, 96, 144};

  private static final int[] HALF_HOUR_ENDS = {1, 2, 4, 6, 12, 24, 36, 48};
  private static final int[] COARSE_ENDS = {1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48};
  private static final int FIVE_MINUTES_A_DAY = 288;
  private static final int HALF_HOURS_A_DAY = 48;

  private final Optional<Duration> horizon;
  private final int window;

  /** Forecasts a day ahead, two days on grids of an hour or more. */
  public PooledRidgeForecaster() {
    this(Optional.empty(), 1);
  }

  /**
   * Forecasts up to a horizon. Later steps are answered as well, with what was learned for the last
   * ones before it.
   */
  public static PooledRidgeForecaster upTo(Duration horizon) {
    return new PooledRidgeForecaster(Optional.of(horizon), 1);
  }

  /**
   * Forecasts the highest of the {@code window} steps that begin at each step: what capacity must
   * serve that takes so long to start.
   *
   * @param window in steps, at least 1; absent samples in it are skipped
   */
  public static PooledRidgeForecaster maximumOf(int window, Duration horizon) {
    return new PooledRidgeForecaster(Optional.of(horizon), window);
  }

  private PooledRidgeForecaster(Optional<Duration> horizon, int window) {
    horizon.ifPresent(h -> {
      if (!h.isPositive()) {
        throw new IllegalArgumentException("horizon must be above 0, was " + h);
      }
    });
    if (window < 1) {
      throw new IllegalArgumentException("window must be >= 1 step, was " + window);
    }
    this.horizon = horizon;
    this.window = window;
  }

  @Override
  public PooledRidgeModel fit(TimeSeries history, DemandCalendar calendar) {
    int step = history.stepSeconds();
    SeasonalHistory.Grid grid = SeasonalHistory.Grid.of(step);
    int most = (int) Math.min(MOST_SAMPLES, (long) MOST_DAYS * grid.day());
    int skipped = Math.max(0, history.length() - most);
    // What was asked for in vain is no history.
    while (skipped < history.length() && Double.isNaN(history.values()[skipped])) {
      skipped++;
    }
    Transform transform = Transform.of(history.values(), skipped);
    double[] x = transformed(history, skipped, calendar, transform);
    SeasonalHistory past = new SeasonalHistory(grid, x);
    int steps = horizonSteps(grid, step);
    double[] actual = window == 1 ? x : windowMaxima(x, window);
    HorizonFit fit = new HorizonFit(past, actual, transform.signed(), window);
    List<HorizonBucket> buckets = new ArrayList<>();
    int first = 1;
    for (int last : bucketEnds(grid.day(), steps)) {
      fit.fit(first, last).ifPresent(buckets::add);
      first = last + 1;
    }
    double days = (double) present(x) / grid.day();
    boolean young = days < ColdStart.DAYS || buckets.isEmpty();
    return new PooledRidgeModel(
        new ModelId("pooled-ridge", Instant.ofEpochSecond(history.endEpochSecond())),
        step,
        history.epochSecondAt(skipped),
        transform,
        grid,
        new SeasonalMemory(past, steps),
        buckets.toArray(HorizonBucket[]::new),
        days,
        young ? Optional.of(new ColdStart(grid, tails(x, transform))) : Optional.empty(),
        window == 1 ? Hurdle.of(x, transform, grid) : Optional.empty(),
        steps,
        window);
  }

  private static int present(double[] x) {
    int count = 0;
    for (double v : x) {
      count += Double.isNaN(v) ? 0 : 1;
    }
    return count;
  }

  private int horizonSteps(SeasonalHistory.Grid grid, int step) {
    if (horizon.isPresent()) {
      return (int) Math.clamp(Math.ceilDiv(horizon.get().toSeconds(), step), 1, 7L * grid.day());
    }
    return grid.day() <= 24 ? 2 * grid.day() : grid.day();
  }

  private static double[] transformed(
      TimeSeries history, int skipped, DemandCalendar calendar, Transform transform) {
    double[] values = history.values();
    double[] x = new double[values.length - skipped];
    boolean exclusions = !calendar.exclusions().isEmpty();
    for (int i = 0; i < x.length; i++) {
      boolean counts = !exclusions || calendar.counts(history.epochSecondAt(skipped + i));
      x[i] = counts ? transform.location(values[skipped + i]) : Double.NaN;
    }
    return x;
  }

  private static double[] tails(double[] x, Transform transform) {
    double[] tails = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      tails[i] = Double.isNaN(x[i]) ? Double.NaN : transform.tail(x[i]);
    }
    return tails;
  }

  /** Highest present one of {@code x[i] .. x[i + window - 1]}, clipped to the array. */
  private static double[] windowMaxima(double[] x, int window) {
    double[] maxima = new double[x.length];
    int[] queue = new int[x.length];
    int head = 0;
    int tail = 0;
    // Right to left with a queue of falling values: each sample enters and leaves once.
    for (int i = x.length - 1; i >= 0; i--) {
      if (!Double.isNaN(x[i])) {
        while (tail > head && x[queue[tail - 1]] <= x[i]) {
          tail--;
        }
        queue[tail++] = i;
      }
      while (tail > head && queue[head] >= i + window) {
        head++;
      }
      maxima[i] = tail > head ? x[queue[head]] : Double.NaN;
    }
    return maxima;
  }

  /** Last horizon of each bucket, rising, ending at {@code horizon}. */
  static int[] bucketEnds(int day, int horizon) {
    int[] ends;
    if (day > FIVE_MINUTES_A_DAY) {
      ends = fineEnds(day);
    } else if (day == FIVE_MINUTES_A_DAY) {
      ends = FINE_ENDS;
    } else if (day >= HALF_HOURS_A_DAY) {
      int scale = day / HALF_HOURS_A_DAY;
      ends = Arrays.stream(HALF_HOUR_ENDS).map(e -> e < 6 ? e : e * scale).toArray();
    } else {
      ends = COARSE_ENDS;
    }
    int used = 0;
    while (used < ends.length && ends[used] < horizon) {
      used++;
    }
    int[] result = Arrays.copyOf(ends, used + 1);
    result[used] = horizon;
    return result;
  }

  /** On grids finer than five minutes: 1, 2 and 3 steps, then minutes. */
  private static int[] fineEnds(int day) {
    int[] minutes = {1, 5, 10, 15, 30, 60, 120, 240, 480, 720};
    int[] ends = new int[minutes.length + 3];
    int n = 0;
    for (int steps = 1; steps <= 3; steps++) {
      ends[n++] = steps;
    }
    for (int minute : minutes) {
      int steps = (int) ((long) minute * day / 1440);
      if (steps > ends[n - 1]) {
        ends[n++] = steps;
      }
    }
    return Arrays.copyOf(ends, n);
  }
}
