package dev.almanac.predictor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration MAX_AGE = Duration.ofMinutes(2);

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -5,
        -Double.MIN_VALUE
      })
  void whatCannotBeAMeasurementIsInvalid(double value) {
    assertThat(Reading.of(value, NOW, NOW, MAX_AGE)).isInstanceOf(Reading.Invalid.class);
  }

  @Test
  void theAgeDecidesBetweenPresentAndStaleAndTheEdgeIsPresent() {
    assertThat(Reading.of(1, NOW.minus(MAX_AGE), NOW, MAX_AGE))
        .isEqualTo(new Reading.Present(1, NOW.minus(MAX_AGE)));
    assertThat(Reading.of(1, NOW.minus(MAX_AGE).minusMillis(1), NOW, MAX_AGE))
        .isInstanceOf(Reading.Stale.class);
  }

  @Test
  void aSampleFromTheFutureMeansThatClocksDisagree() {
    assertThat(Reading.of(1, NOW.plusSeconds(30), NOW, MAX_AGE))
        .isInstanceOf(Reading.Present.class);
    assertThat(Reading.of(1, NOW.plusSeconds(31), NOW, MAX_AGE))
        .isEqualTo(new Reading.Skewed(1, NOW.plusSeconds(31)));
  }

  @Test
  void aSeriesThatWentQuietIsStaleByItsNewestPresentSample() {
    long start = NOW.minusSeconds(600).getEpochSecond();
    double[] values = {1, 2, 3, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN};
    SeriesReading quiet = new SeriesReading.Present(new TimeSeries(start, 60, values));
    assertThat(quiet.latest(NOW, MAX_AGE)).isEqualTo(new Reading.Stale(3, NOW.minusSeconds(480)));
  }

  @Test
  void aPartialSeriesGivesAPartialReadingUnlessItIsWorse() {
    TimeSeries fresh = new TimeSeries(NOW.getEpochSecond(), 60, new double[] {7});
    TimeSeries old = new TimeSeries(NOW.getEpochSecond() - 3600, 60, new double[] {7});
    assertThat(new SeriesReading.Partial(fresh, "one store is down").latest(NOW, MAX_AGE))
        .isEqualTo(new Reading.Partial(7, NOW, "one store is down"));
    assertThat(new SeriesReading.Partial(old, "one store is down").latest(NOW, MAX_AGE))
        .isInstanceOf(Reading.Stale.class);
  }

  @Test
  void nothingIsNeverZero() {
    TimeSeries absent = new TimeSeries(0, 60, new double[] {Double.NaN});
    assertThat(new SeriesReading.Present(absent).latest(NOW, MAX_AGE))
        .isInstanceOf(Reading.NoData.class);
    assertThat(new SeriesReading.NoData("unreachable").latest(NOW, MAX_AGE))
        .isEqualTo(new Reading.NoData("unreachable"));
  }
}
