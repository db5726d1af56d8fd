package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.vpa.Capping.LimitRange;
import dev.almanac.predictor.rightsizing.vpa.InPlaceResize.Decision;
import dev.almanac.predictor.rightsizing.vpa.InPlaceResize.Mode;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a cluster may throw at the recommender that no table of it has. */
class VpaAdversarialTest {
  private static final Instant T = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void withoutAnyHistoryTheTargetIsTheMinimumAndTheUpperBoundIsOpen() {
    Recommendation none = recommend(new Aggregate(VpaSettings.DEFAULTS, T));
    ResourceList minimum = ResourceList.of(25, 250L << 20);
    assertThat(none.target()).isEqualTo(minimum);
    assertThat(none.lowerBound()).isEqualTo(minimum);
    assertThat(none.upperBound()).isEqualTo(minimum);

    Aggregate one = new Aggregate(VpaSettings.DEFAULTS, T);
    one.addCpu(1, T);
    one.addMemoryPeak(1e9, T);
    assertThat(recommend(one).upperBound()).isEqualTo(ResourceList.of(Amount.MAX, Amount.MAX));
  }

  @Test
  void anyAmountGivesOrderedBoundsWithinTheAmountsThereAre() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      Aggregate aggregate = new Aggregate(VpaSettings.DEFAULTS, T);
      ContainerUsage container = new ContainerUsage(VpaSettings.DEFAULTS, aggregate);
      Instant time = T;
      for (int i = 0; i < random.nextInt(1, 60); i++) {
        time = time.plusSeconds(random.nextLong(-1000, 1L << random.nextInt(10, 34)));
        long amount = random.nextLong(-5, 1L << random.nextInt(3, 62));
        switch (random.nextInt(3)) {
          case 0 -> container.addCpu(amount, time);
          case 1 -> container.addMemory(amount, time);
          default -> container.recordOom(Math.max(amount, 0), time);
        }
      }
      Recommendation recommendation = recommend(aggregate);
      for (Resource resource : Resource.values()) {
        long lower = recommendation.lowerBound().orZero(resource);
        long target = recommendation.target().orZero(resource);
        long upper = recommendation.upperBound().orZero(resource);
        assertThat(lower).isPositive().isLessThanOrEqualTo(target);
        assertThat(target).isLessThanOrEqualTo(upper);
        assertThat(upper).isLessThanOrEqualTo(2 * Amount.MAX);
      }
      assertThat(recommendation.uncappedTarget()).isEqualTo(recommendation.target());
    }
  }

  /** Replicas of one template, read in any order, are one history. */
  @Test
  void theOrderOfMergingDoesNotMatter() {
    Aggregate[] parts = new Aggregate[3];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Aggregate(VpaSettings.DEFAULTS, T);
      for (int j = 0; j < 50; j++) {
        parts[i].addCpu(0.1 * (i + 1), T.plusSeconds(60L * j * (i + 1)));
      }
    }
    Aggregate forward = new Aggregate(VpaSettings.DEFAULTS, T);
    Aggregate backward = new Aggregate(VpaSettings.DEFAULTS, T);
    for (int i = 0; i < parts.length; i++) {
      forward.merge(parts[i]);
      backward.merge(parts[parts.length - 1 - i]);
    }
    assertThat(recommend(forward)).isEqualTo(recommend(backward));
    assertThat(forward.samples()).isEqualTo(150);
    assertThat(forward.firstSample()).isEqualTo(Optional.of(T));
    assertThat(forward.lastSample()).isEqualTo(Optional.of(T.plusSeconds(60L * 49 * 3)));
  }

  @Test
  void aCheckpointBringsBackTheRecommendation() {
    Aggregate before = new Aggregate(VpaSettings.DEFAULTS, T);
    ContainerUsage container = new ContainerUsage(VpaSettings.DEFAULTS, before);
    for (int i = 0; i < 3000; i++) {
      container.addCpu(100 + i % 7, T.plusSeconds(60L * i));
      container.addMemory(1_000_000_000 + i, T.plusSeconds(60L * i));
    }
    Aggregate after = new Aggregate(VpaSettings.DEFAULTS, T);
    after.load(before.checkpoint());
    assertThat(recommend(after)).isEqualTo(recommend(before));
    assertThat(after.checkpoint()).isEqualTo(before.checkpoint());
    assertThat(container.peakBytes()).isGreaterThan(1_000_000_000);
    assertThat(container.windowEnd()).isEqualTo(T.plus(Duration.ofDays(3)));
  }

  @Test
  void anotherVersionOfCheckpointIsRefused() {
    AggregateCheckpoint good = new Aggregate(VpaSettings.DEFAULTS, T).checkpoint();
    assertThatThrownBy(() ->
            new AggregateCheckpoint("v2", good.firstSample(), T, 1, good.cpu(), good.memory()))
        .hasMessageContaining("must be v3, was v2");
    assertThatThrownBy(() ->
            new AggregateCheckpoint("v3", good.firstSample(), T, -1, good.cpu(), good.memory()))
        .hasMessageContaining("at least 0");
  }

  @Test
  void settingsThatWouldShrinkAnEstimateAreRefused() {
    VpaSettings d = VpaSettings.DEFAULTS;
    Bounds b = d.cpu();
    assertThatThrownBy(() -> new Bounds(1.1, 0.5, 0.95, DAY)).hasMessageContaining("[0, 1]");
    assertThatThrownBy(() -> new Bounds(0.9, -0.1, 0.95, DAY)).hasMessageContaining("[0, 1]");
    assertThatThrownBy(() -> new Bounds(0.9, 0.5, Double.NaN, DAY)).hasMessageContaining("[0, 1]");
    assertThatThrownBy(() -> new Bounds(0.9, 0.5, 0.95, Duration.ZERO))
        .hasMessageContaining("positive");
    assertThatThrownBy(() -> settings(Duration.ZERO, 8, 1.2, 0, 0.15, 25, 250))
        .hasMessageContaining("memory interval");
    assertThatThrownBy(() -> settings(DAY, 0, 1.2, 0, 0.15, 25, 250)).hasMessageContaining("count");
    assertThatThrownBy(() -> settings(DAY, 8, 0.9, 0, 0.15, 25, 250)).hasMessageContaining("ratio");
    assertThatThrownBy(() -> settings(DAY, 8, 1.2, -1, 0.15, 25, 250))
        .hasMessageContaining("least OOM bump");
    assertThatThrownBy(() -> settings(DAY, 8, 1.2, 0, Double.NaN, 25, 250))
        .hasMessageContaining("margin");
    assertThatThrownBy(() -> settings(DAY, 8, 1.2, 0, 0.15, -1, 250)).hasMessageContaining("CPU");
    assertThatThrownBy(() -> settings(DAY, 8, 1.2, 0, 0.15, 25, Double.POSITIVE_INFINITY))
        .hasMessageContaining("memory of a pod");
  }

  private static VpaSettings settings(
      Duration interval,
      int count,
      double ratio,
      double bump,
      double margin,
      double cpu,
      double memory) {
    Bounds b = VpaSettings.DEFAULTS.cpu();
    return new VpaSettings(b, b, DAY, DAY, interval, count, ratio, bump, margin, cpu, memory);
  }

  @Test
  void scaledAmountsSaturate() {
    OptionalLong max = OptionalLong.of(Long.MAX_VALUE);
    OptionalLong one = OptionalLong.of(1);
    assertThat(ProportionalLimit.of(max, one, Long.MAX_VALUE, OptionalLong.empty()))
        .isEqualTo(new ProportionalLimit.Limit(max, true));
    var container =
        new Capping.Container(ResourceList.of(1, 1), ResourceList.of(Long.MAX_VALUE, 1L << 62));
    var range = new LimitRange(ResourceList.of(1, 1), ResourceList.of(5, 5), ResourceList.NONE);
    assertThat(
            Capping.toPodRange(
                Resource.MEMORY,
                List.of(OptionalLong.of(1L << 60), OptionalLong.of(1L << 60)),
                List.of(container, container),
                range))
        .containsExactly(OptionalLong.of(0), OptionalLong.of(0));
  }

  @Test
  void aContainerWithoutRecommendationCountsWithItsRequestAndStays() {
    var container = new Capping.Container(ResourceList.of(100, 100), ResourceList.of(100, 100));
    var range = new LimitRange(ResourceList.of(400, 400), ResourceList.NONE, ResourceList.NONE);
    assertThat(
            Capping.toPodRange(
                Resource.CPU,
                List.of(OptionalLong.of(100), OptionalLong.empty()),
                List.of(container, container),
                range))
        .containsExactly(OptionalLong.of(200), OptionalLong.empty());
  }

  @Test
  void defaultLimitsOfARangeCountForContainersWithoutLimits() {
    var container = new Capping.Container(ResourceList.of(100, 100), ResourceList.NONE);
    var range =
        new LimitRange(ResourceList.NONE, ResourceList.of(200, 200), ResourceList.of(400, 400));
    assertThat(Capping.toContainerRange(ResourceList.of(90, 90), container, range))
        .isEqualTo(ResourceList.of(50, 50));
    assertThat(
            Capping.toPodRange(
                Resource.CPU, List.of(OptionalLong.of(90)), List.of(container), range))
        .containsExactly(OptionalLong.of(50));
  }

  @Test
  void boostsNeverLower() {
    assertThatThrownBy(() -> new StartupBoost.Factor(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> new StartupBoost.Quantity(-1)).hasMessageContaining("at least 0");
    assertThat(
            new StartupBoost.Quantity(0)
                .apply(
                    OptionalLong.of(7),
                    OptionalLong.of(1),
                    OptionalLong.of(0),
                    ControlledValues.REQUESTS_ONLY,
                    0)
                .request())
        .isEqualTo(1);
    assertThat(
            new StartupBoost.Factor(3)
                .apply(
                    OptionalLong.of(7),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    ControlledValues.REQUESTS_ONLY,
                    20)
                .request())
        .isEqualTo(20);
  }

  @Test
  void aPodThatIsNotBeingResizedIsResizedWhenTheBudgetAllows() {
    var free = new DisruptionBudget(3, 3, 0, 0.5, 2);
    var spent = new DisruptionBudget(3, 2, 0, 0.5, 2);
    assertThat(InPlaceResize.decide(Mode.IN_PLACE, Optional.empty(), DAY, free))
        .isEqualTo(Decision.APPROVED);
    assertThat(InPlaceResize.decide(Mode.IN_PLACE_OR_RECREATE, Optional.empty(), DAY, spent))
        .isEqualTo(Decision.DEFERRED);
    assertThatThrownBy(() -> new DisruptionBudget(3, 3, 0, 1.5, 2)).hasMessageContaining("[0, 1]");
    assertThatThrownBy(() -> new DisruptionBudget(3, 3, 0, Double.NaN, 2))
        .hasMessageContaining("[0, 1]");
  }

  @Test
  void amountsAreNeverNegativeAndUnsetIsNotZero() {
    assertThatThrownBy(() -> ResourceList.of(-1, 0)).hasMessageContaining("CPU");
    ResourceList memory = ResourceList.NONE.with(Resource.MEMORY, 0);
    assertThat(memory.get(Resource.CPU)).isEmpty();
    assertThat(memory.get(Resource.MEMORY)).hasValue(0);
    assertThat(memory.map(Resource.CPU, x -> 7)).isEqualTo(memory);
  }

  private static Recommendation recommend(Aggregate aggregate) {
    return new Estimator(VpaSettings.DEFAULTS).recommend(Map.of("c", aggregate)).get("c");
  }
}
