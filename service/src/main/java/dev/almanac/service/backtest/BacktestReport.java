package dev.almanac.service.backtest;

import dev.almanac.predictor.backtest.Backtest;
import dev.almanac.predictor.backtest.BacktestResult;
import dev.almanac.predictor.backtest.Verdict;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.Explanation;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Backtests of many series.
 *
 * @param plan what was done
 * @param rows one a series, in the order that they were given
 */
public record BacktestReport(Backtest.Plan plan, List<Row> rows) {
  /** Pictures in a page; more would make it heavier than a browser likes. */
  static final int MOST_PICTURES = 200;

  private static final Duration HISTORY = Duration.ofDays(28);
  private static final double[] LEVELS = {.5};

  /** Copies. */
  public BacktestReport {
    rows = List.copyOf(rows);
  }

  /**
   * One series.
   *
   * @param name of the series
   * @param from its first instant
   * @param to first instant after it
   * @param step distance of two samples as they were forecast
   * @param presentShare of its samples, 0 to 1
   * @param result without samples and forecasts, of which there may be gigabytes
   * @param picture as SVG; empty when none was asked for
   * @param next what forecasts from the end of the series are made of, at the lead time and at the
   *     longest horizon; empty when no picture was asked for
   */
  public record Row(
      String name,
      Instant from,
      Instant to,
      Duration step,
      double presentShare,
      BacktestResult result,
      String picture,
      List<Explanation> next) {
    /** Copies. */
    public Row {
      next = List.copyOf(next);
    }
  }

  /**
   * Runs the backtests, one series a thread and core.
   *
   * @param pictures whether to draw
   * @param done hears how many series are done, on the calling thread
   */
  public static BacktestReport run(
      SequencedMap<String, TimeSeries> series,
      Forecaster forecaster,
      DemandCalendar calendar,
      Backtest.Plan plan,
      boolean pictures,
      LongConsumer done)
      throws InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    List<Row> rows = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(cores)) {
      List<Future<Row>> running = new ArrayList<>();
      for (Map.Entry<String, TimeSeries> entry : series.entrySet()) {
        boolean draw = pictures && running.size() < MOST_PICTURES;
        running.add(
            pool.submit(
                () -> row(entry.getKey(), entry.getValue(), forecaster, calendar, plan, draw)));
      }
      try {
        for (Future<Row> row : running) {
          rows.add(row.get());
          done.accept(rows.size());
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a backtest failed", e.getCause());
      } finally {
        pool.shutdownNow();
      }
    }
    return new BacktestReport(plan, rows);
  }

  private static Row row(
      String name,
      TimeSeries series,
      Forecaster forecaster,
      DemandCalendar calendar,
      Backtest.Plan plan,
      boolean draw) {
    BacktestResult result = Backtest.run(series, forecaster, calendar, plan);
    TimeSeries used = result.series();
    BacktestResult kept =
        new BacktestResult(
            TimeSeries.empty(
                Instant.ofEpochSecond(used.startEpochSecond()),
                Duration.ofSeconds(used.stepSeconds())),
            result.model(),
            result.horizons(),
            result.lead(),
            result.verdict(),
            List.of());
    return new Row(
        name,
        Instant.ofEpochSecond(used.startEpochSecond()),
        Instant.ofEpochSecond(used.endEpochSecond()),
        Duration.ofSeconds(used.stepSeconds()),
        used.presentShare(),
        kept,
        draw ? Picture.of(name, result) : "",
        draw ? next(used, forecaster, calendar, plan) : List.of());
  }

  private static List<Explanation> next(
      TimeSeries series, Forecaster forecaster, DemandCalendar calendar, Backtest.Plan plan) {
    if (series.lastPresent() < 0) {
      return List.of();
    }
    long step = series.stepSeconds();
    int first = (int) Math.max(0, series.length() - HISTORY.toSeconds() / step);
    TimeSeries history =
        new TimeSeries(
            series.epochSecondAt(first),
            series.stepSeconds(),
            Arrays.copyOfRange(series.values(), first, series.length()));
    if (history.lastPresent() < 0) {
      return List.of();
    }
    FittedModel model = forecaster.fit(history, calendar);
    return Stream.concat(Stream.of(plan.lead()), plan.horizons().stream())
        .filter(
            ahead -> ahead.equals(plan.lead()) || ahead.equals(Collections.max(plan.horizons())))
        .map(ahead -> (int) Math.max(1, Math.ceilDiv(ahead.toSeconds(), step)))
        .distinct()
        .map(ahead -> model.explain(history, ahead, LEVELS))
        .toList();
  }

  /** How many series have which answer, in the order of the answers; without those none has. */
  public Map<Verdict.Answer, Integer> answers() {
    Map<Verdict.Answer, Integer> counts = new EnumMap<>(Verdict.Answer.class);
    rows.forEach(row -> counts.merge(row.result().verdict().answer(), 1, Integer::sum));
    return Collections.unmodifiableMap(counts);
  }

  /** The model of the first series that was forecast. */
  String model() {
    return rows.stream()
        .map(row -> row.result().model())
        .filter(model -> !model.isEmpty())
        .findFirst()
        .orElse("none");
  }
}
