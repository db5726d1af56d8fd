package dev.almanac.service.history;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import dev.almanac.service.loop.WorkloadTick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ticks of one workload, decided by the real step: a pod serves 100, of 1 to 10. */
final class Ticks {
  static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  static final ScalingPolicy POLICY = ScalingPolicy.of(1, 10, Stage.FULL, 100);

  private static final Workload WEB =
      new Workload(
          "shop",
          "web",
          TargetRef.deployment("shop", "web"),
          "prometheus",
          "up",
          "req/s",
          DemandCalendar.empty(),
          POLICY,
          false);

  private AutoscalerState state = AutoscalerState.cold();

  /** Instant of the tick of that number. */
  static Instant at(int number) {
    return START.plus(POLICY.interval().multipliedBy(number));
  }

  WorkloadTick.Decided decided(int number, int replicas, double demand) {
    return decided(number, replicas, new Reading.Present(demand, at(number)), Optional.empty());
  }

  WorkloadTick.Decided decided(
      int number, int replicas, Reading reading, Optional<Forecast> forecast) {
    Observation observation =
        new Observation(
            at(number),
            new TargetFacts(
                replicas, replicas, replicas, false, "7", at(number), StartUpTimes.none()),
            List.of(),
            new Demand(reading),
            forecast,
            Optional.empty(),
            Limits.none());
    Step step = new Autoscaler().step(POLICY, observation, state);
    WorkloadTick.Decided decided =
        new WorkloadTick.Decided(
            WEB,
            at(number),
            POLICY,
            observation,
            TimeSeries.empty(START, Duration.ofMinutes(1)),
            state,
            step.decision(),
            step.decision(),
            step.next(),
            Optional.empty());
    state = step.next();
    return decided;
  }

  /** One that says the same for each of its minutes: {@code values[i]} at {@code levels[i]}. */
  static Forecast flat(Instant origin, double[] levels, double... values) {
    double[][] paths = new double[levels.length][60];
    for (int i = 0; i < levels.length; i++) {
      java.util.Arrays.fill(paths[i], values[i]);
    }
    return new Forecast(
        origin, 60, levels, paths, origin.plusSeconds(36_000), new ModelId("test", origin));
  }
}
