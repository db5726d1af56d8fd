package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant T = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void aDayHalvesASample() {
    Histogram histogram = Histogram.decaying(BucketLayout.CPU, DAY);
    histogram.add(1, 1, T);
    histogram.add(2, 1, T.plus(DAY));

    assertThat(histogram.weight(BucketLayout.CPU.find(2)))
        .isEqualTo(2 * histogram.weight(BucketLayout.CPU.find(1)));
    assertThat(histogram.percentile(0.33)).isLessThan(1.1);
    assertThat(histogram.percentile(0.34)).isGreaterThan(2);
  }

  @Test
  void mergingMovesTheReferenceOfTheOlderOneToThatOfTheNewer() {
    Instant later = T.plus(Duration.ofDays(300));
    for (boolean olderFirst : new boolean[] {true, false}) {
      Histogram older = Histogram.decaying(BucketLayout.CPU, DAY);
      older.add(1, 1, T);
      Histogram newer = Histogram.decaying(BucketLayout.CPU, DAY);
      newer.add(5, 1, later);
      (olderFirst ? older : newer).merge(olderFirst ? newer : older);
      assertThat(older.checkpoint().referenceTime()).isEqualTo(Optional.of(later));
      assertThat(newer.checkpoint().referenceTime()).isEqualTo(Optional.of(later));
    }
  }

  /** Multiples count from the year 1: 2026-03-01T00:00Z is one of 24 h, but not of 36 h. */
  @Test
  void theReferenceIsTheNearestMultipleOfTheHalfLifeSinceTheYearOne() {
    Histogram histogram = Histogram.decaying(BucketLayout.CPU, Duration.ofHours(36));
    histogram.add(1, 1, T);
    Instant reference = histogram.checkpoint().reference();
    long seconds = reference.getEpochSecond() - Histogram.UNSET.getEpochSecond();
    assertThat(seconds % Duration.ofHours(36).toSeconds()).isZero();
    assertThat(Duration.between(T, reference).abs()).isLessThanOrEqualTo(Duration.ofHours(18));
  }

  @Test
  void halvesAreRoundedUp() {
    long day = DAY.toNanos();
    assertThat(Nanoseconds.round(T.plus(Duration.ofHours(12)), day)).isEqualTo(T.plus(DAY));
    assertThat(Nanoseconds.round(T.plus(Duration.ofHours(12)).minusNanos(1), day)).isEqualTo(T);
    assertThat(Nanoseconds.round(T, day)).isEqualTo(T);
  }

  @Test
  void distancesEndAt292Years() {
    assertThat(Nanoseconds.between(T, T.plusSeconds(2).plusNanos(5))).isEqualTo(2_000_000_005L);
    assertThat(Nanoseconds.between(T.plusNanos(5), T)).isEqualTo(-5);
    assertThat(Nanoseconds.between(Histogram.UNSET, T)).isEqualTo(Long.MAX_VALUE);
    assertThat(Nanoseconds.between(T, Histogram.UNSET)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void aPlainOneKeepsWeightsAndHasNoReference() {
    Histogram histogram = Histogram.plain(BucketLayout.CPU);
    histogram.add(1, 1, T);
    histogram.add(1, 1, T.plus(Duration.ofDays(500)));
    assertThat(histogram.totalWeight()).isEqualTo(2);
    assertThat(histogram.checkpoint().referenceTime()).isEmpty();
    Histogram loaded = Histogram.plain(BucketLayout.CPU);
    loaded.load(new HistogramCheckpoint(T, 1, new TreeMap<>(Map.of(3, 1L))));
    assertThat(loaded.checkpoint().referenceTime()).isEmpty();
  }

  @Test
  void savingAndLoadingKeepsPercentilesWithinABucket() {
    SplittableRandom random = new SplittableRandom(1);
    Histogram histogram = Histogram.decaying(BucketLayout.CPU, DAY);
    for (int i = 0; i < 5_000; i++) {
      histogram.add(random.nextExponential(), 0.1, T.plusSeconds(60L * i));
    }
    Histogram loaded = Histogram.decaying(BucketLayout.CPU, DAY);
    loaded.load(histogram.checkpoint());
    assertThat(loaded.totalWeight())
        .isCloseTo(histogram.totalWeight(), within(1e-9 * histogram.totalWeight()));
    for (double share = 0; share < 1; share += 0.1) {
      assertThat(loaded.percentile(share) / histogram.percentile(share)).isBetween(0.9, 1.1);
    }
  }

  @Test
  void whatMeansNothingIsRefused() {
    Histogram histogram = Histogram.decaying(BucketLayout.CPU, DAY);
    assertThatThrownBy(() -> histogram.add(Double.NaN, 1, T)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> histogram.add(1, -1, T)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> histogram.add(1, Double.POSITIVE_INFINITY, T))
        .hasMessageContaining("Infinity");
    assertThatThrownBy(() -> histogram.subtract(1, Double.NaN, T)).hasMessageContaining("NaN");
    assertThat(histogram.isEmpty()).isTrue();
    assertThatThrownBy(() -> Histogram.decaying(BucketLayout.CPU, Duration.ZERO))
        .hasMessageContaining("half life");
    assertThatThrownBy(() -> Histogram.decaying(BucketLayout.CPU, Duration.ofMillis(1500)))
        .hasMessageContaining("whole seconds");
    assertThatThrownBy(() -> Histogram.decaying(BucketLayout.CPU, Duration.ofDays(366)))
        .hasMessageContaining("365 days");
    assertThat(Histogram.decaying(BucketLayout.CPU, Duration.ofDays(365)).isEmpty()).isTrue();
    assertThatThrownBy(() -> histogram.merge(Histogram.decaying(BucketLayout.MEMORY, DAY)))
        .hasMessageContaining("one layout");
    assertThatThrownBy(() -> histogram.merge(Histogram.plain(BucketLayout.CPU)))
        .hasMessageContaining("half life");
  }

  @Test
  void aCheckpointOfAnotherLayoutIsRefusedWhole() {
    Histogram histogram = Histogram.decaying(BucketLayout.CPU, DAY);
    var weights = new TreeMap<>(Map.of(1, 5L, 176, 5L));
    assertThatThrownBy(() -> histogram.load(new HistogramCheckpoint(T, 1, weights)))
        .hasMessageContaining("176");
    assertThat(histogram.isEmpty()).isTrue();
    assertThatThrownBy(() -> new HistogramCheckpoint(T, -1, new TreeMap<>()))
        .hasMessageContaining("total weight");
    assertThatThrownBy(() -> new HistogramCheckpoint(T, Double.POSITIVE_INFINITY, new TreeMap<>()))
        .hasMessageContaining("total weight");
    assertThatThrownBy(() -> new HistogramCheckpoint(T, 1, new TreeMap<>(Map.of(-1, 1L))))
        .hasMessageContaining("not -1 and 1");
    assertThatThrownBy(() -> new HistogramCheckpoint(T, 1, new TreeMap<>(Map.of(1, -1L))))
        .hasMessageContaining("not 1 and -1");
    assertThatThrownBy(() -> new HistogramCheckpoint(T, 1, new TreeMap<>(Map.of(1, 1L << 32))))
        .hasMessageContaining("not 1 and 4294967296");
  }
}
