package dev.almanac.service.log;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.forecast.window.Survival;
import dev.almanac.predictor.forecast.window.WindowForecast;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.PodTotals;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.PricedForecast;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.ScalingPolicy.LeadTime;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.StepCaps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The steps of one workload, each a pure function of its number and the state before it, so that a
 * test can say what a log must lead to.
 */
final class Steps {
  static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  static final Duration INTERVAL = Duration.ofSeconds(15);

  private final String workload;
  private ScalingPolicy policy = policy();
  private AutoscalerState state = AutoscalerState.cold();
  private int next;

  Steps(String workload) {
    this.workload = workload;
  }

  static ScalingPolicy policy() {
    return new ScalingPolicy(
        2,
        40,
        Stage.FULL,
        120,
        ReactiveRule.DEFAULT,
        INTERVAL,
        Duration.ofSeconds(120),
        new LeadTime(Duration.ofSeconds(60), false),
        new Risk.Prices(1, 19),
        new StepCaps(Duration.ofMinutes(1), 32, 7, 0.25));
  }

  /** Goes on from a state that a log gave. */
  Steps from(int number, AutoscalerState restored) {
    next = number;
    state = restored;
    return this;
  }

  Steps policy(ScalingPolicy other) {
    policy = other;
    return this;
  }

  AutoscalerState state() {
    return state;
  }

  int number() {
    return next;
  }

  static Instant at(int number) {
    return START.plus(INTERVAL.multipliedBy(number));
  }

  static int numberAt(Instant at) {
    return (int) Duration.between(START, at).dividedBy(INTERVAL);
  }

  /** The state after so many steps without any interruption. */
  static AutoscalerState stateAfter(int steps) {
    Steps all = new Steps("any/any");
    for (int i = 0; i < steps; i++) {
      all.take();
    }
    return all.state();
  }

  /** Takes the next step. */
  DecisionLog.Taken take() {
    return take(observation(next));
  }

  /** Takes the next step on another observation. */
  DecisionLog.Taken take(Observation observation) {
    Step step = new Autoscaler().step(policy, observation, state);
    DecisionLog.Taken taken = new DecisionLog.Taken(workload, policy, state, observation, step);
    state = step.next();
    next++;
    return taken;
  }

  /** Day and night, with everything that a reading can be. */
  static Observation observation(int number) {
    Instant at = at(number);
    double demand = 1500 + 900 * Math.sin(number / 40.0);
    int replicas = 15 + number / 7 % 5;
    Reading reading =
        switch (number % 23) {
          case 5 -> new Reading.NoData("no series, \"web\" is gone\n\u00e9\u20ac\ud83d\ude80");
          case 9 -> new Reading.Stale(demand, at.minusSeconds(180));
          case 13 -> new Reading.Partial(demand, at, "one of 2 replicas did not answer");
          case 17 -> new Reading.Invalid("sample is NaN");
          default -> new Reading.Present(demand, at.minusMillis(2_500));
        };
    return new Observation(
        at,
        new TargetFacts(
            replicas,
            replicas,
            replicas - number % 2,
            number % 50 == 49,
            "48" + number,
            at.minusMillis(125),
            number < 3
                ? StartUpTimes.none()
                : new StartUpTimes(20, Duration.ofSeconds(31), Duration.ofMillis(48_250))),
        metrics(number, reading),
        new Demand(reading),
        number % 11 == 10 ? Optional.empty() : Optional.of(forecast(at, demand)),
        number % 13 == 12 ? Optional.empty() : Optional.of(priced(at, demand)),
        Limits.none());
  }

  private static List<MetricReading> metrics(int number, Reading reading) {
    return switch (number % 3) {
      case 0 -> List.of();
      case 1 -> List.of(new MetricReading("latency", reading));
      default ->
          List.of(
              new MetricReading("latency", reading),
              new MetricReading(
                  "cpu",
                  new Reading.Present(71, at(number)),
                  Optional.of(
                      new PodTotals(
                          14,
                          14,
                          2_485,
                          3_500,
                          14,
                          List.of(new PodTotals.Missing(1, 250), new PodTotals.Missing(2, 500)),
                          number % 4,
                          250L * (number % 4)))));
    };
  }

  /** As they come from a fit: a location and a spread of the tick, a survival of the day. */
  static PricedForecast priced(Instant at, double demand) {
    return new PricedForecast(
        new WindowForecast(
            at.minusSeconds(30),
            START.plus(Duration.ofHours(2)),
            new ModelId("window-maximum", START),
            new WindowForecast.Ahead(
                at.plusSeconds(150), Math.sqrt(demand / 120) * 1.0123, 0.2 + demand / 1e5, TAIL),
            new WindowForecast.Ahead(
                at.plusSeconds(630), Math.sqrt(demand / 120) * 1.0456, 0.3 + demand / 1e5, TAIL)),
        OptionalDouble.of(0.004));
  }

  private static final Survival TAIL = tail();

  private static Survival tail() {
    double[] points = new double[Survival.size()];
    for (int i = 0; i < points.length; i++) {
      points[i] = Math.round(-1_000 * Math.log(Survival.probability(i) * 2)) / 1_000.0;
    }
    return new Survival(points);
  }

  private static Forecast forecast(Instant at, double demand) {
    double[] levels = Autoscaler.levels(policy());
    double[][] quantiles = new double[levels.length][11];
    for (int i = 0; i < levels.length; i++) {
      for (int h = 0; h < 11; h++) {
        quantiles[i][h] = demand * (1 + 0.01 * h) + 37.3 * i * Math.sqrt(h + 1);
      }
    }
    return new Forecast(
        at.minusSeconds(30),
        60,
        levels,
        quantiles,
        START.plus(Duration.ofHours(6)),
        new ModelId("pooled-ridge", START));
  }
}
