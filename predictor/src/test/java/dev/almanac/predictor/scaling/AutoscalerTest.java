package dev.almanac.predictor.scaling;

import static dev.almanac.predictor.scaling.Observations.replicas;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.forecast.window.Backcast;
import dev.almanac.predictor.forecast.window.PricedWindowGolden;
import dev.almanac.predictor.forecast.window.WindowForecast;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.AutoscalerState.ReactiveMemory;
import dev.almanac.predictor.scaling.Decision.Answer;
import dev.almanac.predictor.scaling.hpa.History;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.shadow.PriceList;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Band;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** One replica serves 100; plain HPA aims at 70 of them. */
class AutoscalerTest {
  private static final ScalingPolicy SHADOW = ScalingPolicy.of(2, 50, Stage.SHADOW, 100);
  private static final ScalingPolicy FLOOR = SHADOW.withStage(Stage.FLOOR);
  private static final ScalingPolicy FULL = SHADOW.withStage(Stage.FULL);
  private static final double[] FLAT = {700, 700, 700, 700, 700, 700, 700, 700, 700, 700, 700, 700};
  private static final double[] RISE = {700, 1500, 1500, 1500, 1500, 1500, 1500, 1500, 1500, 1500};

  private final Autoscaler autoscaler = new Autoscaler();

  // ---- reactive, as HPA without a behavior block

  @Test
  void insideTheToleranceNothingMoves() {
    assertThat(decide(FLOOR, replicas(10).demand(760)))
        .isEqualTo(Decision.of(10, ReasonCode.STEADY, StageName.REACTIVE));
  }

  @Test
  void aboveTheToleranceTheReactiveRuleRises() {
    assertThat(decide(FLOOR, replicas(10).demand(1000)))
        .isEqualTo(Decision.of(15, ReasonCode.REACTIVE, StageName.REACTIVE));
  }

  @Test
  void oneSyncAtMostDoubles() {
    assertThat(decide(FLOOR, replicas(10).demand(5000)).proposed()).isEqualTo(20);
  }

  @Test
  void aFallWaitsForTheStabilizationWindow() {
    AutoscalerState state = AutoscalerState.cold();
    Decision last = null;
    for (int s = 0; s <= 330; s += 15) {
      Step step =
          autoscaler.step(
              SHADOW, replicas(10).at(Duration.ofSeconds(s)).demand(500).build(), state);
      state = step.next();
      last = step.decision();
      if (s <= 300) {
        assertThat(last.proposed()).as("after %d s", s).isEqualTo(10);
      }
    }
    assertThat(last.proposed()).isEqualTo(8);
  }

  // ---- stages of trust

  @Test
  void shadowProposesButHolds() {
    Decision d = decide(SHADOW, replicas(10).demand(1000).forecast(SHADOW, RISE));
    assertThat(d.answer()).isEqualTo(new Answer.Hold());
    assertThat(d.reason()).isEqualTo(ReasonCode.SHADOW);
    assertThat(d.proposed()).isEqualTo(15);
  }

  @Test
  void floorRisesBeforeDemandDoes() {
    assertThat(decide(FLOOR, replicas(10).demand(700).forecast(FLOOR, RISE)))
        .isEqualTo(Decision.of(15, ReasonCode.FORECAST, StageName.HOLD));
  }

  @Test
  void floorNeverGoesBelowTheReactiveAnswer() {
    assertThat(decide(FLOOR, replicas(10).demand(1000).forecast(FLOOR, FLAT)).proposed())
        .isEqualTo(15);
  }

  @Test
  void fullKeepsLessThanTheReactiveRuleWould() {
    // Plain HPA wants 15 for 1,000; ten replicas serve it, and the forecast says it stays so.
    double[] steady = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    assertThat(decide(FULL, replicas(10).demand(1000).forecast(FULL, steady)))
        .isEqualTo(Decision.of(10, ReasonCode.STEADY, StageName.HOLD));
  }

  @Test
  void fullNeverGoesBelowWhatDemandNeedsNow() {
    assertThat(decide(FULL, replicas(10).demand(1340).forecast(FULL, FLAT)))
        .isEqualTo(Decision.of(14, ReasonCode.DEMAND_NOW, StageName.MERGE));
  }

