package dev.almanac.simulator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.simulator.cluster.Pods;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.replay.RecordedReplay.Agreement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordedReplayTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final ScalingPolicy POLICY = ScalingPolicy.of(1, 100, Stage.FLOOR, 10);
  private static final int DECISIONS = 400;

  /**
   * A run that was made over pods with this start-up time; at one decision somebody else scales.
   */
  private static Agreement replayed(Duration lag, int other) {
    Pods pods = new Pods(20, StartUpLag.fixed(lag));
    AutoscalerState state = AutoscalerState.cold();
    RecordedReplay replay = new RecordedReplay();
    for (int i = 0; i < DECISIONS; i++) {
      Instant at = START.plus(POLICY.interval().multipliedBy(i));
      pods.advanceTo(at.toEpochMilli());
      if (i == other) {
        pods.resize(60, at.toEpochMilli());
      }
      TargetFacts facts =
          new TargetFacts(
              pods.spec(), pods.spec(), pods.ready(), false, "v" + i, at, StartUpTimes.none());
      double demand = 200 + 150 * Math.sin(i / 30.0);
      Observation observation =
          new Observation(
              at,
              facts,
              List.of(),
              new Demand(new Reading.Present(demand, at)),
              Optional.empty(),
              Optional.empty(),
              Limits.none());
      Step step = new Autoscaler().step(POLICY, observation, state);
      replay.add(POLICY, state, observation, step.decision());
      state = step.next();
      pods.resize(step.decision().replicasOr(pods.spec()), at.toEpochMilli());
    }
    return replay.agreement();
  }

  @Test
  void podsThatStartAsAssumedLeadToTheRecordAgain() {
    Agreement a = replayed(POLICY.leadTime().assumed(), -1);
    assertThat(a.decisions()).isEqualTo(DECISIONS);
    assertThat(a.same()).isEqualTo(DECISIONS);
    assertThat(a.replicasOff()).isZero();
    assertThat(a.readyOff()).isZero();
    assertThat(a.meanReplicas()).isBetween(10.0, 60.0);
  }

  @Test
  void podsThatStartOtherwiseAreOffByThoseThatAreMissing() {
    Agreement a = replayed(POLICY.leadTime().assumed().multipliedBy(10), -1);
    assertThat(a.readyOff()).isGreaterThan(1);
  }

  @Test
  void aSizeThatSomebodyElseSetIsTakenOver() {
    Agreement a = replayed(POLICY.leadTime().assumed(), 200);
    assertThat(a.replicasOff()).isZero();
    assertThat(a.readyOff()).isZero();
    assertThat(a.same()).isEqualTo(DECISIONS);
  }

  @Test
  void withoutARecordThereIsNothingToSay() {
    Agreement a = new RecordedReplay().agreement();
    assertThat(a.decisions()).isZero();
    assertThat(a.replicasOff()).isNaN();
    assertThat(a.readyOff()).isNaN();
  }
}
