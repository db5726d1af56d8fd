package dev.almanac.predictor.scaling;

import static dev.almanac.predictor.scaling.Observations.replicas;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricSpec.MetricId;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The rule of an HPA inside the step. One replica serves 100, the rule aims at 70. */
class ReactiveStageTest {
  // Shadow, because there a missing forecast forbids nothing: what is proposed is the rule's.
  private static final ScalingPolicy PLAIN = ScalingPolicy.of(2, 50, Stage.SHADOW, 100);
  private static final ScalingRules UP = ScalingRules.scaleUpDefault();
  private static final ScalingRules DOWN = ScalingRules.scaleDownDefault(Duration.ZERO);
  private static final MetricSpec QUEUE =
      new MetricSpec.External(new MetricId("queue", ""), new MetricTarget.AverageValue(30_000));
  private static final MetricSpec LAG =
      new MetricSpec.External(new MetricId("lag", ""), new MetricTarget.Value(1_000));

  private final Autoscaler autoscaler = new Autoscaler();

  // ---- behavior

  @Test
  void eachDirectionHasItsOwnTolerance() {
    ScalingPolicy policy = with(UP.withTolerance(0.5), DOWN.withTolerance(0.02));
    assertThat(reactive(policy, replicas(10).demand(1040))).isEqualTo(10);
    assertThat(reactive(policy, replicas(10).demand(1060))).isEqualTo(16);
    assertThat(reactive(PLAIN, replicas(10).demand(1040))).isEqualTo(15);
  }

  @Test
  void aRiseIsLimitedByItsPoliciesAndByWhatWasAddedAlready() {
    ScalingPolicy policy = with(UP.withPolicies(List.of(pods(3, 60))), DOWN);
    Life life = new Life(policy, 10);
    assertThat(life.step(0, 5000)).isEqualTo(13);
    assertThat(life.step(30, 5000)).isEqualTo(13);
    assertThat(life.step(59, 5000)).isEqualTo(13);
    assertThat(life.step(60, 5000))
        .as("a change exactly as old as the period is free")
        .isEqualTo(16);
  }

  @Test
  void whatAnotherHandAddsUsesUpTheSameBudget() {
    ScalingPolicy policy = with(UP.withPolicies(List.of(pods(3, 60))), DOWN);
    Life life = new Life(policy, 10);
    assertThat(life.step(0, 700)).isEqualTo(10);
    life.size = 12;
    assertThat(life.step(15, 5000)).isEqualTo(13);
  }

  @Test
  void aDisabledDirectionStays() {
    ScalingPolicy policy = with(UP.withSelect(SelectPolicy.DISABLED), DOWN);
    assertThat(reactive(policy, replicas(10).demand(5000))).isEqualTo(10);
    Life life = new Life(policy, 10);
    life.step(0, 700);
    assertThat(life.step(15, 70)).as("the other direction does not").isLessThan(10);
  }

  @Test
  void aRiseWaitsUntilTheWholeWindowAsksForIt() {
    ScalingPolicy policy = with(UP.withStabilizationWindow(Duration.ofSeconds(45)), DOWN);
    Life life = new Life(policy, 10);
    assertThat(life.step(0, 1000)).isEqualTo(10);
    assertThat(life.step(15, 1000)).isEqualTo(10);
    assertThat(life.step(45, 1000)).as("the first size is exactly 45 s old").isEqualTo(15);
  }

  @Test
  void aFallWaitsForTheBehaviorsOwnWindow() {
    ScalingPolicy policy = with(UP, DOWN.withStabilizationWindow(Duration.ofSeconds(60)));
    Life life = new Life(policy, 10);
    assertThat(life.step(0, 490)).isEqualTo(10);
    assertThat(life.step(59, 490)).isEqualTo(10);
    assertThat(life.step(60, 490)).isEqualTo(7);
  }

  // ---- metrics

  @Test
  void theHighestOfTheMetricsDecidesAndTheDemandDoesNot() {
    ScalingPolicy policy = following(QUEUE, LAG);
    assertThat(reactive(policy, replicas(10).demand(5000).metrics(present(330), present(1.2))))
        .isEqualTo(12);
    assertThat(reactive(policy, replicas(10).demand(5000).metrics(present(450), present(1.2))))
        .isEqualTo(15);
    assertThat(reactive(policy, replicas(10).demand(5000).metrics(present(300), present(1))))
        .isEqualTo(10);
  }

  @Test
  void aValueTargetCountsReadyPods() {
    assertThat(reactive(following(LAG), replicas(10).pods(10, 8).metrics(present(1.5))))
        .isEqualTo(12);
  }

  @Test
  void surgePodsDoNotBecomeTheNewSize() {
    assertThat(reactive(following(QUEUE), replicas(10).pods(13, 10).metrics(present(300))))
        .isEqualTo(10);
  }

  @Test
  void aMetricWithoutAnAnswerForbidsAFallAndNoRise() {
    ScalingPolicy policy = following(QUEUE, LAG);
    Reading gone = new Reading.NoData("gone");
    Life life = new Life(policy, 10);
    life.metrics(0, present(300), present(1));
    assertThat(life.metrics(400, present(30), gone)).isEqualTo(10);
    assertThat(life.metrics(415, gone, present(1.5))).isEqualTo(15);
    assertThat(life.metrics(430, gone, gone)).isEqualTo(15);
    assertThat(life.metrics(445)).as("nobody has read them").isEqualTo(15);
  }