  @Test
  void fullIsFollowedAsFarAsTheForecastHasEarned() {
    double[] steady = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    Observations o = replicas(10).demand(1000).forecast(FULL, steady);
    // Floor: plain HPA's 15 is the least; it may still raise before demand does.
    assertThat(decide(FULL, o.trust(Trust.NOT_SCORED)))
        .isEqualTo(Decision.of(15, ReasonCode.REACTIVE, StageName.REACTIVE));
    Observations rise = replicas(10).demand(700).forecast(FULL, RISE);
    assertThat(decide(FULL, rise.trust(Trust.NOT_SCORED)).reason()).isEqualTo(ReasonCode.FORECAST);
    // Shadow: the reactive rule alone, which is written.
    Trust none = new Trust(Stage.SHADOW, Trust.Cause.TOO_HIGH);
    assertThat(decide(FULL, rise.trust(none)))
        .isEqualTo(Decision.of(10, ReasonCode.STEADY, StageName.REACTIVE));
    assertThat(decide(FLOOR, rise.trust(none)).proposed()).isEqualTo(10);
  }

  @Test
  void whatIsEarnedIsNoMoreThanTheOwnerAllows() {
    Observations o = replicas(10).demand(1000).forecast(FLOOR, FLAT).trust(Trust.EARNED);
    assertThat(decide(FLOOR, o).proposed()).isEqualTo(15);
    assertThat(decide(SHADOW, o).answer()).isEqualTo(new Answer.Hold());
  }

  @Test
  void anExplanationNamesTheCauseOfADemotion() {
    Observations o = replicas(10).demand(1000).forecast(FULL, FLAT);
    assertThat(
            autoscaler.explain(
                FULL,
                o.trust(new Trust(Stage.FLOOR, Trust.Cause.COVERAGE)).build(),
                AutoscalerState.cold()))
        .anySatisfy(line -> {
          assertThat(line.stage()).isEqualTo(StageName.MERGE);
          assertThat(line.text()).contains("Floor, not Full (COVERAGE)");
        });
  }

