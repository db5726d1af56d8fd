package dev.almanac.predictor.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimeSeriesTest {
  private static final double GAP = Double.NaN;

  @Test
  void absentSamplesAreCountedAsAbsentAndNeverAsZero() {
    TimeSeries series = new TimeSeries(0, 60, new double[] {1, GAP, 0, GAP});
    assertThat(series.presentCount()).isEqualTo(2);
    assertThat(series.presentShare()).isEqualTo(0.5);
    assertThat(series.lastPresent()).isEqualTo(2);
  }

  @Test
  void anEmptySeriesHasNoLastSampleAndNoShare() {
    TimeSeries series = new TimeSeries(5, 1, new double[0]);
    assertThat(series.lastPresent()).isEqualTo(-1);
    assertThat(series.presentShare()).isZero();
    assertThat(series.endEpochSecond()).isEqualTo(5);
  }

  @Test
  void partsAreClippedToTheSeriesAndKeepTheGrid() {
    TimeSeries series = new TimeSeries(600, 60, new double[] {1, 2, 3, 4});
    assertThat(series.between(Instant.ofEpochSecond(0), Instant.ofEpochSecond(601)))
        .isEqualTo(new TimeSeries(600, 60, new double[] {1}));
    assertThat(series.between(Instant.ofEpochSecond(661), Instant.ofEpochSecond(9_999)))
        .isEqualTo(new TimeSeries(720, 60, new double[] {3, 4}));
    assertThat(series.between(Instant.ofEpochSecond(9_000), Instant.ofEpochSecond(9_999)).isEmpty())
        .isTrue();
  }

  @Test
  void equalByContentWithAbsentSamplesEqualToEachOther() {
    assertThat(new TimeSeries(0, 1, new double[] {GAP, 1}))
        .isEqualTo(new TimeSeries(0, 1, new double[] {GAP, 1}))
        .isNotEqualTo(new TimeSeries(0, 1, new double[] {GAP, 2}));
  }

  @Test
  void refusesInfinitiesAndImpossibleSteps() {
    assertThatThrownBy(() -> new TimeSeries(0, 1, new double[] {1, Double.POSITIVE_INFINITY}))
        .hasMessageContaining("sample 1");
    assertThatThrownBy(() -> new TimeSeries(0, 0, new double[0])).hasMessageContaining("step");
  }
}
