package dev.almanac.predictor.scaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.almanac.predictor.scaling.hpa.Condition.Status;
import dev.almanac.predictor.scaling.hpa.Condition.Type;
import dev.almanac.predictor.scaling.hpa.History.Recommendation;
import dev.almanac.predictor.scaling.hpa.HpaInput.Gates;
import dev.almanac.predictor.scaling.hpa.HpaInput.Scale;
import dev.almanac.predictor.scaling.hpa.HpaInput.ScaleUpdate;
import dev.almanac.predictor.scaling.hpa.HpaInput.Selector;
import dev.almanac.predictor.scaling.hpa.HpaResult.Action;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Syncs one after the other: what each leaves to the next. */
class HpaTest {
  private static final Instant T0 = Instant.parse("2026-11-01T12:00:00Z");
  private static final MetricSpec QUEUE =
      new MetricSpec.External(new MetricId("queue", ""), new MetricTarget.AverageValue(1000));

  /** A target whose queue and size a test sets, synced with a clock that it moves. */
  private static final class Target {
    Instant now = T0;
    int size;
    long queueMilli;
    Selector selector = Selector.VALID;
    ScaleUpdate update = ScaleUpdate.ACCEPTED;
    Gates gates = Gates.DEFAULT;
    HpaSpec spec;
    HpaState state = HpaState.cold(HpaStatus.fresh());

    Target(int size, Optional<Behavior> behavior) {
      this.size = size;
      this.spec = new HpaSpec(1, 50, List.of(QUEUE), behavior);
    }

    HpaResult sync(long replicasNeeded) {
      queueMilli = 1000 * replicasNeeded;
      return sync(
          new MetricAnswer.Total(List.of(queueMilli)), new Scale.Read(size, size, selector));
    }

    HpaResult sync(MetricAnswer answer, Scale scale) {
      HpaResult result =
          Hpa.reconcile(
              new HpaInput(
                  now, HpaSettings.DEFAULT, gates, spec, scale, List.of(), List.of(answer), update),
              state);
      state = result.next();
      if (result.rescaled()) {
        size = result.desiredReplicas();
      }
      return result;
    }

    void pass(long seconds) {
      now = now.plusSeconds(seconds);
    }
  }

  @Test
  void aFallWaitsForTheWindowToForget() {
    Target web = new Target(10, Optional.empty());

    assertThat(web.sync(4).desiredReplicas()).isEqualTo(10);
    web.pass(300);
    assertThat(web.sync(4).desiredReplicas())
        .as("the first size is exactly 300 s old")
        .isEqualTo(10);
    web.pass(1);
    assertThat(web.sync(4).desiredReplicas()).isEqualTo(4);
  }

  @Test
  void aRestartForgetsTheHistoryAndSoHoldsAgain() {
    Target web = new Target(10, Optional.empty());
    web.sync(4);
    web.pass(301);
    web.state = HpaState.cold(web.state.status());

    HpaResult afterRestart = web.sync(4);

    assertThat(afterRestart.desiredReplicas()).isEqualTo(10);
    assertThat(web.state.history().orElseThrow().recommendations())
        .containsExactly(new Recommendation(web.now, 10), new Recommendation(web.now, 4));
  }

  @Test
  void oneOldSlotIsUsedAgainPerSync() {
    Target web = new Target(5, Optional.empty());
    for (int i = 0; i < 4; i++) {
      web.sync(5);
      web.pass(15);
    }
    assertThat(web.state.history().orElseThrow().recommendations()).hasSize(5);
    web.pass(600);
    web.sync(6);
    assertThat(web.state.history().orElseThrow().recommendations())
        .extracting(Recommendation::replicas)
        .containsExactly(5, 5, 5, 5, 6);
    web.size = 6;
    web.sync(6);
    assertThat(web.state.history().orElseThrow().recommendations())
        .extracting(Recommendation::replicas)
        .containsExactly(5, 5, 5, 6, 6);
  }

  @Test
  void theHistoryKeepsTheRawAnswerNotTheLimitedOne() {
    Target web = new Target(3, Optional.empty());
    assertThat(web.sync(40).desiredReplicas()).isEqualTo(6);
    assertThat(web.state.history().orElseThrow().recommendations())
        .extracting(Recommendation::replicas)
        .containsExactly(3, 40);
  }

