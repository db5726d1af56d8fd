package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.vpa.StartupBoost.Boosted;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values exactly on a bound, where one rule ends and the next begins. */
class VpaBoundariesTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  /** Buckets of width 1, a weight of 1 is one that just counts. */
  private static Histogram ofWidthOne() {
    return Histogram.plain(BucketLayout.linear(10, 1, 1));
  }

  @Test
  void aBucketOfExactlyEpsilonCounts() {
    Histogram histogram = ofWidthOne();
    histogram.add(5, 1, T);
    assertThat(histogram.isEmpty()).isFalse();
    assertThat(histogram.percentile(0)).isEqualTo(6);
    histogram.add(7, 5, T);
    histogram.add(9, 1, T);
    assertThat(histogram.percentile(0)).isEqualTo(6);
    assertThat(histogram.percentile(1)).isEqualTo(10);
  }

  @Test
  void whatIsLeftAfterSubtractingCountsFromEpsilonOn() {
    Histogram histogram = ofWidthOne();
    histogram.add(5, 2, T);
    histogram.add(7, 5, T);
    histogram.add(9, 2, T);
    histogram.subtract(5, 1, T);
    histogram.subtract(9, 1, T);
    assertThat(histogram.weight(5)).isEqualTo(1);
    assertThat(histogram.totalWeight()).isEqualTo(7);
    assertThat(histogram.percentile(0)).isEqualTo(6);
    assertThat(histogram.percentile(1)).isEqualTo(10);
    histogram.subtract(5, 0.5, T);
    assertThat(histogram.weight(5)).as("less than epsilon is nothing").isZero();
    assertThat(histogram.percentile(0)).isEqualTo(8);
  }

  @Test
  void aWeightOfZeroIsASample() {
    Histogram histogram = ofWidthOne();
    histogram.add(5, 0, T);
    assertThat(histogram.isEmpty()).isTrue();
    assertThat(histogram.totalWeight()).isZero();
  }

  @Test
  void layoutsOfNoWidthNoEndAndNoWeightAreRefused() {
    assertThatThrownBy(() -> BucketLayout.linear(0, 1, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> BucketLayout.linear(10, 0, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> BucketLayout.linear(10, 1, 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> BucketLayout.linear(100_000, 1, 1)).hasMessageContaining("100000");
    assertThat(BucketLayout.linear(99_999, 1, 1).count()).isEqualTo(100_000);
  }

  @Test
  void layoutsAreEqualByTheirBuckets() {
    BucketLayout again = BucketLayout.exponential(1000, 0.01, 1.05, 0.001 * 0.1);
    assertThat(again).isEqualTo(BucketLayout.CPU).hasSameHashCodeAs(BucketLayout.CPU);
    assertThat(BucketLayout.CPU.hashCode()).isNotEqualTo(BucketLayout.MEMORY.hashCode());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "1023, 1023", "1024, 1.00Ki", "1048575, 1024.00Ki"})
  void bytesAreHumanizedFromOneKibibyteOn(long bytes, String text) {
    assertThat(Amount.humanize(bytes)).isEqualTo(text);
  }

  @Test
  void anAggregateWithoutSamplesHasNoTimes() {
    Aggregate aggregate = new Aggregate(VpaSettings.DEFAULTS, T);
    assertThat(aggregate.firstSample()).isEmpty();
    assertThat(aggregate.lastSample()).isEmpty();
    aggregate.addCpu(1, T);
    assertThat(aggregate.firstSample()).contains(T);
    assertThat(aggregate.lastSample()).contains(T);
  }

  @Test
  void sharesOfZeroAndOneAreShares() {
    Bounds bounds = new Bounds(1, 0, 1, Duration.ofNanos(1));
    assertThat(bounds.lower()).isZero();
    VpaSettings d = VpaSettings.DEFAULTS;
    VpaSettings least =
        new VpaSettings(
            bounds,
            bounds,
            d.cpuHalfLife(),
            d.memoryHalfLife(),
            Duration.ofNanos(1),
            1,
            1,
            0,
            0,
            0,
            0);
    assertThat(least.memoryIntervalCount()).isEqualTo(1);
  }

  @Test
  void toleranceOfNothingAndOfAll() {
    assertThat(new DisruptionBudget(3, 3, 0, 0, 2).allows()).as("one at a time").isTrue();
    assertThat(new DisruptionBudget(3, 2, 0, 0, 2).allows()).isFalse();
    DisruptionBudget all = new DisruptionBudget(3, 3, 0, 1, 2);
    assertThat(List.of(all.evict(false), all.evict(false), all.evict(false), all.evict(false)))
        .containsExactly(true, true, true, false);
  }

  @Test
  void aBoostByOneAndALimitOfOneMillicore() {
    StartupBoost twice = new StartupBoost.Factor(2);
    Boosted boosted =
        twice.apply(
            OptionalLong.of(1),
            OptionalLong.of(1),
            OptionalLong.of(100),
            ControlledValues.REQUESTS_ONLY,
            0);
    assertThat(boosted.request()).as("not 0, which would be no request").isEqualTo(1);
    assertThat(new StartupBoost.Factor(1).boost(7)).isEqualTo(7);
    Boosted atTheLimit =
        twice.apply(
            OptionalLong.of(50),
            OptionalLong.of(200),
            OptionalLong.of(100),
            ControlledValues.REQUESTS_ONLY,
            0);
    assertThat(atTheLimit.request()).as("at the limit is not above it").isEqualTo(200);
  }

  @Test
  void amountsEndAtTheLargestInt64() {
    ProportionalLimit.Limit beyond =
        ProportionalLimit.of(
            OptionalLong.of(1L << 62), OptionalLong.of(1), 2, OptionalLong.empty());
    assertThat(beyond.limit()).hasValue(Long.MAX_VALUE);
    assertThat(beyond.explained()).isTrue();
    ProportionalLimit.Limit within =
        ProportionalLimit.of(
            OptionalLong.of(1L << 61), OptionalLong.of(1), 2, OptionalLong.empty());
    assertThat(within.limit()).hasValue(1L << 62);
    assertThat(within.explained()).isFalse();
    assertThat(ProportionalLimit.scale(1L << 62, 2, 1, false)).isEqualTo(Long.MAX_VALUE);
    assertThat(ProportionalLimit.scale(1L << 61, 2, 1, false)).isEqualTo(1L << 62);
  }

  @Test
  void aPodAtTheEndsOfItsRangeStays() {
    ResourceList one = ResourceList.NONE.with(Resource.CPU, 100);
    ResourceList two = ResourceList.NONE.with(Resource.CPU, 200);
    var container = new Capping.Container(one, two);
    List<OptionalLong> request = List.of(OptionalLong.of(500));
    // Its limit goes to 1000 with it.
    assertThat(range(request, container, 500, 1000)).isEqualTo(request);
    assertThat(range(request, container, 501, 0)).containsExactly(OptionalLong.of(501));
    assertThat(range(request, container, 0, 999)).containsExactly(OptionalLong.of(499));
  }

  private static List<OptionalLong> range(
      List<OptionalLong> requests, Capping.Container container, long min, long max) {
    ResourceList least = ResourceList.NONE.with(Resource.CPU, min);
    ResourceList most = ResourceList.NONE.with(Resource.CPU, max);
    return Capping.toPodRange(
        Resource.CPU,
        requests,
        List.of(container),
        new Capping.LimitRange(least, most, ResourceList.NONE));
  }
}
