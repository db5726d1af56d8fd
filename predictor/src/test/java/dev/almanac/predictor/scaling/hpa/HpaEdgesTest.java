package dev.almanac.predictor.scaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.scaling.hpa.PerPodMetric.Context;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.predictor.scaling.hpa.PodGroups.PodTiming;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Failure;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small edges that no case of the files reaches; mutation testing found them. */
class HpaEdgesTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Tolerance TENTH = new Tolerance(0.1, 0.1);

  @Test
  void numbersBecomeMilliUnitsRoundedUpAndSaturating() {
    assertThat(ExternalMetric.milli(1.0001)).isEqualTo(1001);
    assertThat(ExternalMetric.milli(2)).isEqualTo(2000);
    assertThat(ExternalMetric.milli(0)).isZero();
    assertThat(ExternalMetric.milli(1e300)).isEqualTo(Long.MAX_VALUE);
    assertThat(ExternalMetric.milli(Long.MAX_VALUE / 1000.0)).isEqualTo(Long.MAX_VALUE);
    assertThat(ExternalMetric.averageValue(9_000, 3_000, 2, 0.1, 0.1)).isEqualTo(3);
    assertThat(ExternalMetric.averageValue(6_300, 3_000, 2, 0.1, 0.04)).isEqualTo(3);
    assertThat(ExternalMetric.averageValue(6_300, 3_000, 2, 0.04, 0.1)).isEqualTo(2);
  }

  @Test
  void milliUnitsInBinary64AreTheSameNumber() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      double value = random.nextDouble() * Math.pow(10, random.nextInt(40) - 10);
      long milli = ExternalMetric.milli(value);
      assertThat(ExternalMetric.wholeMilli(value)).as("%s", value).isEqualTo((double) milli);
      assertThat((long) ExternalMetric.wholeMilli(value)).isEqualTo(milli);
    }
    assertThat(ExternalMetric.wholeMilli(Double.NaN)).isNaN();
    assertThat(ExternalMetric.milli(Double.NaN)).isZero();
  }

  @Test
  void anAverageNeedsASampleAndAPod() {
    MetricSpec metric =
        new MetricSpec.Pods(new MetricSpec.MetricId("m", ""), new MetricTarget.AverageValue(1));
    assertThat(
            PerPodMetric.of(metric, new MetricAnswer.PerPod(List.of()), context(List.of(pod("a")))))
        .isEqualTo(new Failed(Failure.NO_SAMPLES));
    var one = new MetricAnswer.PerPod(List.of(new PodSample("a", NOW, Duration.ofMinutes(1), 5)));
    assertThat(PerPodMetric.of(metric, one, context(List.of())))
        .isEqualTo(new Failed(Failure.NO_PODS));
  }

  @Test
  void readinessCountsForTheUsageOfCpuOnly() {
    Pod young =
        new Pod("a", Phase.RUNNING, false, Ready.FALSE, NOW, Optional.of(NOW), List.of(), Map.of());
    var usage =
        new MetricAnswer.Usage(
            List.of(
                new PodUsage(
                    "a",
                    NOW,
                    Duration.ofMinutes(1),
                    List.of(new ContainerUsage("c1", OptionalLong.of(500))))));
    var target = new MetricTarget.AverageValue(100);
    assertThat(of(new MetricSpec.Resource("cpu", target), usage, young))
        .isEqualTo(new Failed(Failure.NO_SAMPLES_OF_TARGETED_PODS));
    assertThat(of(new MetricSpec.Resource("memory", target), usage, young))
        .isEqualTo(new Replicas(5, new Current.Average(500)));
    assertThat(of(new MetricSpec.ContainerResource("memory", "c1", target), usage, young))
        .isEqualTo(new Replicas(5, new Current.Average(500)));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new MetricTarget.Value(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MetricTarget.AverageValue(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MetricTarget.Utilization(0))
        .isInstanceOf(IllegalArgumentException.class);
    Duration zero = Duration.ZERO;
    assertThatThrownBy(() -> new HpaSettings(Double.NaN, zero, zero, zero, 2, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HpaSpec(-1, 0, MetricSpec.DEFAULT, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void zeroIsInRangeWhereTheApiHasIt() {
    assertThat(new HpaSpec(0, 0, MetricSpec.DEFAULT, Optional.empty()).maxReplicas()).isZero();
    assertThat(new Policy(PolicyType.PODS, 0, Duration.ZERO).value()).isZero();
    assertThat(new HpaSettings(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 2, 4).tolerance())
        .isZero();
    assertThat(new MetricSpec.Unknown("New").target()).isEqualTo(new MetricTarget.Unset());
  }

  private static Proposal of(MetricSpec metric, MetricAnswer answer, Pod pod) {
    return MetricProposals.of(metric, answer, context(List.of(pod)), 1);
  }

  private static Context context(List<Pod> pods) {
    PodTiming timing = new PodTiming(NOW, Duration.ofMinutes(5), Duration.ofSeconds(30));
    return new Context(pods, 1, TENTH, timing, true);
  }

  private static Pod pod(String name) {
    return new Pod(
        name, Phase.RUNNING, false, Ready.TRUE, NOW, Optional.of(NOW), List.of(), Map.of());
  }
}