  @Test
  void changesAreChargedAgainstThePoliciesOfLaterSyncs() {
    Behavior fourPerMinute =
        new Behavior(
            ScalingRules.scaleUpDefault()
                .withPolicies(List.of(new Policy(PolicyType.PODS, 4, Duration.ofMinutes(1)))),
            ScalingRules.scaleDownDefault(Duration.ZERO));
    Target web = new Target(10, Optional.of(fourPerMinute));

    assertThat(web.sync(12).desiredReplicas()).isEqualTo(12);
    web.pass(15);
    assertThat(web.sync(40).desiredReplicas()).as("2 of 4 are left").isEqualTo(14);
    web.pass(15);
    HpaResult spent = web.sync(40);
    assertThat(spent.rescaled()).isFalse();
    assertThat(reason(spent, Type.SCALING_LIMITED)).isEqualTo("ScaleUpLimit");
    web.pass(30);
    assertThat(web.sync(40).desiredReplicas()).as("the first 2 are a minute old").isEqualTo(16);
    assertThat(web.state.history().orElseThrow().scaleUps())
        .extracting(ScaleEvent::change, ScaleEvent::outdated)
        .containsExactly(tuple(2, false), tuple(2, false), tuple(2, false));
    web.pass(1);
    web.sync(9);
    assertThat(web.state.history().orElseThrow().scaleDowns())
        .containsExactly(new ScaleEvent(web.now, 7, false));
    assertThat(web.sync(40).desiredReplicas()).as("the fall gives its 7 back").isEqualTo(16);
  }

  @Test
  void withoutABehaviorNoChangeIsKept() {
    Target web = new Target(3, Optional.empty());
    web.sync(5);
    assertThat(web.state.history().orElseThrow().scaleUps()).isEmpty();
  }

  @Test
  void aRefusedChangeIsNotCharged() {
    Target web =
        new Target(
            3,
            Optional.of(
                new Behavior(
                    ScalingRules.scaleUpDefault(),
                    ScalingRules.scaleDownDefault(Duration.ofMinutes(5)))));
    web.update = ScaleUpdate.REFUSED;
    HpaResult refused = web.sync(5);
    assertThat(refused.error()).isPresent();
    assertThat(web.state.history().orElseThrow().scaleUps()).isEmpty();
    assertThat(web.state.status().lastScaleTime()).isEmpty();
  }

  @Test
  void conflictsAreMetWithFiveAttemptsInAll() {
    for (int conflicts = 0; conflicts < 7; conflicts++) {
      Target web = new Target(3, Optional.empty());
      web.update = new ScaleUpdate(conflicts, true);
      assertThat(web.sync(5).rescaled()).as("%d conflicts", conflicts).isEqualTo(conflicts < 5);
    }
  }

  @Test
  void conditionsKeepTheirOrderAndTheirTime() {
    Target web = new Target(3, Optional.empty());
    web.sync(5);
    web.pass(15);
    HpaResult second = web.sync(5);

    assertThat(second.next().status().conditions())
        .containsExactly(
            new Condition(Type.ABLE_TO_SCALE, Status.TRUE, "ReadyForNewScale", T0),
            new Condition(Type.SCALING_ACTIVE, Status.TRUE, "ValidMetricFound", T0),
            new Condition(Type.SCALING_LIMITED, Status.FALSE, "DesiredWithinRange", T0),
            new Condition(Type.SCALED_TO_ZERO, Status.FALSE, "NotScaledToZero", T0));

    web.pass(15);
    HpaResult limited = web.sync(40);
    assertThat(limited.next().status().conditions().get(2))
        .isEqualTo(new Condition(Type.SCALING_LIMITED, Status.TRUE, "ScaleUpLimit", web.now));
  }

