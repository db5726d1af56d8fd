package dev.almanac.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.LevelForecaster;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A trace is constant inside a minute, and a mean over 60 s tells one of its minutes at one second
 * of the minute and half of each of two at another. What a fit learns must not depend on that
 * second.
 */
class FitPhaseTest {
  private static final int HISTORY_DAYS = 16;
  private static final Duration LAG = Duration.ofSeconds(60);

  @Test
  void sizesAreAsSteadyWhateverTheSecondAtWhichModelsAreFitted() {
    DemandTrace demand = noisy();
    long[] events = new long[4];
    for (int quarter = 0; quarter < events.length; quarter++) {
      Instant start = demand.start().plus(Duration.ofDays(HISTORY_DAYS)).plusSeconds(15L * quarter);
      ScoreWindow window = new ScoreWindow(start, start, start.plus(Duration.ofHours(6)));
      Scenario scenario =
          new Scenario(
              demand, MetricTiming.DEFAULT, new StartUpLag.Fixed(LAG), window, atOnePrice());
      events[quarter] =
          Replay.run(scenario, new LevelForecaster(), Learning.DEFAULT).outcome().scaleEvents();
    }
    // From samples at one place of the minute: 50, 33, 15 and 39.
    long most = Arrays.stream(events).max().orElseThrow();
    long least = Arrays.stream(events).min().orElseThrow();
    assertThat(most).as(Arrays.toString(events)).isLessThan(2 * least);
  }

  private static ScalingPolicy atOnePrice() {
    return new ScalingPolicy(
        1,
        1_000,
        Stage.FULL,
        1,
        ReactiveRule.DEFAULT,
        Duration.ofSeconds(15),
        Duration.ofSeconds(120),
        new ScalingPolicy.LeadTime(LAG, false),
        new Risk.Prices(.004, 1),
        StepCaps.DEFAULT);
  }

  /** A day's wave with noise that is new in every minute. */
  private static DemandTrace noisy() {
    Random random = new Random(1);
    double[] minutes = new double[HISTORY_DAYS * 1_440 + 400];
    for (int m = 0; m < minutes.length; m++) {
      minutes[m] =
          20 * (1 + .4 * Math.sin(m * 2 * Math.PI / 1_440)) * Math.exp(.2 * random.nextGaussian());
    }
    return DemandTrace.of(new TimeSeries(1_000_000_020L / 60 * 60, 60, minutes), 1);
  }
}
