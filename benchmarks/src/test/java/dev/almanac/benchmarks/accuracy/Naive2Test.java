package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Naive2Test {

  @Test
  void aSeasonIsFoundAndRepeated() {
    double[] y = new double[40];
    double[] season = {50, 100, 150, 100};
    for (int t = 0; t < y.length; t++) {
      y[t] = season[t % 4];
    }
    assertThat(Naive2.isSeasonal(y, 4)).isTrue();
    assertThat(Naive2.seasonalIndex(y, 4)).containsExactly(0.5, 1, 1.5, 1);
    // The last value, 100 at index 1, is the level.
    assertThat(Naive2.forecast(y, 4, 5)).containsExactly(50, 100, 150, 100, 50);
  }

  @Test
  void withoutASeasonTheLastValueIsRepeated() {
    SplittableRandom random = new SplittableRandom(1);
    double[] y = new double[40];
    Arrays.setAll(y, t -> 10 + random.nextDouble());
    assertThat(Naive2.isSeasonal(y, 4)).isFalse();
    assertThat(Naive2.forecast(y, 4, 2)).containsExactly(y[39], y[39]);
  }

  @Test
  void lessThanThreeSeasonsAreNone() {
    double[] y = new double[12];
    Arrays.setAll(y, t -> 100 + (t % 4 == 3 ? 50 : t % 4));
    assertThat(Naive2.isSeasonal(y, 4)).isTrue();
    assertThat(Naive2.isSeasonal(Arrays.copyOf(y, 11), 4)).isFalse();
  }

  @Test
  void anOddPeriodHasAPlainCentredMean() {
    // An odd period has a plain centred mean: 3 values, index of slot i is y over that mean.
    double[] y = {1, 2, 3, 1, 2, 3, 1, 2, 3};
    assertThat(Naive2.seasonalIndex(y, 3)[2]).isCloseTo(1.5, within(1e-12));
  }
}
