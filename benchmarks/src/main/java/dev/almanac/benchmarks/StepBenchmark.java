package dev.almanac.benchmarks;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.PricedForecast;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.plan.ReplicaPlan;
import dev.almanac.predictor.scaling.shadow.PricedModel;
import dev.almanac.predictor.series.TimeSeries;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** One decision, and what comes before it: the forecast of a tick and the hourly fit. */
public final class StepBenchmark implements Benchmark {

  @Override
  public String about() {
    return "JMH, one thread, 2 forks x 5 x 1 s after 5 x 1 s warm-up; 14 days of history at 60 s.\n"
        + "Bytes are allocated per operation. Shows arithmetic alone: no reads, no writes, no log.";
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Table table = new Table("operation", "ns", "+-", "bytes");
    for (RunResult r : Jmh.run(Work.class, 2)) {
      Result<?> time = r.getPrimaryResult();
      table.row(time.getLabel(), time.getScore(), time.getScoreError(), Jmh.bytes(r));
    }
    return table;
  }

  /** What is measured. */
  @State(Scope.Thread)
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public static class Work {
    private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");
    private static final int DAY = 1440;

    private final Autoscaler autoscaler = new Autoscaler();
    private final ScalingPolicy policy = ScalingPolicy.of(2, 100, Stage.FULL, 100);
    private final PooledRidgeForecaster forecaster = new PooledRidgeForecaster();
    private TimeSeries history = TimeSeries.empty(AT, java.time.Duration.ofMinutes(1));
    private TimeSeries recent = history;
    private Optional<FittedModel> model = Optional.empty();
    private Optional<PricedModel> priced = Optional.empty();
    private Optional<Observation> observation = Optional.empty();
    private AutoscalerState state = AutoscalerState.cold();
    private final int[] needs = new int[60];

    /** Two weeks of a day season, a fitted model and a state with a full window. */
    @Setup
    public void prepare() {
      SplittableRandom random = new SplittableRandom(1);
      double[] values = new double[14 * DAY];
      for (int i = 0; i < values.length; i++) {
        double mean = 2_000 - 1_500 * Math.cos(2 * Math.PI * i / DAY);
        values[i] = Math.max(0, mean + 3 * Math.sqrt(mean) * random.nextGaussian());
      }
      for (int i = 0; i < needs.length; i++) {
        needs[i] = new SplittableRandom(i).nextInt(201);
      }
      history = new TimeSeries(AT.getEpochSecond() - 60L * values.length, 60, values);
      recent =
          new TimeSeries(
              history.endEpochSecond() - 3600,
              60,
              Arrays.copyOfRange(values, values.length - 60, values.length));
      model = Optional.of(forecaster.fit(history, DemandCalendar.empty()));
      priced = fitWindows();
      for (int tick = 0; tick <= 40; tick++) {
        Observation o = observe(AT.plusSeconds(15L * tick));
        Step step = autoscaler.step(policy, o, state);
        state = step.next();
        observation = Optional.of(o);
      }
    }

    private Observation observe(Instant at) {
      return new Observation(
          at,
          new TargetFacts(6, 6, 6, false, "1", at, StartUpTimes.none()),
          List.of(),
          new Demand(new Reading.Present(recent.values()[59], at)),
          Optional.of(forecast()),
          windows(),
          Limits.none());
    }

    /** All stages, with a forecast at hand. */
    @org.openjdk.jmh.annotations.Benchmark
    public Step step() {
      return autoscaler.step(policy, observation.orElseThrow(), state);
    }

    /** Eleven minutes at four levels, what a tick asks for. */
    @org.openjdk.jmh.annotations.Benchmark
    public Forecast forecast() {
      return model.orElseThrow().forecast(recent, 11, Autoscaler.levels(policy));
    }

    /** The windows that a tick buys against. */
    @org.openjdk.jmh.annotations.Benchmark
    public Optional<PricedForecast> windows() {
      return priced.flatMap(p -> p.forecast(recent));
    }

    /** The fit of the windows, four a day, with the shadow replay that chooses the price. */
    @org.openjdk.jmh.annotations.Benchmark
    public Optional<PricedModel> fitWindows() {
      return PricedModel.next(
          Optional.empty(),
          history,
          DemandCalendar.empty(),
          policy,
          Autoscaler.leadTime(policy, StartUpTimes.none()),
          AT);
    }

    /**
     * The exact plan of an hour of minutes for up to 200 replicas that take 12 minutes to start.
     */
    @org.openjdk.jmh.annotations.Benchmark
    public ReplicaPlan plan() {
      return ReplicaPlan.of(
          needs, 12, new ReplicaPlan.Start(20, 2, 200), new ReplicaPlan.Prices(1, 100, 5, 5));
    }

    /** The hourly fit. */
    @org.openjdk.jmh.annotations.Benchmark
    public FittedModel fit() {
      return forecaster.fit(history, DemandCalendar.empty());
    }
  }
}
