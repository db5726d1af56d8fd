package dev.almanac.predictor.scaling;

import static dev.almanac.predictor.scaling.Observations.replicas;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.metrics.Reading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a decision means where it is a floor, and where somebody else writes the size. */
class ActuationTest {
  private static final ScalingPolicy SCALE = ScalingPolicy.of(2, 50, Stage.FULL, 100);
  private static final ScalingPolicy FLOOR = SCALE.withActuation(Actuation.HPA_FLOOR);
  private static final ScalingPolicy EMIT = SCALE.withActuation(Actuation.EMIT);

  private static Step step(ScalingPolicy policy, Observations o) {
    return new Autoscaler().step(policy, o.build(), AutoscalerState.cold());
  }

  @Test
  void aFloorIsWhatTheForecastNeedsAndNotWhatTheReactiveRuleAsks() {
    // 1,000 now at 70 of 100 a replica is 15 for the reactive rule, and 20 ahead.
    Observations ahead = replicas(5).demand(1_000).forecast(FLOOR, 2_000, 2_000);
    assertThat(step(FLOOR, ahead).decision().replicasOr(5)).isEqualTo(20);
    Observations calm = replicas(5).demand(1_000).forecast(FLOOR, 300, 300);
    assertThat(step(FLOOR, calm).decision().replicasOr(5)).as("the HPA sees to now").isEqualTo(5);
    assertThat(step(SCALE, calm).decision().replicasOr(5)).isEqualTo(10);
    assertThat(step(FLOOR.withStage(Stage.FLOOR), calm).decision().replicasOr(5)).isEqualTo(5);
  }

  @Test
  void withoutAForecastTheFloorStaysForAWhileAndThenThereIsNone() {
    Autoscaler autoscaler = new Autoscaler();
    AutoscalerState state = AutoscalerState.cold();
    int floor = 12;
    for (int seconds = 0; seconds <= 1_800; seconds += 15) {
      Duration since = Duration.ofSeconds(seconds);
      Step step = autoscaler.step(FLOOR, replicas(floor).at(since).demand(900).build(), state);
      state = step.next();
      floor = step.decision().replicasOr(floor);
      if (seconds < EvidenceStage.FORECAST_GRACE.toSeconds()) {
        assertThat(floor).isEqualTo(12);
      }
    }
    assertThat(floor).as("the policy's own minimum").isEqualTo(2);
  }

  @Test
  void withoutAReadingTheFloorIsHeld() {
    Observations o = replicas(12).reading(new Reading.NoData("gone")).forecast(FLOOR, 100, 100);
    assertThat(step(FLOOR, o).decision().answer()).isEqualTo(new Decision.Answer.Hold());
  }

  @Test
  void whereADecisionIsEmittedAnotherWriterIsNoConflict() {
    assertThat(sizesOfAnother(EMIT)).doesNotContain(ReasonCode.CONFLICT);
    assertThat(sizesOfAnother(SCALE)).contains(ReasonCode.CONFLICT);
  }

  /** Another hand sets another size on every tick. */
  private static java.util.Set<ReasonCode> sizesOfAnother(ScalingPolicy policy) {
    var reasons = new java.util.HashSet<ReasonCode>();
    AutoscalerState state = AutoscalerState.cold();
    for (int tick = 0; tick < 20; tick++) {
      Observations o =
          replicas(10 + 7 * (tick % 2))
              .at(Duration.ofSeconds(15L * tick))
              .demand(1_000)
              .forecast(policy, 1_000, 1_000);
      Step step = new Autoscaler().step(policy, o.build(), state);
      state = step.next();
      reasons.add(step.decision().reason());
    }
    return reasons;
  }
}