  @Test
  void aConditionOfAnotherVersionSurvivesUntilItIsSet() {
    Target web = new Target(3, Optional.empty());
    Condition foreign =
        new Condition(Type.SCALED_TO_ZERO, Status.UNKNOWN, "ScaledFromZero", T0.minusSeconds(9));
    web.state = HpaState.cold(new HpaStatus(3, 3, Optional.empty(), List.of(), List.of(foreign)));
    assertThat(web.sync(3).next().status().conditions()).startsWith(foreign).hasSize(4);
    assertThat(web.sync(4).next().status().conditions().getFirst())
        .isEqualTo(new Condition(Type.SCALED_TO_ZERO, Status.FALSE, "NotScaledToZero", T0));
  }

  @Test
  void withTheGateOffARescaleOrAPauseRemovesTheMark() {
    Condition mark = new Condition(Type.SCALED_TO_ZERO, Status.TRUE, "ScaledToZero", T0);
    for (int size : new int[] {0, 3}) {
      Target web = new Target(size, Optional.empty());
      web.gates = new Gates(false, true, true);
      web.state = HpaState.cold(new HpaStatus(3, 3, Optional.empty(), List.of(), List.of(mark)));
      assertThat(web.sync(5).next().status().conditions())
          .extracting(Condition::type)
          .doesNotContain(Type.SCALED_TO_ZERO);
    }
  }

  @Test
  void toZeroAndBackByItsOwnMark() {
    Target web = new Target(2, Optional.empty());
    web.spec = new HpaSpec(0, 50, List.of(QUEUE), Optional.empty());
    web.sync(0);
    web.pass(301);
    assertThat(web.sync(0).desiredReplicas()).isZero();
    assertThat(web.sync(0).rescaled()).isFalse();
    assertThat(web.sync(1).desiredReplicas()).isEqualTo(1);
    assertThat(web.sync(1).rescaled()).isFalse();
    web.size = 0; // a person
    assertThat(reason(web.sync(5), Type.SCALING_ACTIVE)).isEqualTo("ScalingDisabled");
    assertThat(web.size).isZero();
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    Target web = new Target(5, Optional.empty());
    assertThat(web.sync(5).statusChanged()).isTrue();
    web.pass(15);
    assertThat(web.sync(5).statusChanged()).isFalse();
    assertThat(web.sync(5).events()).isEmpty();
    HpaResult other =
        web.sync(new MetricAnswer.Total(List.of(5001L)), new Scale.Read(5, 5, Selector.VALID));
    assertThat(other.rescaled()).isFalse();
    assertThat(other.statusChanged()).as("the metric's value is part of the status").isTrue();
    var unavailable = new MetricAnswer.Unavailable("no route");
    Scale scale = new Scale.Read(5, 5, Selector.VALID);
    assertThat(web.sync(unavailable, scale).statusChanged()).isTrue();
    assertThat(web.sync(unavailable, scale).statusChanged()).isFalse();
    assertThat(web.sync(unavailable, new Scale.Unreadable("gone")).statusChanged()).isTrue();
    assertThat(web.sync(unavailable, new Scale.Unreadable("gone")).statusChanged()).isFalse();
  }

  @Test
  void theStatusShowsWhatWasSeenAndDecided() {
    Target web = new Target(3, Optional.empty());
    HpaStatus status = web.sync(5).next().status();
    assertThat(status.currentReplicas()).isEqualTo(3);
    assertThat(status.desiredReplicas()).isEqualTo(5);
    assertThat(status.lastScaleTime()).contains(T0);
    assertThat(status.currentMetrics()).containsExactly(new Current.Average(1667));

    web.pass(15);
    HpaStatus failed =
        web.sync(new MetricAnswer.Unavailable("no route"), new Scale.Read(5, 5, Selector.VALID))
            .next()
            .status();
    assertThat(failed.currentReplicas()).isEqualTo(5);
    assertThat(failed.desiredReplicas()).as("what was last decided").isEqualTo(5);
    assertThat(failed.lastScaleTime()).contains(T0);
    assertThat(failed.currentMetrics()).containsExactly(new Current.Unknown());
  }

