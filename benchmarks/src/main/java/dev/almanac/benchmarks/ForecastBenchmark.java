package dev.almanac.benchmarks;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.OnlineForecaster;
import dev.almanac.predictor.forecast.OnlineState;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.forecast.PooledRidgeModel;
import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What a series costs: the fit, the forecast of a day, a new sample, and what is kept. */
public final class ForecastBenchmark implements Benchmark {
  private static final double[] LEVELS = {.5, .9, .95, .99};

  /** What a service refits every hour, on this many threads. */
  private static final int FLEET = 30_000;

  private static final int THREADS = 2;

  /** Many, for G1 counts the rest of a region that it has begun as used. */
  private static final int KEPT = 1_000;

  @Override
  public String about() {
    return ("JMH, one thread, 1 fork x 5 x 1 s after 5 x 1 s warm-up; 28 days of history. A forecast is a\n"
            + "day at four levels. Bytes are allocated per operation; kept is the heap that a fitted model and\n"
            + "its online state hold, measured over %d of them. Same series for all: a day's season with noise;\n"
            + "each with a noise of its own in the fleet of %,d, which is fitted on %d threads.")
        .formatted(KEPT, FLEET, THREADS);
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Table table = new Table("operation", "step_seconds", "ms", "+-", "bytes");
    for (RunResult r : Jmh.run(Work.class, 1)) {
      Result<?> time = r.getPrimaryResult();
      table.row(
          time.getLabel() + "_ms",
          r.getParams().getParam("stepSeconds"),
          time.getScore(),
          time.getScoreError(),
          Jmh.bytes(r));
    }
    for (int step : new int[] {60, 300, 3600}) {
      table.row("kept_bytes", String.valueOf(step), Double.NaN, Double.NaN, keptBytes(step));
    }
    table.row("fleet_fits_ms", "300", fleetMillis(300), Double.NaN, Double.NaN);
    return table;
  }

  /**
   * Fits of a whole fleet, from the first begun to the last ended; histories are made in that time.
   */
  private static double fleetMillis(int stepSeconds) throws InterruptedException {
    long before = System.nanoTime();
    AtomicInteger fitted = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < FLEET; i++) {
        int seed = i;
        threads.execute(() -> {
          FittedModel model =
              new PooledRidgeForecaster()
                  .fit(Work.history(stepSeconds, seed), DemandCalendar.empty());
          fitted.addAndGet(model.stepSeconds() == stepSeconds ? 1 : 0);
        });
      }
    }
    if (fitted.get() != FLEET) {
      throw new IllegalStateException("%d of %d fits".formatted(fitted.get(), FLEET));
    }
    return (System.nanoTime() - before) / 1e6;
  }

  /** Heap that one series holds besides its samples. */
  private static double keptBytes(int stepSeconds) throws InterruptedException {
    Work work = new Work();
    work.stepSeconds = stepSeconds;
    work.prepare();
    List<Object> kept = new ArrayList<>(2 * KEPT);
    long before = usedHeap();
    for (int i = 0; i < KEPT; i++) {
      kept.add(work.fit());
      kept.add(work.observed());
    }
    long after = usedHeap();
    if (kept.size() != 2 * KEPT) {
      throw new IllegalStateException("lost models");
    }
    return (double) (after - before) / KEPT;
  }

  private static long usedHeap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** What is measured. */
  @State(Scope.Thread)
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public static class Work {
    private static final int DAYS = 28;
    private static final int DAY_SECONDS = 86_400;

    /** Step of the series. */
    @Param({"60", "300", "3600"})
    public int stepSeconds = 300;

    private final PooledRidgeForecaster forecaster = new PooledRidgeForecaster();
    private final OnlineForecaster online = new OnlineForecaster(LEVELS);
    private TimeSeries history = TimeSeries.empty(java.time.Instant.EPOCH, Duration.ofMinutes(5));
    private TimeSeries recent = history;
    private Optional<PooledRidgeModel> model = Optional.empty();
    private Optional<OnlineState> state = Optional.empty();

    /** Four weeks, a fitted model, and a state that waits for its targets. */
    @Setup
    public void prepare() {
      history = history(stepSeconds, 1);
      recent = upTo(history.length() - 1);
      model = Optional.of(forecaster.fit(history, DemandCalendar.empty()));
      state = Optional.of(observed());
    }

    /** Four weeks of a day's season with noise. */
    static TimeSeries history(int stepSeconds, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int day = DAY_SECONDS / stepSeconds;
      double[] values = new double[DAYS * day];
      for (int i = 0; i < values.length; i++) {
        double mean = 2_000 - 1_500 * Math.cos(2 * Math.PI * i / day);
        values[i] = Math.max(0, mean + 3 * Math.sqrt(mean) * random.nextGaussian());
      }
      return new TimeSeries(0, stepSeconds, values);
    }

    private TimeSeries upTo(int last) {
      int first = last + 1 - Math.max(3, 3600 / stepSeconds);
      double[] values = Arrays.copyOfRange(history.values(), first, last + 1);
      return new TimeSeries(history.epochSecondAt(first), stepSeconds, values);
    }

    /** The state after the last day of the history. */
    OnlineState observed() {
      PooledRidgeModel fitted = model.orElseThrow();
      OnlineState learned = online.start(fitted);
      int n = history.length();
      for (int t = n - DAY_SECONDS / stepSeconds; t < n; t++) {
        learned = online.observe(fitted, upTo(t), learned);
      }
      return learned;
    }

    /** The refit. */
    @org.openjdk.jmh.annotations.Benchmark
    public FittedModel fit() {
      return forecaster.fit(history, DemandCalendar.empty());
    }

    /** A day ahead at four levels. */
    @org.openjdk.jmh.annotations.Benchmark
    public Forecast forecast() {
      return model.orElseThrow().forecast(recent, DAY_SECONDS / stepSeconds, LEVELS);
    }

    /** The same, mixed and calibrated. */
    @org.openjdk.jmh.annotations.Benchmark
    public Forecast onlineForecast() {
      return online.forecast(
          model.orElseThrow(), recent, DAY_SECONDS / stepSeconds, state.orElseThrow());
    }

    /** A new sample. */
    @org.openjdk.jmh.annotations.Benchmark
    public OnlineState observe() {
      return online.observe(model.orElseThrow(), recent, state.orElseThrow());
    }
  }
}
