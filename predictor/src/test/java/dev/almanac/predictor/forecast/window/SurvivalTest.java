package dev.almanac.predictor.forecast.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SurvivalTest {

  @Test
  void itIsThatOfTheResiduals() {
    SplittableRandom random = new SplittableRandom(1);
    double[] z = random.doubles(100_000, -3, 7).toArray();
    Survival survival = Survival.of(z);
    for (double at = -2.5; at < 6.5; at += 0.5) {
      assertThat(survival.beyond(at)).isCloseTo((7 - at) / 10, within(0.006));
    }
    assertThat(survival.median()).isCloseTo(2, within(0.1));
  }

  @Test
  void itFallsFromOneToNothingAndNeverRises() {
    SplittableRandom random = new SplittableRandom(2);
    double[] z = new double[5_000];
    for (int i = 0; i < z.length; i++) {
      z[i] = Math.tan(Math.PI * (random.nextDouble() - 0.5)); // Cauchy: no moment is finite
    }
    Survival survival = Survival.of(z);
    double last = 1;
    for (double at = -12; at < 60; at += 0.01) {
      double p = survival.beyond(at);
      assertThat(p).isBetween(0.0, last + 1e-12);
      last = p;
    }
    assertThat(survival.beyond(survival.points()[0] - 1)).isEqualTo(1);
    assertThat(survival.beyond(1e9)).isLessThan(0.01);
    assertThat(survival.beyond(Double.POSITIVE_INFINITY)).isLessThan(0.01);
  }

  @Test
  void beyondAllThatWasSeenSomethingIsLeft() {
    double[] z = new double[1_000];
    z[0] = 2;
    z[1] = 2.5;
    z[2] = 3;
    z[3] = 3.5;
    z[4] = 4;
    assertThat(Survival.of(z).beyond(4.2)).isBetween(1e-6, 2e-3);
  }

  @Test
  void equalResidualsAreAStepAndTheProbabilityAboveItIsSmall() {
    Survival survival = Survival.of(new double[2_000]);
    assertThat(survival.beyond(-1e-9)).isEqualTo(1);
    assertThat(survival.beyond(0.01)).isLessThan(1e-5);
    assertThat(survival.median()).isZero();
  }

  @Test
  void withoutResidualsItIsNormal() {
    assertThat(Survival.normal().beyond(1.2816)).isCloseTo(0.1, within(0.01));
    assertThat(Survival.normal().median()).isCloseTo(0, within(0.06));
  }
}
