package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.Explanation.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A transformed series with the seasonal averages of it that a forecast is made from. Every value
 * at a position is made of samples at or before that position, except the two smoothed averages,
 * which reach {@link Grid#smooth} and {@link Grid#near} steps further; {@link #target} therefore
 * never looks closer to the origin than that. Which days are alike is learned from all of the
 * history, as coefficients are.
 *
 * <p>Positions are steps since sample 0 of the history that was fitted, also where only the newest
 * part of it is kept. NaN means absent; an absent sample counts in no average.
 */
final class SeasonalHistory {
  /** Daily averages are taken over this many days. */
  static final int DAYS = 7;

  /** From so many days of history on there are two weeks to compare. */
  static final int WEEKLY_FROM_DAYS = 15;

  /** Numbers that {@link #origin} gives. */
  static final int ORIGIN = 13;

  /** What deviates at a minute of the hour is averaged over so many of them. */
  private static final int HOURS = 24;

  /** Regressors of the residual scale. */
  static final int NOISE = 4;

  /** What a regression may shrink towards: day average, current level, similar days' average. */
  static final int TARGETS = 3;

  /** What regressors speak of: those of any history, of one with weeks, of minutes. */
  private static final List<Source> DAILY =
      List.of(
          Source.LEVEL,
          Source.LEVEL,
          Source.LEVEL,
          Source.LEVEL,
          Source.YESTERDAY,
          Source.DAY,
          Source.DAY,
          Source.YESTERDAY,
          Source.YESTERDAY);

  private static final List<Source> WEEKLY =
      List.of(Source.WEEK, Source.WEEK, Source.LEVEL, Source.YESTERDAY);

  private static final List<Source> HOURLY = List.of(Source.HOUR, Source.HOUR);

  final Grid grid;
  final boolean weekly;

  /** Position of the first entry of each track, and the one after the last. */
  final int from;

  final int end;
  final Track x;

  /** Mean of this slot and of the same slot on the six days before. */
  final Track dayMean;

  /** Deviation from the day mean of the day before, and its size. */
  final Track deviation;

  private final Track size;

  /** Deviation from the average of similar days, as it was known a day before. */
  final Track weekDeviation;

  /** Mean absolute deviation at this slot over seven days. */
  final Track spread;

  /** Mean deviation at this minute of the hour over a day; empty where it has none. */
  private final double[] hourly;

  /** Position of the first of them. */
  private final int hourlyFrom;

  /** Where all of the history is there and weeks are. */
  private final Optional<SimilarDays> similar;

  /** What is kept of a week ago and of similar days, in place of all of the history. */
  private final Optional<KeptWeek> keptWeek;

  /** Seven-day means at the end, where the samples to take them from are no longer kept. */
  private final double carriedLevel;

  private final double carriedNoise;

  /** All of a history. {@code x} is not copied. */
  SeasonalHistory(Grid grid, double[] x) {
    this(
        grid,
        x,
        x.length >= WEEKLY_FROM_DAYS * grid.day()
            ? Optional.of(new DayLikeness(grid, x))
            : Optional.empty());
  }

  /** The same with days that are known to be alike; without, there are no weeks. */
  SeasonalHistory(Grid grid, double[] x, Optional<DayLikeness> likeness) {
    this.grid = grid;
    from = 0;
    end = x.length;
    weekly = likeness.isPresent();
    carriedLevel = Double.NaN;
    carriedNoise = Double.NaN;
    keptWeek = Optional.empty();
    WholeTrack samples = WholeTrack.of(x);
    this.x = samples;
    int n = x.length;
    double[] sums = new double[n];
    double[] counts = new double[n];
    around(samples, grid.smooth(), sums, counts);
    double[] dayMeans = periodic(sums, counts, grid.day(), DAYS);
    dayMean = WholeTrack.ofEntries(dayMeans);
    similar = likeness.map(alike -> new SimilarDays(grid, alike, sums, counts));
    WholeTrack deviations = WholeTrack.of(lagged(x, dayMeans, grid.day()));
    deviation = deviations;
    double[] unlike = new double[weekly ? n : 0];
    Arrays.setAll(unlike, i -> x[i] - similar.orElseThrow().mean(i, 1));
    weekDeviation = WholeTrack.of(unlike);
    WholeTrack sizes = deviations.absolute();
    size = sizes;
    around(sizes, grid.smooth(), sums, counts);
    spread = WholeTrack.ofEntries(periodic(sums, counts, grid.day(), DAYS));
    hourlyFrom = 0;
    if (grid.hasMinutes()) {
      around(deviations, 0, sums, counts);
      hourly = periodic(sums, counts, grid.hour(), HOURS);
    } else {
      hourly = new double[0];
    }
  }

  /**
   * The newest part of a history, from tracks that were kept and extended.
   *
   * @param origin the only position to forecast from
   */
  SeasonalHistory(
      Grid grid,
      int from,
      int origin,
      KeptTrack x,
      KeptTrack dayMean,
      KeptTrack deviation,
      KeptTrack weekDeviation,
      KeptTrack spread,
      KeptWeek week,
      double carriedLevel,
      double carriedNoise) {
    this.grid = grid;
    this.from = from;
    end = from + x.length();
    weekly = week.similar().length() > 0;
    this.x = x;
    this.dayMean = dayMean;
    this.deviation = deviation;
    size = deviation.absolute();
    this.weekDeviation = weekDeviation;
    this.spread = spread;
    similar = Optional.empty();
    keptWeek = Optional.of(week);
    this.carriedLevel = carriedLevel;
    this.carriedNoise = carriedNoise;
    hourlyFrom = origin - grid.hour() + 1;
    hourly = new double[grid.hasMinutes() ? grid.hour() : 0];
    Arrays.setAll(hourly, i -> atMinuteOfHour(hourlyFrom + i));
  }

  /** Mean deviation at a position and the same minute of the hours before it; NaN without any. */
  private double atMinuteOfHour(int position) {
    double sum = 0;
    int hours = 0;
    for (int k = 0; k < HOURS; k++) {
      double then = at(deviation, position - k * grid.hour(), Double.NaN);
      if (!Double.isNaN(then)) {
        sum += then;
        hours++;
      }
    }
    return hours > 0 ? sum / hours : Double.NaN;
  }

  /**
   * The weekly averages that horizons and newer samples meet.
   *
   * @param from a week before the first step of the first entry
   * @param stride steps that an entry stands for
   * @param similar average of similar days for the slot a week later; without entries where there
   *     are no weeks
   * @param near around the slot
   */
  record KeptWeek(int from, int stride, PackedSeries similar, PackedSeries near) {

    /** Entry of a series at a position; {@code otherwise} where there is none or it is absent. */
    private double at(PackedSeries series, int position, double otherwise) {
      int i = position - from;
      if (i < 0 || i >= series.length() * stride) {
        return otherwise;
      }
      double v = series.at(i / stride);
      return Double.isNaN(v) ? otherwise : v;
    }
  }

  /**
   * Lengths in steps.
   *
   * @param day steps a day, at least 1
   */
  record Grid(int day) {
    /** From this many steps a day on, single slots are noisy and are averaged with neighbours. */
    private static final int FINE = 288;

    static Grid of(int stepSeconds) {
      return new Grid(Math.max(1, Math.round(86_400f / stepSeconds)));
    }

    int week() {
      return 7 * day;
    }

    /**
     * Whether there are minutes of the hour to tell apart: on coarser grids steps are too long, and
     * on finer ones only means of five minutes are kept, wherever these begin.
     */
    boolean hasMinutes() {
      return near() == 1;
    }

    int hour() {
      return Math.max(2, day / 24);
    }

    int sixHours() {
      return Math.max(3, day / 4);
    }

    /** Steps to each side that a slot average takes in: 15 minutes, none on coarse grids. */
    int smooth() {
      return day >= FINE ? 3 * (day / FINE) : 0;
    }

    /** Steps to each side that "the same time yesterday" takes in: 5 minutes. */
    int near() {
      return day >= FINE ? day / FINE : 0;
    }

    /** Steps to each side of "exactly this time yesterday": none but on grids of minutes. */
    int same() {
      return Math.max(0, near() - 1);
    }

    /** Steps to each side of "around this time yesterday": one hour. */
    int half() {
      return Math.max(1, day / 24);
    }
  }

  /** What the regressors of a row speak of, the intercept last. */
  Source[] sources() {
    List<Source> sources = new ArrayList<>(DAILY);
    if (weekly) {
      sources.addAll(WEEKLY);
    }
    if (grid.hasMinutes()) {
      sources.addAll(HOURLY);
    }
    sources.add(Source.BIAS);
    return sources.toArray(Source[]::new);
  }

  /** How many they are: an even number. */
  int regressors() {
    return DAILY.size()
        + (weekly ? WEEKLY.size() : 0)
        + (grid.hasMinutes() ? HOURLY.size() : 0)
        + 1;
  }

  /** Whether a regressor speaks of the minute of the hour. */
  boolean isHourly(int regressor) {
    int last = regressors() - 1;
    return grid.hasMinutes() && regressor < last && regressor >= last - HOURLY.size();
  }

  /** Entries of a row of {@link #target}: regressors, base, shrinkage targets, noise. */
  int rowLength() {
    return regressors() + 1 + TARGETS + NOISE;
  }

  /** Position of the base in a row; targets and noise follow. */
  int basePosition() {
    return regressors();
  }

  /** What is known at an origin whatever the horizon. */
  void origin(int t, double[] out) {
    Grid g = grid;
    double level = Double.isNaN(carriedLevel) ? recent(x, t, 7 * g.day()) : carriedLevel;
    double mean3 = mean(deviation, t, 3);
    double meanHour = recent(deviation, t, g.hour());
    double now = deviation.at(t - from);
    if (Double.isNaN(now)) {
      now = Double.isNaN(mean3) ? meanHour : mean3;
    }
    out[0] = level;
    out[1] = at(dayMean, t - g.day(), level) - level;
    out[2] = now;
    out[3] = Double.isNaN(mean3) ? 0 : mean3;
    out[4] = meanHour;
    out[5] = recent(deviation, t, g.sixHours());
    out[6] = weekly ? at(weekDeviation, t, 0) : 0;
    out[7] = recent(x, t, g.hour());
    out[8] = recent(size, t, g.hour());
    out[9] = recent(size, t, g.sixHours());
    out[10] = Double.isNaN(carriedNoise) ? recent(size, t, 7 * g.day()) : carriedNoise;
    out[11] = recent(deviation, t - g.day(), g.hour());
    out[12] = g.hasMinutes() ? recent(deviation, t, HOURS * g.hour()) : 0;
  }

  /**
   * Everything that a forecast made at {@code t} for {@code t + h} is computed from.
   *
   * @param origin what {@link #origin} gave for {@code t}
   * @param row {@link #rowLength} numbers: regressors; seasonal base; shrinkage targets minus base;
   *     regressors of the scale
   */
  void target(int t, int h, double[] origin, double[] row) {
    Grid g = grid;
    int day = g.day();
    double level = origin[0];
    int backDay = t + h - Math.ceilDiv(h, day) * day;
    int slot = Math.min(backDay, t - g.smooth());
    double m7 = at(dayMean, slot, level);
    int around = Math.max(Math.min(backDay + g.half(), t), from);
    row[0] = origin[2];
    row[1] = origin[3];
    row[2] = origin[4];
    row[3] = origin[5];
    row[4] = near(Math.min(backDay, t - g.near()), m7) - m7;
    row[5] = m7 - level;
    row[6] = origin[1];
    row[7] = recent(deviation, around, 2 * g.half() + 1);
    row[8] = origin[11];
    int p = DAILY.size();
    double towardSimilar = 0;
    if (weekly) {
      int backWeek = t + h - Math.ceilDiv(h, g.week()) * g.week();
      int weekAgo = Math.min(backWeek, t - g.near());
      double lastWeek;
      double alike;
      if (keptWeek.isPresent()) {
        KeptWeek kept = keptWeek.get();
        lastWeek = kept.at(kept.near(), weekAgo, m7);
        alike = kept.at(kept.similar(), Math.min(backWeek, t - g.smooth()), m7);
      } else {
        lastWeek = near(weekAgo, m7);
        alike = similar(t, h);
        alike = Double.isNaN(alike) ? m7 : alike;
      }
      towardSimilar = alike - m7;
      row[p++] = lastWeek - m7;
      row[p++] = towardSimilar;
      row[p++] = origin[6];
      int same = g.same();
      row[p++] = recent(weekDeviation, Math.min(backDay + same, t), 2 * same + 1);
    }
    if (g.hasMinutes()) {
      int backHour = t + h - Math.ceilDiv(h, g.hour()) * g.hour();
      row[p++] = hourly(backHour, origin[12]);
      row[p++] = at(deviation, backHour, origin[4]) - origin[4];
    }
    row[p++] = 1;
    row[p++] = m7;
    row[p++] = 0;
    row[p++] = origin[7] - m7;
    row[p++] = towardSimilar;
    row[p++] = origin[8];
    row[p++] = origin[9];
    row[p++] = at(spread, slot, origin[10]);
    row[p] = Math.abs(m7);
  }

  /**
   * Average of similar days for {@code t + h}, of what is known at {@code t}, which may be the end;
   * NaN where all are absent. Needs all of the history, and weeks.
   */
  double similar(int t, int h) {
    int days = Math.max(1, Math.ceilDiv(h, grid.day()));
    return similar.orElseThrow().mean(t + Math.min(h, days * grid.day() - grid.smooth()), days);
  }

  /** Mean of x over the week up to and including {@code t}; 0 where all is absent. */
  double level(int t) {
    return recent(x, t, 7 * grid.day());
  }

  /** Mean absolute deviation over the week up to and including {@code t}. */
  double noise(int t) {
    return recent(size, t, 7 * grid.day());
  }

  /** By how much the minute of the hour at a position differs from the mean of all of them. */
  private double hourly(int position, double mean) {
    int i = position - hourlyFrom;
    return i < 0 || Double.isNaN(hourly[i]) ? 0 : hourly[i] - mean;
  }

  /** Means of a slot and its neighbours, for a range of positions; NaN where all are absent. */
  double[] near(int first, int end) {
    double[] means = new double[end - first];
    Arrays.setAll(means, i -> near(first + i, Double.NaN));
    return means;
  }

  private double near(int position, double otherwise) {
    int i = position - from;
    if (i < 0 || i >= x.length()) {
      return otherwise;
    }
    double mean = x.mean(Math.max(i - grid.near(), 0), Math.min(i + grid.near() + 1, x.length()));
    return Double.isNaN(mean) ? otherwise : mean;
  }

  /** Entry of a track at a position; {@code otherwise} where there is none or it is absent. */
  private double at(Track track, int position, double otherwise) {
    int i = position - from;
    if (i < 0 || i >= track.length()) {
      return otherwise;
    }
    double v = track.at(i);
    return Double.isNaN(v) ? otherwise : v;
  }

  /** Mean of the last k entries up to and including position t; 0 where all are absent. */
  private double recent(Track track, int t, int k) {
    double mean = mean(track, t, k);
    return Double.isNaN(mean) ? 0 : mean;
  }

  /** The same, NaN where all are absent. */
  private double mean(Track track, int t, int k) {
    int b = Math.max(t + 1 - from, 0);
    return track.mean(Math.max(b - k, 0), b);
  }

  /** Sums over {@code reach} entries to each side, clipped at the ends. */
  private static void around(WholeTrack track, int reach, double[] sums, double[] counts) {
    int n = sums.length;
    for (int i = 0; i < n; i++) {
      int a = Math.max(i - reach, 0);
      int b = Math.min(i + reach + 1, n);
      sums[i] = track.sum(a, b);
      counts[i] = track.count(a, b);
    }
  }

  /** Mean over a slot and the same slot of the periods before; NaN where all are absent. */
  private static double[] periodic(double[] sums, double[] counts, int period, int periods) {
    int n = sums.length;
    double[] mean = sums.clone();
    double[] count = counts.clone();
    for (int j = 1; j < periods && (long) j * period < n; j++) {
      int lag = j * period;
      for (int i = lag; i < n; i++) {
        mean[i] += sums[i - lag];
        count[i] += counts[i - lag];
      }
    }
    for (int i = 0; i < n; i++) {
      mean[i] = count[i] > 0 ? mean[i] / count[i] : Double.NaN;
    }
    return mean;
  }

  /** {@code x[i] - profile[i - lag]}, NaN where either is absent. */
  private static double[] lagged(double[] x, double[] profile, int lag) {
    double[] result = new double[x.length];
    Arrays.fill(result, 0, Math.min(lag, x.length), Double.NaN);
    for (int i = lag; i < x.length; i++) {
      result[i] = x[i] - profile[i - lag];
    }
    return result;
  }
}