  @Test
  void anUnreadableScaleLeavesTheStatusButForItsCondition() {
    Target web = new Target(3, Optional.empty());
    HpaStatus before = web.sync(5).next().status();
    HpaState state = web.state;
    HpaResult lost = web.sync(new MetricAnswer.Total(List.of(1L)), new Scale.Unreadable("gone"));
    assertThat(lost.next().history()).isEqualTo(state.history());
    assertThat(lost.desiredReplicas()).isEqualTo(5);
    assertThat(lost.next().status().currentMetrics()).isEqualTo(before.currentMetrics());
    assertThat(reason(lost, Type.ABLE_TO_SCALE)).isEqualTo("FailedGetScale");
    assertThat(lost.events()).extracting(e -> e.reason().text()).containsExactly("FailedGetScale");
  }

  @Test
  void aFailedMetricRecordsNoAnswer() {
    Target web = new Target(3, Optional.empty());
    web.sync(3);
    var before = web.state.history();
    web.sync(new MetricAnswer.Unavailable("no route"), new Scale.Read(3, 3, Selector.VALID));
    assertThat(web.state.history()).isEqualTo(before);
  }

  @Test
  void eventsNameSizeAndReason() {
    Target web = new Target(3, Optional.empty());
    assertThat(web.sync(5).events())
        .containsExactly(
            new HpaResult.Event(
                false,
                ConditionReason.SUCCESSFUL_RESCALE,
                "to 5: external metric queue above target"));
    web.pass(301);
    assertThat(web.sync(4).events().getFirst().message())
        .isEqualTo("to 4: all metrics below target");
    web.size = 60;
    assertThat(web.sync(4).events().getFirst().message())
        .isEqualTo("to 50: more replicas than the upper bound");
    web.spec = new HpaSpec(2, 50, List.of(QUEUE), Optional.empty());
    web.size = 1;
    assertThat(web.sync(4).events().getFirst().message())
        .isEqualTo("to 2: fewer replicas than the lower bound");
    web.update = ScaleUpdate.REFUSED;
    web.size = 1;
    assertThat(web.sync(4).events())
        .extracting(HpaResult.Event::warning, e -> e.reason().text())
        .containsExactly(tuple(true, "FailedRescale"));
  }

  @Test
  void aRescaleThatNoMetricAsksForNamesAnotherReason() {
    Target web = new Target(5, Optional.empty());
    web.sync(7);
    web.size = 5; // a person
    assertThat(web.sync(5).events().getFirst().message())
        .isEqualTo("to 7: recent answers were higher");

    for (boolean block : new boolean[] {false, true}) {
      Target idle = new Target(0, block ? Optional.of(defaultBehavior()) : Optional.empty());
      idle.spec = new HpaSpec(2, 50, List.of(QUEUE), idle.spec.behavior());
      idle.state =
          HpaState.cold(statusWith(new Condition(Type.SCALED_TO_ZERO, Status.TRUE, "", T0)));
      assertThat(idle.sync(0).events().getFirst().message())
          .isEqualTo("to 2: fewer replicas than the lower bound");
    }
  }

  @Test
  void aBehaviorRemembersRawAnswersInTheSameSlots() {
    Target web = new Target(5, Optional.of(defaultBehavior()));
    web.sync(40);
    web.pass(301);
    web.sync(6);
    assertThat(web.state.history().orElseThrow().recommendations())
        .extracting(Recommendation::replicas)
        .containsExactly(5, 6);
    web.pass(60);
    assertThat(web.sync(2).desiredReplicas()).as("the 6 is 60 s old").isEqualTo(6);
  }

  @Test
  void faultsAreEventsToo() {
    Target web = new Target(3, Optional.empty());
    web.selector = Selector.MISSING;
    assertThat(web.sync(4).events())
        .extracting(e -> e.reason().text())
        .containsExactly("SelectorRequired", "FailedComputeMetricsReplicas");
    web.selector = Selector.UNPARSABLE;
    assertThat(web.sync(4).events())
        .extracting(e -> e.reason().text())
        .containsExactly("InvalidSelector", "FailedComputeMetricsReplicas");
    web.selector = Selector.SHARED;
    assertThat(web.sync(4).events())
        .extracting(e -> e.reason().text())
        .containsExactly("AmbiguousSelector", "FailedComputeMetricsReplicas");
    HpaResult noAnswer =
        web.sync(new MetricAnswer.Unavailable("no route"), new Scale.Read(3, 3, Selector.VALID));
    assertThat(noAnswer.events())
        .extracting(HpaResult.Event::warning, e -> e.reason().text())
        .containsExactly(
            tuple(true, "FailedGetExternalMetric"), tuple(true, "FailedComputeMetricsReplicas"));
    assertThat(noAnswer.error()).contains("external metric queue failed: no route");
    assertThat(noAnswer.action()).isEqualTo(Action.NONE);
  }

