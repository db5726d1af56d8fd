package dev.almanac.predictor.rightsizing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleWindowTest {

  @Test
  void forgetsTheOldest() {
    SampleWindow window = new SampleWindow(3);
    window.add(new double[] {9, 1, 2, 3}, 0, 4);
    assertThat(window.samples()).containsExactly(1, 2, 3);
    assertThat(window.max()).isEqualTo(3);
    assertThat(window.mean()).isEqualTo(2);
    assertThat(window.seen()).isEqualTo(4);
  }

  @Test
  void quantilesInterpolateBetweenPresentSamples() {
    SampleWindow window = new SampleWindow(5);
    window.add(new double[] {4, Double.NaN, 1}, 0, 3);
    assertThat(window.quantile(0)).isEqualTo(1);
    assertThat(window.quantile(0.5)).isEqualTo(2.5);
    assertThat(window.quantile(1)).isEqualTo(4);
    assertThat(window.mean()).isEqualTo(2.5);
    assertThat(window.samples()).containsExactly(4, Double.NaN, 1);
  }

  @Test
  void nothingPresentIsNotZero() {
    SampleWindow window = new SampleWindow(2);
    assertThat(window.max()).isNaN();
    assertThat(window.mean()).isNaN();
    assertThat(window.quantile(0.5)).isNaN();
    assertThat(window.samples()).isEmpty();
    window.add(Double.NaN);
    assertThat(window.max()).isNaN();
    assertThat(window.samples()).containsExactly(Double.NaN);
  }
}
