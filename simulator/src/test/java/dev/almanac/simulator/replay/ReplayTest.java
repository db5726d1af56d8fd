package dev.almanac.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.LevelForecaster;
import dev.almanac.simulator.Traces;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.policy.PlainHpa;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final Duration MINUTE = Duration.ofSeconds(60);

  private static PolicyRun run(Scenario scenario) {
    return Replay.run(scenario, new LevelForecaster(), Learning.DEFAULT);
  }

  private static ScalingPolicy policy(int max, Stage stage, Duration interval) {
    return new ScalingPolicy(
        2,
        max,
        stage,
        1,
        ReactiveRule.DEFAULT,
        interval,
        Duration.ofSeconds(120),
        new ScalingPolicy.LeadTime(MINUTE, false),
        Risk.DEFAULT,
        StepCaps.DEFAULT);
  }

  @Test
  void sameInputSameBytes() {
    Scenario scenario = Traces.scenario(Traces.minutes(Traces.busy(1440, 1)), MINUTE);
    PolicyRun first = run(scenario);
    assertThat(run(scenario)).isEqualTo(first);
    Scenario other = Traces.scenario(Traces.minutes(Traces.busy(1440, 2)), MINUTE);
    assertThat(run(other).hash()).isNotEqualTo(first.hash());
  }

  @Test
  void figuresAreThoseOfTheArrays() {
    DemandTrace demand = Traces.minutes(Traces.busy(1440, 3));
    ScoreWindow window = ScoreWindow.lastTwoFifths(demand);
    Scenario whole = Traces.scenario(demand, MINUTE);
    Scenario scenario = new Scenario(demand, whole.metric(), whole.lag(), window, whole.policy());
    PolicyRun run = run(scenario);
    int first = scenario.firstTick();
    int warmUp = scenario.firstScoredTick() - first;
    assertThat(warmUp).isEqualTo(240);
    assertThat(run.start()).isEqualTo(window.start());
    assertThat(run.desired()).hasSize(demand.ticks() - first);
    int shortTicks = 0;
    int billed = 0;
    int events = 0;
    for (int i = warmUp; i < run.desired().length; i++) {
      shortTicks += run.ready()[i] < Math.ceil(demand.at(first + i) - 1e-9) ? 1 : 0;
      billed += run.desired()[i];
      events += i > warmUp && run.desired()[i] != run.desired()[i - 1] ? 1 : 0;
    }
    Outcome o = run.outcome();
    assertThat(o.shortMinutes()).isEqualTo(shortTicks / 4.0);
    assertThat(o.podHours()).isEqualTo(billed / 4.0 / 60);
    assertThat(o.scaleEvents()).isEqualTo(events);
    assertThat(o.scoredMinutes()).isEqualTo(1440 * 0.4);
  }

  @Test
  void boundsHoldAtEveryTick() {
    DemandTrace demand = Traces.minutes(Traces.busy(1440, 4));
    Scenario scenario =
        Traces.scenario(demand, MINUTE).withPolicy(policy(15, Stage.FULL, Duration.ofSeconds(15)));
    assertThat(Arrays.stream(run(scenario).desired())).allMatch(n -> n >= 2 && n <= 15);
  }

  @Test
  void laterDemandChangesNoEarlierDecision() {
    double[] values = Traces.busy(600, 5);
    double[] other = values.clone();
    Arrays.fill(other, 300, 600, 99);
    int[] a = run(Traces.scenario(Traces.minutes(values), MINUTE)).desired();
    int[] b = run(Traces.scenario(Traces.minutes(other), MINUTE)).desired();
    int known = 300 * 4 + 2; // the metric is 30 s old
    assertThat(Arrays.copyOf(a, known)).isEqualTo(Arrays.copyOf(b, known));
    assertThat(a).isNotEqualTo(b);
  }

  @Test
  void modelsAreFittedHourlyOnThePastOnly() {
    LevelForecaster forecaster = new LevelForecaster();
    DemandTrace demand = Traces.minutes(Traces.busy(600, 6));
    Learning learning = Learning.DEFAULT.withHistory(Duration.ofHours(3));
    Replay.run(Traces.scenario(demand, MINUTE), forecaster, learning);
    // No sample before 45 s; the first try that finds one is a minute after the first of all.
    List<Long> ends = forecaster.histories.stream().map(ReplayTest::lastPoint).toList();
    assertThat(ends).hasSize(10);
    for (int i = 0; i < ends.size(); i++) {
      assertThat(ends.get(i)).isEqualTo(Traces.START.getEpochSecond() + 60 + 3600L * i);
      assertThat(forecaster.histories.get(i).length()).isEqualTo(181);
    }
    assertThat(forecaster.histories.getLast().presentCount()).isEqualTo(181);
  }

  private static long lastPoint(TimeSeries history) {
    return history.epochSecondAt(history.length() - 1);
  }

  @Test
  void decisionsFollowThePolicysInterval() {
    DemandTrace demand = Traces.minutes(Traces.busy(600, 7));
    Scenario scenario = Traces.scenario(demand, MINUTE);
    int[] desired =
        run(scenario.withPolicy(policy(50, Stage.FULL, Duration.ofSeconds(45)))).desired();
    for (int i = 1; i < desired.length; i++) {
      assertThat(i % 3 == 0 || desired[i] == desired[i - 1]).isTrue();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run(scenario.withPolicy(policy(50, Stage.FULL, Duration.ofSeconds(20)))));
  }

  @Test
  void inShadowNothingIsWritten() {
    DemandTrace demand = Traces.minutes(Traces.busy(600, 8));
    Scenario scenario =
        Traces.scenario(demand, MINUTE)
            .withPolicy(policy(50, Stage.SHADOW, Duration.ofSeconds(15)));
    assertThat(run(scenario).desired()).containsOnly(2);
  }

  @Test
  void comparisonPutsTheThreeSideBySide() {
    DemandTrace demand = Traces.nasa();
    Scenario scenario =
        Traces.scenario(demand, MINUTE)
            .withPolicy(ScalingPolicy.of(1, 100, Stage.FULL, demand.perReplicaForPeak(40)));
    Comparison comparison = Comparison.of(scenario, new LevelForecaster(), Learning.DEFAULT);
    assertThat(comparison.table().outcomes())
        .extracting(Outcome::policy)
        .containsExactly("hpa", "almanac", "oracle");
    assertThat(comparison.hpa()).isEqualTo(PlainHpa.run(scenario));
    assertThat(comparison.table())
        .isEqualTo(Comparison.of(scenario, new LevelForecaster(), Learning.DEFAULT).table());
    assertThat(comparison.oracle().outcome().podHours())
        .isLessThan(comparison.almanac().outcome().podHours());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    DemandCalendar calendar = DemandCalendar.empty();
    Duration hour = Duration.ofHours(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Learning(hour, hour, Duration.ofMillis(500), hour, calendar));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Learning(Duration.ZERO, hour, MINUTE, hour, calendar));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Learning(hour, hour, MINUTE, Duration.ZERO, calendar));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ScoreWindow(Traces.START, Traces.START.minusSeconds(1), Traces.START));
  }
}