  @Test
  void theMetricsMayRaiseWhileTheDemandIsUnknown() {
    Observations o = replicas(10).reading(new Reading.NoData("gone")).metrics(present(450));
    ScalingPolicy policy = following(QUEUE).withStage(Stage.FLOOR);
    assertThat(step(policy, o).decision().replicasOr(10)).isEqualTo(15);
    Observations none =
        replicas(10).reading(new Reading.NoData("gone")).metrics(new Reading.NoData("gone"));
    assertThat(step(policy, none).decision().answer()).isEqualTo(new Decision.Answer.Hold());
  }

  @Test
  void theRuleRefusesWhatItCannotFollow() {
    MetricId id = new MetricId("m", "");
    for (MetricSpec metric :
        List.of(
            new MetricSpec.External(id, new MetricTarget.Utilization(1)),
            new MetricSpec.OfObject("Service web", id, new MetricTarget.Utilization(1)),
            new MetricSpec.Pods(id, new MetricTarget.Value(1)),
            new MetricSpec.Resource("cpu", new MetricTarget.Value(1)),
            new MetricSpec.ContainerResource("cpu", "main", new MetricTarget.Unset()),
            new MetricSpec.Unknown("New"))) {
      assertThatThrownBy(() -> ReactiveRule.DEFAULT.withMetrics(List.of(metric)))
          .as(metric.toString())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(metric.getClass().getSimpleName());
    }
    assertThatThrownBy(() -> ReactiveRule.DEFAULT.withTargetUtilization(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theExplanationSaysWhatLimitedIt() {
    ScalingPolicy policy = with(UP.withPolicies(List.of(pods(3, 60))), DOWN);
    Trace.Line line =
        autoscaler
            .explain(policy, replicas(10).demand(5000).build(), AutoscalerState.cold())
            .get(1);
    assertThat(line.stage()).isEqualTo(StageName.REACTIVE);
    assertThat(line.text())
        .isEqualTo("5,000 at 100 a replica x 70 % -> 72, limited to 13: ScaleUpLimit");
  }

  // ---- properties

  @Test
  void moreLoadNeverGivesFewerReplicas() {
    for (int life = 0; life < 2_000; life++) {
      SplittableRandom random = new SplittableRandom(life);
      ScalingPolicy policy =
          new Policies(ScalingPolicy.of(1, 60, Stage.SHADOW, random.nextDouble(0.5, 200)))
              .reactive(RandomRules.rule(random));
      AutoscalerState state = AutoscalerState.cold();
      int size = random.nextInt(1, 60);
      for (int tick = 0; tick < 20; tick++) {
        Duration at = Duration.ofSeconds(15L * tick);
        double low = random.nextDouble(0, 6_000);
        double high = low + random.nextDouble(0, 3_000);
        Step few = step(policy, load(policy, at, size, low), state);
        Step many = step(policy, load(policy, at, size, high), state);
        if (many.decision().proposed() < few.decision().proposed()) {
          assertThat(many.decision().proposed())
              .as("life %d, load %s against %s", life, high, low)
              .isGreaterThanOrEqualTo(few.decision().proposed());
        }
        state = few.next();
        size = few.decision().proposed();
      }
    }
  }

  private static Observations load(ScalingPolicy policy, Duration at, int size, double value) {
    Reading reading = new Reading.Present(value, Observations.START.plus(at));
    Reading[] metrics = new Reading[policy.reactive().metrics().size()];
    java.util.Arrays.fill(metrics, reading);
    return replicas(size).at(at).demand(value).metrics(metrics);
  }

  /** A workload that takes every size at once. */
  private final class Life {
    private final ScalingPolicy policy;
    private AutoscalerState state = AutoscalerState.cold();
    int size;

    Life(ScalingPolicy policy, int size) {
      this.policy = policy;
      this.size = size;
    }

    int step(long second, double demand) {
      return take(replicas(size).at(Duration.ofSeconds(second)).demand(demand));
    }

    int metrics(long second, Reading... readings) {
      Duration at = Duration.ofSeconds(second);
      return take(replicas(size).at(at).demand(700).metrics(readings));
    }

    private int take(Observations o) {
      Step step = autoscaler.step(policy, o.build(), state);
      state = step.next();
      size = step.decision().proposed();
      return size;
    }
  }

  private int reactive(ScalingPolicy policy, Observations o) {
    return step(policy, o).decision().proposed();
  }

  private Step step(ScalingPolicy policy, Observations o) {
    return step(policy, o, AutoscalerState.cold());
  }

  private Step step(ScalingPolicy policy, Observations o, AutoscalerState state) {
    return autoscaler.step(policy, o.build(), state);
  }

  private static ScalingPolicy with(ScalingRules up, ScalingRules down) {
    return free(ReactiveRule.DEFAULT.withBehavior(new Behavior(up, down)));
  }

  private static ScalingPolicy following(MetricSpec... metrics) {
    return free(ReactiveRule.DEFAULT.withMetrics(List.of(metrics)));
  }

  /** Without caps of its own that would hide the rule's. */
  private static ScalingPolicy free(ReactiveRule rule) {
    StepCaps none = new StepCaps(Duration.ofSeconds(1), 1_000, 100, 1);
    return new Policies(new Policies(PLAIN).reactive(rule)).caps(none);
  }

  private static Policy pods(int value, long seconds) {
    return new Policy(PolicyType.PODS, value, Duration.ofSeconds(seconds));
  }

  private static Reading present(double value) {
    return new Reading.Present(value, Observations.START);
  }
}