  @Test
  void theReasonOfARescaleIsTheFirstMetricThatAsksForMost() {
    MetricSpec other =
        new MetricSpec.OfObject(
            "Ingress", new MetricId("rate", ""), new MetricTarget.AverageValue(1000));
    HpaInput input =
        new HpaInput(
            T0,
            HpaSettings.DEFAULT,
            Gates.DEFAULT,
            new HpaSpec(1, 50, List.of(QUEUE, other, QUEUE), Optional.empty()),
            new Scale.Read(3, 3, Selector.VALID),
            List.of(),
            List.of(
                new MetricAnswer.Total(List.of(4000L)),
                new MetricAnswer.Total(List.of(6000L)),
                new MetricAnswer.Total(List.of(6000L))),
            ScaleUpdate.ACCEPTED);
    HpaResult result = Hpa.reconcile(input, HpaState.cold(HpaStatus.fresh()));
    assertThat(result.events().getFirst().message())
        .isEqualTo("to 6: Ingress metric rate above target");
    assertThat(result.proposals())
        .extracting(p -> ((Proposal.Replicas) p).replicas())
        .containsExactly(4, 6, 6);
  }

  @Test
  void reasonsAndTypesAreSpeltAsKubernetesDoes() {
    assertThat(ConditionReason.FAILED_GET_CONTAINER_RESOURCE_METRIC.text())
        .isEqualTo("FailedGetContainerResourceMetric");
    assertThat(Type.SCALED_TO_ZERO.text()).isEqualTo("ScaledToZero");
    assertThat(Status.UNKNOWN.text()).isEqualTo("Unknown");
  }

  @Test
  void defaultsAreThoseOfTheApi() {
    assertThat(MetricSpec.DEFAULT)
        .containsExactly(new MetricSpec.Resource("cpu", new MetricTarget.Utilization(80)));
    HpaSettings settings = HpaSettings.DEFAULT;
    assertThat(settings.tolerance()).isEqualTo(0.1);
    assertThat(settings.cpuInitialization()).isEqualTo(Duration.ofSeconds(300));
    assertThat(settings.readinessDelay()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.downscaleStabilization()).isEqualTo(Duration.ofSeconds(300));
    assertThat(Gates.DEFAULT).isEqualTo(new Gates(true, true, true));
    assertThat(ScaleUpdate.ACCEPTED).isEqualTo(new ScaleUpdate(0, true));
    assertThat(ScaleUpdate.REFUSED).isEqualTo(new ScaleUpdate(0, false));
    assertThat(DefaultBehavior.scaleUpLimit(1)).isEqualTo(4);
    assertThat(DefaultBehavior.scaleUpLimit(9)).isEqualTo(18);
  }

  @Test
  void anAnswerOfAnotherKindIsACallersMistake() {
    assertThatThrownBy(() ->
            new Target(3, Optional.empty())
                .sync(new MetricAnswer.PerPod(List.of()), new Scale.Read(3, 3, Selector.VALID)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("external metric queue");
    assertThatThrownBy(() -> new HpaSpec(1, 2, List.of(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HpaSpec(-1, 2, List.of(QUEUE), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HpaSpec(1, -1, List.of(QUEUE), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Scale.Read(-1, 0, Selector.VALID))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MetricTarget.AverageValue(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Behavior defaultBehavior() {
    return new Behavior(
        ScalingRules.scaleUpDefault(), ScalingRules.scaleDownDefault(Duration.ofMinutes(5)));
  }

  private static HpaStatus statusWith(Condition condition) {
    return new HpaStatus(0, 0, Optional.empty(), List.of(), List.of(condition));
  }

  private static String reason(HpaResult result, Type type) {
    return result.next().status().conditions().stream()
        .filter(c -> c.type() == type)
        .map(Condition::reason)
        .findFirst()
        .orElse("");
  }
}
