package dev.almanac.predictor.backtest;

import dev.almanac.predictor.accuracy.Losses;
import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.accuracy.SeasonalScale;
import dev.almanac.predictor.backtest.BacktestResult.Horizon;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Forecasts a series from instants of its past and scores what came. At every origin the model is
 * fitted anew on what was known then, at most {@link #HISTORY} of it; nothing later is seen. The
 * same series and plan give the same result.
 */
public final class Backtest {
  /** The protocol of docs/benchmarks: older samples say little and cost time. */
  private static final Duration HISTORY = Duration.ofDays(28);

  /** The step that the service forecasts at; finer series are averaged to it. */
  private static final int FINEST_SECONDS = 60;

  /** Forecasts kept for a picture. */
  private static final int SHOWN = 8;

  /** Present samples without which no forecast is tried. */
  private static final int LEAST_SAMPLES = 30;

  /** A path is as long as people plan by hand: a month of minutes. */
  private static final int MOST_STEPS = 43_200;

  private static final int SECONDS_A_DAY = 86_400;

  private static final double[] LEVELS = Scorecard.levels();
  private static final int COST_LEVEL = Arrays.binarySearch(LEVELS, Verdict.LEVEL);

  /**
   * What to do.
   *
   * @param horizons to score, above 0
   * @param lead from order to ready: the verdict is made there
   * @param origins forecasts a series, 1 to 10,000
   */
  public record Plan(List<Duration> horizons, Duration lead, int origins) {
    /** Checks and sorts. */
    public Plan {
      horizons = horizons.stream().distinct().sorted().toList();
      if (horizons.isEmpty() || !horizons.getFirst().isPositive() || !lead.isPositive()) {
        throw new IllegalArgumentException("horizons and lead time must be above 0");
      }
      if (origins < 1 || origins > 10_000) {
        throw new IllegalArgumentException("origins must be 1 to 10,000, was " + origins);
      }
    }
  }

  private final TimeSeries series;
  private final Forecaster forecaster;
  private final DemandCalendar calendar;
  private final int day;
  private final int lead;
  private final int longest;
  private final List<Horizon> horizons = new ArrayList<>();
  private final Horizon atLead;
  private final List<double[]> costs = new ArrayList<>();
  private final List<Forecast> shown = new ArrayList<>();
  private String model = "";

  private Backtest(TimeSeries series, Forecaster forecaster, DemandCalendar calendar, Plan plan) {
    this.series = series;
    this.forecaster = forecaster;
    this.calendar = calendar;
    day = Math.max(1, SECONDS_A_DAY / series.stepSeconds());
    lead = steps(plan.lead());
    int room = series.length() / 5; // Half of what is scored: as many origins must fit in it.
    for (Duration horizon : plan.horizons()) {
      int steps = steps(horizon);
      boolean repeated = !horizons.isEmpty() && horizons.getLast().steps() == steps;
      if (steps <= room && !repeated) {
        horizons.add(empty(steps));
      }
    }
    atLead = empty(lead);
    longest = Math.max(lead, horizons.isEmpty() ? 0 : horizons.getLast().steps());
  }

  /**
   * Backtests one series.
   *
   * @param series any length, absent samples anywhere
   * @param calendar as the service would have it
   * @return always: what cannot be scored has a verdict that says why
   */
  public static BacktestResult run(
      TimeSeries series, Forecaster forecaster, DemandCalendar calendar, Plan plan) {
    TimeSeries coarse = perMinute(series);
    Backtest backtest = new Backtest(coarse, forecaster, calendar, plan);
    String impossible = backtest.impossible();
    if (!impossible.isEmpty()) {
      return new BacktestResult(
          coarse, "", List.of(), Optional.empty(), Verdict.unknown(impossible), List.of());
    }
    int[] origins = RollingOrigins.of(coarse.length(), plan.origins(), backtest.longest);
    for (int i = 0; i < origins.length; i++) {
      boolean show = i * SHOWN / origins.length != (i + 1) * SHOWN / origins.length;
      backtest.forecastFrom(origins[i], show);
    }
    return backtest.result(show(backtest.lead * (long) coarse.stepSeconds()));
  }

  private String impossible() {
    int present = series.presentCount();
    if (present < LEAST_SAMPLES) {
      return "%,d samples are there; a backtest needs %d.".formatted(present, LEAST_SAMPLES);
    }
    if (lead > series.length() / 5) {
      return "%,d samples are too few to look %d of them ahead.".formatted(series.length(), lead);
    }
    double first = series.values()[series.lastPresent()];
    for (double v : series.values()) {
      if (!Double.isNaN(v) && v != first) {
        return "";
      }
    }
    return "Every sample is %s: there is nothing to forecast.".formatted(first);
  }

  private void forecastFrom(int index, boolean show) {
    double[] all = series.values();
    int origin = index;
    while (origin > 0 && Double.isNaN(all[origin])) {
      origin--;
    }
    int first = Math.max(0, origin + 1 - (int) (HISTORY.toSeconds() / series.stepSeconds()));
    TimeSeries history =
        new TimeSeries(
            series.epochSecondAt(first),
            series.stepSeconds(),
            Arrays.copyOfRange(all, first, origin + 1));
    double scale = scale(history);
    if (Double.isNaN(all[origin]) || !(scale > 0)) {
      return;
    }
    FittedModel fitted = forecaster.fit(history, calendar);
    Forecast forecast = fitted.forecast(history, longest, LEVELS);
    Rival rival = new Rival(history);
    double[][] season = rival.seasonalNaive(longest, LEVELS);
    double[][] reacting = rival.lastValue(longest, LEVELS);
    model = forecast.model().name();
    double[] cost = new double[3];
    int scored = 0;
    for (int h = 0; h < longest && origin + 1 + h < all.length; h++) {
      double actual = all[origin + 1 + h];
      for (Horizon horizon : horizons) {
        if (h < horizon.steps()) {
          add(horizon, actual, forecast.quantiles(), season, reacting, h, scale);
        }
      }
      if (h < lead) {
        add(atLead, actual, forecast.quantiles(), season, reacting, h, scale);
        if (!Double.isNaN(actual)) {
          scored++;
          cost[0] += Losses.pinball(Verdict.LEVEL, actual, forecast.quantiles()[COST_LEVEL][h]);
          cost[1] += Losses.pinball(Verdict.LEVEL, actual, reacting[COST_LEVEL][h]);
          cost[2] += Losses.pinball(Verdict.LEVEL, actual, season[COST_LEVEL][h]);
        }
      }
    }
    if (scored > 0) {
      costs.add(new double[] {cost[0] / scored, cost[1] / scored, cost[2] / scored});
    }
    if (show) {
      shown.add(forecast);
    }
  }

  private BacktestResult result(String leadText) {
    int n = costs.size();
    double[][] byRule = new double[3][n];
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < 3; r++) {
        byRule[r][i] = costs.get(i)[r];
      }
    }
    Verdict verdict = Verdict.of(byRule[0], byRule[1], byRule[2], leadText);
    List<Horizon> scored = horizons.stream().filter(h -> h.forecast().targets() > 0).toList();
    Optional<Horizon> leads = Optional.of(atLead).filter(h -> h.forecast().targets() > 0);
    return new BacktestResult(series, model, scored, leads, verdict, shown);
  }

  /**
   * Of a day where there are days, else of a step: what seasonal naive or the last value err by.
   */
  private double scale(TimeSeries history) {
    double daily = SeasonalScale.of(history.values(), history.length(), day);
    return daily > 0 ? daily : SeasonalScale.of(history.values(), history.length(), 1);
  }

  private static void add(
      Horizon to,
      double actual,
      double[][] forecast,
      double[][] season,
      double[][] reacting,
      int step,
      double scale) {
    to.forecast().add(actual, forecast, step, scale);
    to.season().add(actual, season, step, scale);
    to.reacting().add(actual, reacting, step, scale);
  }

  private static Horizon empty(int steps) {
    return new Horizon(steps, new Scorecard(), new Scorecard(), new Scorecard());
  }

  private int steps(Duration ahead) {
    long steps = Math.ceilDiv(ahead.toSeconds(), (long) series.stepSeconds());
    return (int) Math.clamp(steps, 1, MOST_STEPS);
  }

  /** Means of whole minutes, where a series is finer and minutes are whole steps. */
  static TimeSeries perMinute(TimeSeries series) {
    int step = series.stepSeconds();
    if (step >= FINEST_SECONDS || FINEST_SECONDS % step != 0) {
      return series;
    }
    long start = Math.floorDiv(series.startEpochSecond(), (long) FINEST_SECONDS) * FINEST_SECONDS;
    int minutes = (int) Math.ceilDiv(series.endEpochSecond() - start, (long) FINEST_SECONDS);
    double[] sum = new double[minutes];
    int[] count = new int[minutes];
    for (int i = 0; i < series.length(); i++) {
      double v = series.values()[i];
      if (!Double.isNaN(v)) {
        int minute = (int) ((series.epochSecondAt(i) - start) / FINEST_SECONDS);
        sum[minute] += v;
        count[minute]++;
      }
    }
    for (int m = 0; m < minutes; m++) {
      sum[m] = count[m] == 0 ? Double.NaN : sum[m] / count[m];
    }
    return new TimeSeries(start, FINEST_SECONDS, sum);
  }

  /** A time as people write it. */
  private static String show(long seconds) {
    return seconds % SECONDS_A_DAY == 0
        ? seconds / SECONDS_A_DAY + "d"
        : seconds % 3_600 == 0
            ? seconds / 3_600 + "h"
            : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
