package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BucketLayoutTest {

  @Test
  void aValueOnABoundaryIsInTheBucketBelowFromTheSecondOn() {
    for (BucketLayout layout : List.of(BucketLayout.CPU, BucketLayout.MEMORY)) {
      assertThat(layout.count()).isEqualTo(176);
      assertThat(layout.find(layout.start(1))).isEqualTo(1);
      for (int i = 2; i < layout.count(); i++) {
        assertThat(layout.find(layout.start(i))).isEqualTo(i - 1);
        assertThat(layout.find(layout.start(i) * (1 + 1e-9))).isEqualTo(i);
      }
    }
  }

  /** The boundary that shows the power function: Math.pow and StrictMath.pow give 43101250. */
  @Test
  void memoryBucketFourIsCutOffToTheByteBelow() {
    assertThat((long) BucketLayout.MEMORY.start(4)).isEqualTo(43_101_249);
  }

  @Test
  void valuesOutsideAreInTheOutermostBuckets() {
    assertThat(BucketLayout.CPU.find(-5)).isZero();
    assertThat(BucketLayout.CPU.find(0)).isZero();
    assertThat(BucketLayout.CPU.find(1e300)).isEqualTo(175);
    BucketLayout linear = BucketLayout.linear(10, 1, 1e-15);
    assertThat(linear.count()).isEqualTo(11);
    assertThat(linear.find(-1)).isZero();
    assertThat(linear.find(3.5)).isEqualTo(3);
    assertThat(linear.find(99)).isEqualTo(10);
    assertThat(linear.start(3)).isEqualTo(3);
  }

  @Test
  void layoutsAreEqualByContent() {
    BucketLayout one = BucketLayout.linear(10, 1, 1e-15);
    assertThat(one)
        .isEqualTo(BucketLayout.linear(10, 1, 1e-15))
        .hasSameHashCodeAs(BucketLayout.linear(10, 1, 1e-15))
        .isNotEqualTo(BucketLayout.linear(10, 1, 1e-14))
        .isNotEqualTo(BucketLayout.linear(11, 1, 1e-15))
        .isNotEqualTo(BucketLayout.MEMORY)
        .isNotEqualTo("11 buckets");
    // Two buckets that start alike, of which the ratio alone says where a value belongs.
    assertThat(BucketLayout.linear(1, 1, 1)).isNotEqualTo(BucketLayout.exponential(1, 1, 2, 1));
    assertThat(one).hasToString("11 buckets, first 1.0, ratio 1.0");
  }

  @Test
  void argumentsThatGiveNoLayoutAreRefused() {
    assertThatThrownBy(() -> BucketLayout.linear(0, 1, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> BucketLayout.linear(1, 0, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> BucketLayout.linear(1, 1, 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> BucketLayout.linear(1e9, 1, 1)).hasMessageContaining("100000 buckets");
    assertThatThrownBy(() -> BucketLayout.linear(Double.NaN, 1, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> BucketLayout.exponential(1, 1, 1, 1)).hasMessageContaining("ratio");
    assertThatThrownBy(() -> BucketLayout.exponential(1, 1, Double.POSITIVE_INFINITY, 1))
        .hasMessageContaining("ratio");
  }
}
