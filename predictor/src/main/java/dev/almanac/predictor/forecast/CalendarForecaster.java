package dev.almanac.predictor.forecast;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Makes any forecaster go by a calendar.
 *
 * <p>Demand is taken as ordinary demand times a factor that the calendar knows: the uplift of an
 * event, and on a holiday how its demand differs from that of its weekday. The forecaster inside
 * learns ordinary demand only, by the clocks on the wall, and its quantiles are multiplied.
 */
public final class CalendarForecaster implements Forecaster {
  /*
   * Holidays. The factor of a holiday at a time of day is the mean of the weekday that it is like
   * over the mean of the weekday that it is, hour by hour; an hour's mean over the ordinary days
   * of the history. Where history has days of the same name, the factor of the whole day is moved
   * to what they had, by n / (n + 2) of the way for n of them (a ridge penalty of two days on the
   * log effect): one Christmas says something, but not everything, about the next.
   *
   * Whether a holiday on paper is one for this demand is not known before the first: taxis stand
   * still at Christmas and drive on Veterans Day. So two forecasts are made, one for a holiday and
   * one for any other such weekday, and mixed as distributions, with weights (n + 1) / (n + 3) and
   * 2 / (n + 3) for n earlier days of the name. The upper quantiles, which capacity is bought for,
   * then cover both until there is evidence. That one in three is taken for a holiday at first is
   * measured: docs/benchmarks/calendar.md.
   *
   * Clocks. Samples are put on the grid of the local time: in autumn two samples fall on one place
   * and are averaged, in spring places stay absent. "A day ago" is then the same time on the wall.
   * The forecast, made in local time, is read back at the local time of each step.
   *
   * What is recent is divided by the factor too. On a holiday that turns out busier than it should
   * be, the forecaster inside sees demand above the ordinary and follows it.
   */

  /** Days of prior weight against the evidence of earlier days of a name. */
  private static final double PRIOR_DAYS = 2;

  /** No holiday does more; a profile with a near-zero hour would. */
  private static final double MOST = 10;

  /** Levels that distributions are mixed at, beside those asked for. */
  private static final double[] GRID = {
    .02, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, .99
  };

  /** To a billionth of the distance that a mixed quantile can lie in. */
  private static final int BISECTIONS = 30;

  private static final int HOURS = 24;
  private static final int WEEKDAYS = 7;
  private static final int SECONDS_AN_HOUR = 3_600;

  private final Forecaster ordinary;

  /** Goes by the calendar around another forecaster. */
  public CalendarForecaster(Forecaster ordinary) {
    this.ordinary = ordinary;
  }

  @Override
  public FittedModel fit(TimeSeries history, DemandCalendar calendar) {
    if (calendar.equals(DemandCalendar.empty())) {
      return ordinary.fit(history, calendar);
    }
    double[] learned = history.values().clone();
    boolean negative = false;
    for (int i = 0; i < learned.length; i++) {
      long at = history.epochSecondAt(i);
      if (calendar.dayType(at) > WEEKDAYS || !calendar.counts(at)) {
        learned[i] = Double.NaN;
      }
      negative |= history.values()[i] < 0;
    }
    TimeSeries days = new TimeSeries(history.startEpochSecond(), history.stepSeconds(), learned);
    LocalGrid grid = new LocalGrid(calendar, history.stepSeconds());
    Factors factors = new Factors(calendar, history, days, !negative);
    FittedModel model = ordinary.fit(grid.toLocal(days), DemandCalendar.empty());
    return new Model(model, grid, factors);
  }

