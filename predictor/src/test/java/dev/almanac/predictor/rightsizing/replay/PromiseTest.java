package dev.almanac.predictor.rightsizing.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PromiseTest {

  /** In closed form at the ends: 1 - (alpha / 2)^(1 / n). */
  @Test
  void noBadDayIsNoProofOfNone() {
    Promise promise = Promise.of(30, 0, 0.95);
    assertThat(promise.low()).isZero();
    assertThat(promise.high()).isCloseTo(1 - Math.pow(0.025, 1 / 30.0), within(1e-9));
    assertThat(promise.mostInAMonth()).isCloseTo(promise.high() * 30.4, within(1e-12));
  }

  @Test
  void onlyBadDays() {
    Promise promise = Promise.of(30, 30, 0.95);
    assertThat(promise.low()).isCloseTo(Math.pow(0.025, 1 / 30.0), within(1e-9));
    assertThat(promise.high()).isEqualTo(1);
  }

  /** For 1 of 2 the lower end solves 1 - (1 - p)^2 = 0.025; the upper one mirrors it. */
  @Test
  void theIntervalIsThatOfClopperAndPearson() {
    Promise promise = Promise.of(2, 1, 0.95);
    assertThat(promise.low()).isCloseTo(1 - Math.sqrt(0.975), within(1e-9));
    assertThat(promise.high()).isCloseTo(Math.sqrt(0.975), within(1e-9));
  }

  @Test
  void comesFromAScore() {
    Score score = new Score(20, 0.3, 0.1, 0.1, 0, 1, 1);
    assertThat(Promise.ofOomDays(score, 0.9)).isEqualTo(Promise.of(20, 2, 0.9));
  }

  @Test
  void countsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> Promise.of(0, 0, 0.9)).hasMessageContaining("bad days");
    assertThatThrownBy(() -> Promise.of(2, 3, 0.9)).hasMessageContaining("bad days");
    assertThatThrownBy(() -> Promise.of(2, -1, 0.9)).hasMessageContaining("bad days");
    assertThatThrownBy(() -> Promise.of(2, 1, 1)).hasMessageContaining("confidence");
    assertThatThrownBy(() -> Promise.of(2, 1, 0)).hasMessageContaining("confidence");
  }
}
