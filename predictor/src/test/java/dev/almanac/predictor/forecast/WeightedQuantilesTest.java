package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeightedQuantilesTest {

  @Test
  void equalWeightsGiveHazensPlottingPositions() {
    // R: quantile(c(1, 2, 3, 4), c(.125, .25, .5, .9), type = 5) = 1, 1.5, 2.5, 4
    double[] q =
        WeightedQuantiles.of(
            new double[] {4, 2, 1, 3},
            new double[] {1, 1, 1, 1},
            4,
            new double[] {.125, .25, .5, .9});
    assertThat(q).containsExactly(1, 1.5, 2.5, 4);
  }

  @Test
  void aHeavySampleDrawsTheMedian() {
    double[] q =
        WeightedQuantiles.of(new double[] {1, 2, 3}, new double[] {1, 1, 8}, 3, new double[] {.6});
    assertThat(q).containsExactly(3);
  }

  @Test
  void oneSampleIsEveryQuantile() {
    assertThat(WeightedQuantiles.of(new double[] {5}, new double[] {2}, 1, new double[] {.01, .99}))
        .containsExactly(5, 5);
  }
}