  private record Model(FittedModel ordinary, LocalGrid grid, Factors factors)
      implements FittedModel {

    @Override
    public Forecast forecast(TimeSeries recent, int steps, double[] levels) {
      int last = recent.lastPresent();
      if (last < 0) {
        throw new IllegalArgumentException("no recent sample");
      }
      long origin = recent.epochSecondAt(last);
      boolean holiday = false;
      for (int h = 0; h < steps && !holiday; h++) {
        holiday = factors.isHoliday(origin + (h + 1L) * grid.step());
      }
      for (int i = 0; i < recent.length() && !holiday; i++) {
        holiday = factors.isHoliday(recent.epochSecondAt(i));
      }
      if (!holiday) {
        return scenario(recent, last, steps, levels, false);
      }
      double[] fine = union(GRID, levels);
      Forecast usual = scenario(recent, last, steps, fine, false);
      Forecast festive = scenario(recent, last, steps, fine, true);
      double[][] paths = new double[levels.length][steps];
      double[] a = new double[fine.length];
      double[] b = new double[fine.length];
      for (int h = 0; h < steps; h++) {
        for (int i = 0; i < fine.length; i++) {
          a[i] = usual.quantiles()[i][h];
          b[i] = festive.quantiles()[i][h];
        }
        double trust = factors.trust(origin + (h + 1L) * grid.step());
        for (int i = 0; i < levels.length; i++) {
          double q = mixed(fine, a, b, trust, levels[i]);
          paths[i][h] = i == 0 ? q : Math.max(q, paths[i - 1][h]);
        }
      }
      return new Forecast(usual.origin(), grid.step(), levels, paths, usual.expires(), id());
    }

    @Override
    public Explanation explain(TimeSeries recent, int step, double[] levels) {
      double[] asked = Explanation.withMedian(levels);
      Forecast forecast = forecast(recent, step, asked);
      double[] published = new double[asked.length];
      Arrays.setAll(published, i -> forecast.quantiles()[i][step - 1]);
      long origin = forecast.origin().getEpochSecond();
      long target = origin + (long) step * grid.step();
      Explanation inside =
          ordinary.explain(
              ordinaryDemand(recent, false), Math.max(1, grid.stepsBetween(origin, target)), asked);
      return inside.then(Explanation.Source.CALENDAR, forecast.instantAt(step - 1), published);
    }

    /** Recent samples by the clocks on the wall, without what the calendar does to them. */
    private TimeSeries ordinaryDemand(TimeSeries recent, boolean festive) {
      double[] values = recent.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] /= factors.at(recent.epochSecondAt(i), festive);
      }
      return grid.toLocal(new TimeSeries(recent.startEpochSecond(), recent.stepSeconds(), values));
    }

    /** A forecast in which holidays are either like any day of their weekday, or like holidays. */
    private Forecast scenario(
        TimeSeries recent, int last, int steps, double[] levels, boolean festive) {
      TimeSeries local = ordinaryDemand(recent, festive);
      long origin = recent.epochSecondAt(last);
      // Local time runs ahead by as much as the clocks are put forward within the horizon.
      int ahead = steps;
      for (int h = 0; h < steps; h++) {
        ahead = Math.max(ahead, grid.stepsBetween(origin, origin + (h + 1L) * grid.step()));
      }
      Forecast made = ordinary.forecast(local, ahead, levels);
      double[][] paths = new double[levels.length][steps];
      for (int h = 0; h < steps; h++) {
        long target = origin + (h + 1L) * grid.step();
        int from = Math.max(1, grid.stepsBetween(origin, target)) - 1;
        double factor = factors.at(target, festive);
        for (int i = 0; i < levels.length; i++) {
          paths[i][h] = factor * made.quantiles()[i][from];
        }
      }
      Duration valid = Duration.between(made.origin(), made.expires());
      Instant at = Instant.ofEpochSecond(origin);
      return new Forecast(at, grid.step(), levels, paths, at.plus(valid), id());
    }

    @Override
    public ModelId id() {
      return ordinary.id();
    }

    @Override
    public int stepSeconds() {
      return ordinary.stepSeconds();
    }
  }

  private static double[] union(double[] a, double[] b) {
    return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).distinct().sorted().toArray();
  }

  /**
   * Quantile of the mixture of two distributions that are known at some levels, straight between
   * them; by bisection, since it lies between those of the two.
   *
   * @param trust weight of the second
   */
  static double mixed(double[] levels, double[] a, double[] b, double trust, double level) {
    int at = Arrays.binarySearch(levels, level);
    double low = Math.min(a[at], b[at]);
    double high = Math.max(a[at], b[at]);
    for (int i = 0; i < BISECTIONS && low < high; i++) {
      double middle = low + (high - low) / 2;
      double below = (1 - trust) * share(levels, a, middle) + trust * share(levels, b, middle);
      if (below < level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Share of a distribution at or below a value; 0 below its lowest level, 1 above its highest. */
  private static double share(double[] levels, double[] quantiles, double value) {
    int n = levels.length;
    if (value < quantiles[0]) {
      return 0;
    }
    if (value >= quantiles[n - 1]) {
      return value > quantiles[n - 1] ? 1 : levels[n - 1];
    }
    int i = 0;
    while (quantiles[i + 1] <= value) {
      i++;
    }
    double within = (value - quantiles[i]) / (quantiles[i + 1] - quantiles[i]);
    return levels[i] + within * (levels[i + 1] - levels[i]);
  }

  /** Between instants and places on a grid of local time. */
  private record LocalGrid(DemandCalendar calendar, int step) {

    /** Steps of local time from one instant to another: fewer where clocks are put back between. */
    int stepsBetween(long from, long to) {
      return (int) Math.floorDiv(local(to) - local(from), (long) step);
    }

    TimeSeries toLocal(TimeSeries series) {
      int n = series.length();
      long offset = offset(series.epochSecondAt(0));
      boolean changes = false;
      for (int i = 1; i < n; i++) {
        changes |= offset(series.epochSecondAt(i)) != offset;
      }
      long start = local(series.epochSecondAt(0));
      if (n == 0 || !changes) {
        return new TimeSeries(start, step, series.values());
      }
      int length = n + 1;
      for (int i = 0; i < n; i++) {
        length = Math.max(length, place(series, i, start) + 1);
      }
      double[] sum = new double[length];
      int[] count = new int[length];
      int used = 0;
      for (int i = 0; i < n; i++) {
        int place = place(series, i, start);
        double v = series.values()[i];
        if (place >= 0 && !Double.isNaN(v)) {
          sum[place] += v;
          count[place]++;
        }
        used = place + 1;
      }
      for (int i = 0; i < length; i++) {
        sum[i] = count[i] == 0 ? Double.NaN : sum[i] / count[i];
      }
      // Right after clocks are put back, what comes later in local time is already known once.
      return new TimeSeries(start, step, Arrays.copyOf(sum, Math.max(used, 1)));
    }

    private int place(TimeSeries series, int i, long start) {
      return (int) Math.floorDiv(local(series.epochSecondAt(i)) - start, (long) step);
    }

    private long local(long epochSecond) {
      return epochSecond + offset(epochSecond);
    }

    private long offset(long epochSecond) {
      return calendar.localDay(epochSecond) * 86_400
          + calendar.secondOfDay(epochSecond)
          - epochSecond;
    }
  }

  /** What ordinary demand is multiplied by. */
  private static final class Factors {
    private final DemandCalendar calendar;

    /** Whether holidays have a factor: only where demand is never negative. */
    private final boolean ratios;

    /** Mean demand by weekday and hour; NaN where history has none. */
    private final double[][] profile = new double[WEEKDAYS][HOURS];

    /** By kind of day: what earlier days of a name had over what was to be expected. */
    private final double[] evidence;

    /** By kind of day: how many days of a name history has. */
    private final int[] days;

    Factors(DemandCalendar calendar, TimeSeries history, TimeSeries ordinaryDays, boolean ratios) {
      this.calendar = calendar;
      this.ratios = ratios;
      double[][] sum = new double[WEEKDAYS][HOURS];
      int[][] count = new int[WEEKDAYS][HOURS];
      for (int i = 0; i < ordinaryDays.length(); i++) {
        double v = ordinaryDays.values()[i];
        if (!Double.isNaN(v)) {
          long at = ordinaryDays.epochSecondAt(i);
          int weekday = calendar.dayType(at) - 1;
          int hour = calendar.secondOfDay(at) / SECONDS_AN_HOUR;
          sum[weekday][hour] += v;
          count[weekday][hour]++;
        }
      }
      for (int d = 0; d < WEEKDAYS; d++) {
        for (int h = 0; h < HOURS; h++) {
          profile[d][h] = sum[d][h] / count[d][h];
        }
      }
      evidence = new double[calendar.dayTypes() + 1];
      days = new int[evidence.length];
      Arrays.fill(evidence, 1);
      learnHolidays(history);
    }

    private void learnHolidays(TimeSeries history) {
      double[] logs = new double[evidence.length];
      double actual = 0;
      double expected = 0;
      for (int i = 0; i <= history.length(); i++) {
        long at = history.epochSecondAt(i);
        boolean newDay =
            i > 0 && calendar.localDay(at) != calendar.localDay(history.epochSecondAt(i - 1));
        if (newDay || i == history.length()) {
          if (actual > 0 && expected > 0) {
            int type = calendar.dayType(history.epochSecondAt(i - 1));
            logs[type] += Math.log(actual / expected);
            days[type]++;
          }
          actual = 0;
          expected = 0;
        }
        if (i < history.length() && calendar.dayType(at) > WEEKDAYS && calendar.counts(at)) {
          double mean = profile[weekday(at)][hour(at)] * like(at);
          double v = history.values()[i];
          if (!Double.isNaN(v) && !Double.isNaN(mean)) {
            actual += v;
            expected += mean;
          }
        }
      }
      for (int type = WEEKDAYS + 1; type < evidence.length; type++) {
        evidence[type] = bounded(Math.exp(logs[type] / (days[type] + PRIOR_DAYS)));
      }
    }

    boolean isHoliday(long epochSecond) {
      return ratios && calendar.dayType(epochSecond) > WEEKDAYS;
    }

    /** How likely a holiday is one for this demand; 0 on other days. */
    double trust(long epochSecond) {
      int type = calendar.dayType(epochSecond);
      return type <= WEEKDAYS ? 0 : (days[type] + 1) / (days[type] + 3.0);
    }

    double at(long epochSecond, boolean festive) {
      double uplift = calendar.uplift(epochSecond);
      int type = calendar.dayType(epochSecond);
      return type <= WEEKDAYS || !ratios || !festive
          ? uplift
          : uplift * bounded(like(epochSecond) * evidence[type]);
    }

    /** The weekday that a holiday is like over the one that it is, at the hour. */
    private double like(long epochSecond) {
      int hour = hour(epochSecond);
      double like = profile[calendar.likeWeekday(epochSecond) - 1][hour];
      double own = profile[weekday(epochSecond)][hour];
      double ratio = like / own;
      return Double.isFinite(ratio) && ratio > 0 ? bounded(ratio) : 1;
    }

    private int hour(long epochSecond) {
      return calendar.secondOfDay(epochSecond) / SECONDS_AN_HOUR;
    }

    private int weekday(long epochSecond) {
      return (int) Math.floorMod(calendar.localDay(epochSecond) + 3, 7L);
    }

    private static double bounded(double factor) {
      return Math.clamp(factor, 1 / MOST, MOST);
    }
  }
}
