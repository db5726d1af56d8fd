package dev.almanac.predictor.rightsizing.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageTest {
  private static final double NONE = Double.NaN;

  @Test
  void throttledTimeIsDemandToo() {
    double[] usage = {1, 1, NONE, 0.5};
    double[] throttled = {0.25, NONE, 1, -3};
    assertThat(Throttling.demand(usage, throttled)).containsExactly(1.25, 1, NONE, 0.5);
  }

  @Test
  void theThrottledShareCountsPresentSamples() {
    double[] usage = {1, 1, NONE, 1, 1};
    double[] throttled = {0.25, 0.05, 9, 0, NONE};
    assertThat(Throttling.share(usage, throttled, 0)).isEqualTo(0.5);
    assertThat(Throttling.share(usage, throttled, 0.1)).isEqualTo(0.25);
    assertThat(Throttling.share(new double[] {NONE}, new double[] {1}, 0)).isNaN();
    assertThatThrownBy(() -> Throttling.share(usage, new double[1], 0))
        .hasMessageContaining("5, 1");
  }

  @Test
  void startUpsAreTakenOutAndTheirPeakIsKept() {
    double[] usage = {4, 5, 1, 1, NONE, 3, 1};
    StartUps split = StartUps.split(usage, new int[] {0, 4}, 2);
    assertThat(split.steady()).containsExactly(NONE, NONE, 1, 1, NONE, NONE, 1);
    assertThat(split.peak()).hasValue(5);
    assertThat(split.boostOver(1.5)).isEqualTo(3.5);
    assertThat(split.boostOver(9)).isZero();
    assertThat(usage[0]).isEqualTo(4);
  }

  @Test
  void aStartUpMayReachBeyondTheEnd() {
    StartUps split = StartUps.split(new double[] {1, 7}, new int[] {1}, Integer.MAX_VALUE);
    assertThat(split.steady()).containsExactly(1, NONE);
    assertThat(split.peak()).hasValue(7);
  }

  @Test
  void withoutStartUpsThereIsNoPeakAndNoBoost() {
    StartUps split = StartUps.split(new double[] {1, 7}, new int[0], 2);
    assertThat(split.peak()).isEmpty();
    assertThat(split.boostOver(1)).isZero();
    assertThat(StartUps.split(new double[] {NONE}, new int[] {0}, 1).peak()).isEmpty();
  }

  @Test
  void startsOutsideAreRefused() {
    assertThatThrownBy(() -> StartUps.split(new double[2], new int[] {2}, 1))
        .hasMessageContaining("sample 2 of 2");
    assertThatThrownBy(() -> StartUps.split(new double[2], new int[] {-1}, 1))
        .hasMessageContaining("sample -1");
    assertThatThrownBy(() -> StartUps.split(new double[2], new int[] {0}, -1))
        .hasMessageContaining("at least 0");
  }
}
