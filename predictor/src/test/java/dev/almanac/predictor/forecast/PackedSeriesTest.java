package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PackedSeriesTest {
  private static final double NONE = Double.NaN;

  @Test
  void theErrorIsHalfAStepOfTheRange() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      double scale = Math.pow(10, random.nextDouble(-12, 12));
      double[] values = random.doubles(1 + round, -scale, 2 * scale).toArray();
      PackedSeries packed = PackedSeries.of(values);
      assertThat(packed.length()).isEqualTo(values.length);
      for (int i = 0; i < values.length; i++) {
        assertThat(packed.at(i)).isEqualTo(values[i], within(3 * scale / 65_534 / 2 * 1.001));
        assertThat(Math.abs(packed.at(i) - values[i]))
            .isLessThanOrEqualTo(packed.tolerance(values[i]));
      }
    }
  }

  @Test
  void aSpikeDoesNotDrownTheRest() {
    double[] values = new double[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 10;
    }
    values[150] = 1e9;
    PackedSeries packed = PackedSeries.of(values);
    for (int i = 0; i < values.length; i++) {
      assertThat(packed.at(i)).isEqualTo(values[i], within(1e-6 * values[i]));
    }
  }

  @Test
  void absentConstantAndEmptyStayWhatTheyAre() {
    PackedSeries one = PackedSeries.of(new double[] {NONE, 5, NONE, 5});
    assertThat(one.at(0)).isNaN();
    assertThat(one.at(1)).isEqualTo(5);
    assertThat(one.at(2)).isNaN();
    PackedSeries none = PackedSeries.of(new double[] {NONE, NONE});
    assertThat(none.length()).isEqualTo(2);
    assertThat(none.at(1)).isNaN();
    assertThat(PackedSeries.of(new double[0]).length()).isZero();
  }
}
