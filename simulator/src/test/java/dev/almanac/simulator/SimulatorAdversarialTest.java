package dev.almanac.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.replay.Comparison;
import dev.almanac.simulator.replay.Learning;
import dev.almanac.simulator.scenario.Scenario;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Traces and lags that nobody would choose, through all three policies. */
class SimulatorAdversarialTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Comparison compare(Scenario scenario) {
    return Comparison.of(scenario, new LevelForecaster(), Learning.DEFAULT);
  }

  private static Comparison compare(DemandTrace demand, Duration lag) {
    return compare(Traces.scenario(demand, lag));
  }

  private static List<PolicyRun> runs(Comparison c) {
    return List.of(c.hpa(), c.almanac(), c.oracle());
  }

  private static double[] filled(int minutes, double value) {
    double[] values = new double[minutes];
    Arrays.fill(values, value);
    return values;
  }

  private static void isSound(Comparison c) {
    for (PolicyRun run : runs(c)) {
      Outcome o = run.outcome();
      assertThat(o.podHours()).isFinite().isNotNegative();
      assertThat(o.shortMinutes()).isBetween(0.0, o.scoredMinutes());
      for (int i = 0; i < run.ready().length; i++) {
        assertThat(run.ready()[i]).isBetween(0, run.desired()[i]);
      }
    }
    assertThat(c.table().toText().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void allDemandUnknown() {
    Comparison c = compare(Traces.minutes(filled(120, Double.NaN)), MINUTE);
    for (PolicyRun run : runs(c)) {
      assertThat(run.outcome().scoredMinutes()).isZero();
      assertThat(run.outcome().podHours()).isZero();
      assertThat(run.desired()).containsOnly(1);
    }
    isSound(c);
  }

  @Test
  void anOutageInTheMiddleIsNotScoredAndLowersNothing() {
    double[] values = filled(240, 20);
    Arrays.fill(values, 100, 160, Double.NaN);
    Comparison c = compare(Traces.minutes(values), MINUTE);
    isSound(c);
    for (PolicyRun run : runs(c)) {
      assertThat(run.outcome().scoredMinutes()).isEqualTo(180);
    }
    // The metric is blind from 101.5 min on; until demand is back nobody who can see falls.
    for (PolicyRun run : List.of(c.hpa(), c.almanac())) {
      int before = run.desired()[100 * 4];
      for (int k = 100 * 4; k < 160 * 4; k++) {
        assertThat(run.desired()[k]).isGreaterThanOrEqualTo(before);
      }
    }
  }

  @Test
  void everySecondMinuteUnknown() {
    double[] values = Traces.busy(240, 1);
    for (int m = 0; m < values.length; m += 2) {
      values[m] = Double.NaN;
    }
    Comparison c = compare(Traces.minutes(values), MINUTE);
    isSound(c);
    assertThat(c.oracle().outcome().shortMinutes()).isZero();
    assertThat(c.hpa().outcome().scoredMinutes()).isEqualTo(120);
  }

  @Test
  void noLag() {
    Comparison c = compare(Traces.minutes(Traces.busy(240, 2)), Duration.ZERO);
    isSound(c);
    for (PolicyRun run : runs(c)) {
      assertThat(run.ready()).isEqualTo(run.desired());
    }
    assertThat(c.oracle().outcome().shortMinutes()).isZero();
  }

  @Test
  void aLagLongerThanTheTrace() {
    Comparison c = compare(Traces.minutes(Traces.busy(60, 3)), Duration.ofHours(5));
    isSound(c);
    for (PolicyRun run : List.of(c.hpa(), c.almanac())) {
      for (int ready : run.ready()) {
        assertThat(ready).isLessThanOrEqualTo(run.desired()[0]); // nothing ordered ever came
      }
    }
    assertThat(c.oracle().outcome().shortMinutes()).isZero();
    assertThat(c.oracle().desired()[0])
        .isEqualTo(Arrays.stream(c.oracle().desired()).max().orElse(0));
  }

  @Test
  void noDemandAtAll() {
    Comparison c = compare(Traces.minutes(new double[120]), MINUTE);
    isSound(c);
    for (PolicyRun run : runs(c)) {
      assertThat(run.outcome().shortMinutes()).isZero();
      assertThat(run.desired()).containsOnly(1);
    }
  }

  @Test
  void aBoundOfZeroReplicas() {
    Scenario scenario =
        Traces.scenario(Traces.minutes(new double[120]), MINUTE)
            .withPolicy(ScalingPolicy.of(0, 10, Stage.FULL, 1));
    Comparison c = compare(scenario);
    isSound(c);
    assertThat(c.oracle().desired()).containsOnly(0);
    assertThat(c.hpa().desired()).containsOnly(1);
  }

  @Test
  void demandThatNoNumberOfReplicasServes() {
    Scenario scenario =
        Traces.scenario(Traces.minutes(filled(120, DemandTrace.MAX_DEMAND)), MINUTE)
            .withPolicy(ScalingPolicy.of(1, Integer.MAX_VALUE, Stage.FULL, 1e-3));
    Comparison c = compare(scenario);
    isSound(c);
    assertThat(c.oracle().desired()).containsOnly(Integer.MAX_VALUE);
    assertThat(Arrays.stream(c.hpa().desired()).max().orElse(0)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void demandThatJumpsBetweenNothingAndEverything() {
    double[] values = new double[240];
    for (int m = 0; m < values.length; m += 2) {
      values[m] = 1e15;
    }
    Scenario base = Traces.scenario(Traces.minutes(values), MINUTE);
    Scenario random =
        new Scenario(
            base.demand(),
            base.metric(),
            new StartUpLag.Lognormal(MINUTE, 2, 7),
            base.window(),
            ScalingPolicy.of(1, 1_000_000, Stage.FULL, 1));
    isSound(compare(random));
    assertThat(compare(random).table()).isEqualTo(compare(random).table());
  }

  @Test
  void anEmptyTrace() {
    Comparison c = compare(Traces.minutes(), MINUTE);
    isSound(c);
    assertThat(c.hpa().desired()).isEmpty();
    assertThat(c.table().toJson()).contains("\"scored_minutes\":0");
  }

  @Test
  void aTraceFarInThePastAndFarInTheFuture() {
    for (long start : new long[] {-1_000_000_000_000L, 1_000_000_000_000L}) {
      DemandTrace demand = DemandTrace.of(new TimeSeries(start, 60, Traces.busy(120, 4)), 1);
      isSound(compare(demand, MINUTE));
    }
  }
}