  @Test
  void withoutACapacityTheReactiveRuleDecidesAloneByItsMetrics() {
    MetricSpec usage =
        new MetricSpec.External(
            new MetricSpec.MetricId("usage", ""), new MetricTarget.Value(600)); // 0.6
    ScalingPolicy unknown =
        new ScalingPolicy(
            2,
            50,
            Stage.FULL,
            OptionalDouble.empty(),
            ReactiveRule.DEFAULT.withMetrics(List.of(usage)),
            FULL.interval(),
            FULL.maxAge(),
            FULL.leadTime(),
            FULL.risk(),
            FULL.stepCaps(),
            Guards.NONE,
            List.of(),
            Actuation.SCALE);
    Observations busy =
        replicas(10)
            .demand(9_999)
            .forecast(FULL, RISE)
            .metrics(new Reading.Present(0.9, Observations.START));
    assertThat(decide(unknown, busy))
        .isEqualTo(Decision.of(15, ReasonCode.REACTIVE, StageName.REACTIVE));
    assertThat(autoscaler.explain(unknown, busy.build(), AutoscalerState.cold()))
        .anySatisfy(line -> assertThat(line.text()).contains("CAPACITY_UNKNOWN"));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ScalingPolicy(
                2,
                50,
                Stage.FULL,
                OptionalDouble.empty(),
                ReactiveRule.DEFAULT,
                FULL.interval(),
                FULL.maxAge(),
                FULL.leadTime(),
                FULL.risk(),
                FULL.stepCaps(),
                Guards.NONE,
                List.of(),
                Actuation.SCALE));
  }

  @Test
  void fullFallsWhenWhatWasTooMuchIsWorthAnEvent() {
    // Of 7 replicas 13 are too many: a minute. One is: 24 s times 7.
    assertThat(fallsAtTick(20)).isEqualTo(4);
    assertThat(fallsAtTick(8)).isEqualTo(12);
  }

  private int fallsAtTick(int size) {
    AutoscalerState state = AutoscalerState.cold();
    for (int tick = 1; tick <= 100; tick++) {
      Observations o =
          replicas(size).at(Duration.ofSeconds(15L * tick)).demand(700).forecast(FULL, FLAT);
      Step step = autoscaler.step(FULL, o.build(), state);
      state = step.next();
      if (step.decision().proposed() < size) {
        return tick;
      }
      assertThat(step.decision().reason()).isEqualTo(ReasonCode.STABILIZED);
    }
    throw new AssertionError("never falls");
  }

  @Test
  void theMeasuredStartUpTimeSetsHowFarAheadARiseIsSeen() {
    double[] late = {700, 700, 700, 700, 700, 700, 1500, 1500, 1500, 1500, 1500, 1500};
    assertThat(decide(FULL, replicas(10).demand(700).forecast(FULL, late)).proposed())
        .isEqualTo(10);
    assertThat(
            decide(
                    FULL,
                    replicas(10).startUp(Duration.ofMinutes(6)).demand(700).forecast(FULL, late))
                .proposed())
        .isEqualTo(15);
  }

  @Test
  void theBandIsThatOfTheShadowReplayAtTheSameLeadTime() {
    Backcast lead = Backcast.of(PricedWindowGolden.load(), 15, PricedWindowGolden.LEAD);
    Backcast hold = Backcast.of(PricedWindowGolden.load(), 15, PricedWindowGolden.HOLD);
    int k = 3 * PricedWindowGolden.DAY;
    int price = PriceList.size() / 2;
    int[] levels = new int[2];
    for (int i = 0; i < levels.length; i++) {
      Duration leadTime = Duration.ofMinutes(i == 0 ? 1 : 8);
      Duration reach = PricedWindow.reach(leadTime, FULL.interval());
      double[] now = new double[k + 1];
      now[k] = 20;
      int most = FULL.maxReplicas();
      Band band = PriceList.bands(lead, hold, now, k, 1, reach, most)[price];
      PricedForecast forecast =
          new PricedForecast(
              new WindowForecast(
                  Observations.START,
                  Observations.START.plusSeconds(3_600),
                  new ModelId("test", Observations.START),
                  ahead(lead, k, leadTime),
                  ahead(hold, k, PricedWindow.HOLD_WINDOW)),
              OptionalDouble.of(PriceList.price(price)));
      Observation o =
          replicas(20)
              .startUp(leadTime)
              .demand(20 * FULL.perReplica())
              .forecast(FULL, FLAT)
              .priced(forecast)
              .trust(Trust.EARNED)
              .build();
      levels[i] = band.level()[0];
      assertThat(autoscaler.explain(FULL, o, AutoscalerState.cold()))
          .anySatisfy(line ->
              assertThat(line.text())
                  .endsWith("band %d to %d".formatted(band.low()[0], band.level()[0])));
    }
    assertThat(levels[1])
        .as("what must last is dearer for short lead times")
        .isGreaterThan(levels[0]);
  }

  private static WindowForecast.Ahead ahead(Backcast of, int k, Duration window) {
    return new WindowForecast.Ahead(
        Observations.START.plus(window), of.location()[k], of.spread()[k], of.survival(k));
  }

  // ---- evidence

  @Test
  void withoutDataEverythingHolds() {
    Decision d = decide(FULL, replicas(10).reading(new Reading.NoData("unreachable")));
    assertThat(d.answer()).isEqualTo(new Answer.Hold());
    assertThat(d.reason()).isEqualTo(ReasonCode.NO_DATA);
  }

  @Test
  void withoutDataTheLowerBoundStillHolds() {
    assertThat(decide(FULL, replicas(1).reading(new Reading.NoData("unreachable"))))
        .isEqualTo(Decision.of(2, ReasonCode.MIN_REPLICAS, StageName.GUARDS));
  }

  @Test
  void staleAndPartialDemandMayRaiseAndMayNotLower() {
    Reading high = new Reading.Stale(1000, Observations.START);
    Reading low = new Reading.Partial(100, Observations.START, "one store is down");
    assertThat(decide(FLOOR, replicas(10).reading(high)).proposed()).isEqualTo(15);
    AutoscalerState past = state(Duration.ofSeconds(-400), 2);
    Step step = autoscaler.step(FLOOR, replicas(10).reading(low).build(), past);
    assertThat(step.decision()).isEqualTo(Decision.of(10, ReasonCode.PARTIAL, StageName.GUARDS));
  }

  @Test
  void aMissingForecastForbidsAFallForAWhileAndThenTheReactiveRuleDecidesAlone() {
    AutoscalerState state = state(Duration.ofSeconds(-400), 2);
    Decision last = null;
    for (int s = 0; s <= 930; s += 15) {
      Step step =
          autoscaler.step(FULL, replicas(10).at(Duration.ofSeconds(s)).demand(100).build(), state);
      state = step.next();
      last = step.decision();
      if (s < 900) {
        assertThat(last.proposed()).as("after %d s", s).isEqualTo(10);
      }
    }
    assertThat(last.proposed()).isLessThan(10);
  }

  // ---- guards

  @Test
  void nothingFallsDuringARollout() {
    AutoscalerState patient =
        new AutoscalerState(
            Optional.empty(),
            List.of(),
            7,
            Optional.empty(),
            WindowMemory.none(),
            WindowMemory.none(),
            GuardMemory.none());
    Observations o = replicas(10).demand(100).forecast(FULL, 100, 100, 100);
    assertThat(autoscaler.step(FULL, o.build(), patient).decision().proposed()).isEqualTo(8);
    assertThat(autoscaler.step(FULL, o.rollout().build(), patient).decision())
        .isEqualTo(Decision.of(10, ReasonCode.ROLLOUT, StageName.GUARDS));
  }

  @Test
  void boundsAlwaysHold() {
    assertThat(decide(FLOOR, replicas(40).demand(4900)).proposed()).isEqualTo(50);
    assertThat(decide(FLOOR, replicas(60).demand(4900)).proposed()).isEqualTo(50);
    assertThat(decide(FLOOR, replicas(1).demand(0)).proposed()).isEqualTo(2);
  }

  @Test
  void zeroReplicasByHandMeansPaused() {
    Decision d = decide(FLOOR, replicas(0).demand(1000));
    assertThat(d.answer()).isEqualTo(new Answer.Hold());
    assertThat(d.reason()).isEqualTo(ReasonCode.PAUSED);
  }

  @Test
  void theStepCapCountsWhatTheWindowHasAlreadyChanged() {
    AutoscalerState state = AutoscalerState.cold();
    ScalingPolicy policy = new Policies(FULL).caps(new StepCaps(Duration.ofMinutes(1), 4, 0, .25));
    double[] high = {5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000};
    int size = 10;
    int[] seen = new int[6];
    for (int tick = 0; tick < 6; tick++) {
      Observations o = replicas(size).at(Duration.ofSeconds(15L * tick)).demand(5000);
      Step step = autoscaler.step(policy, o.forecast(policy, high).build(), state);
      size = step.decision().proposed();
      seen[tick] = size;
      state = step.next();
    }
    assertThat(seen).containsExactly(14, 14, 14, 14, 14, 18);
  }

  // ---- explanation

  @Test
  void theExplanationIsATracedRunAndNamesTheBindingStage() {
    Observation o = replicas(10).demand(1340).forecast(FULL, FLAT).build();
    List<Trace.Line> lines = autoscaler.explain(FULL, o, AutoscalerState.cold());
    assertThat(lines)
        .extracting(Trace.Line::stage)
        .containsExactly(
            StageName.EVIDENCE,
            StageName.REACTIVE,
            StageName.NEED,
            StageName.HOLD,
            StageName.MERGE,
            StageName.GUARDS);
    assertThat(lines.get(4).text()).isEqualTo("Full: forecast 10, demand now needs 14");
    assertThat(lines.getLast().replicas()).isEqualTo(14);
  }

  @Test
  void aStepThatNobodyReadsFormatsNoTextAndLeavesLessThanTwoKibibytesBehind() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (ScalingPolicy policy : List.of(SHADOW, FLOOR, FULL)) {
      // As long as the stabilization window is: from then on the state grows no more.
      AutoscalerState state = AutoscalerState.cold();
      long bytes = 0;
      for (int tick = 0; tick < 100; tick++) {
        Observation o =
            replicas(10).at(Duration.ofSeconds(15L * tick)).forecast(policy, FLAT).build();
        long before = threads.getCurrentThreadAllocatedBytes();
        Step step = autoscaler.step(policy, o, state);
        bytes = threads.getCurrentThreadAllocatedBytes() - before;
        state = step.next();
      }
      assertThat(bytes).as("bytes of the last step in %s", policy.stage()).isBetween(200L, 2_047L);
    }
  }

  private Decision decide(ScalingPolicy policy, Observations observations) {
    return autoscaler.step(policy, observations.build(), AutoscalerState.cold()).decision();
  }

  private static AutoscalerState state(Duration since, int replicas) {
    Instant then = Observations.START.plus(since);
    return new AutoscalerState(
        Optional.of(
            new ReactiveMemory(
                History.startingWith(replicas, then), new AutoscalerState.Size(then, replicas))),
        List.of(),
        0,
        Optional.empty(),
        WindowMemory.none(),
        WindowMemory.none(),
        GuardMemory.none());
  }
}
