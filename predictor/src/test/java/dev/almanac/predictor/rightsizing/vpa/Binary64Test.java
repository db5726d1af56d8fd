package dev.almanac.predictor.rightsizing.vpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Binary64Test {

  /**
   * Go 1.26.8 on amd64: {@code math.Float64bits} of {@code math.Pow}, {@code Exp2}, {@code Log}.
   */
  @ParameterizedTest
  @CsvSource({
    "pow, 1.05, 2, 4607644037761822884",
    "pow, 1.05, 20, 4613157114078113111",
    "pow, 1.05, 63, 4626779689749865245",
    "pow, 1.05, 175, 4662336722554332504",
    "pow, 1.05, 174, 4662069355513702044",
    "pow, 1.02, 333, 4649640268881821417",
    "pow, 1.37, -2, 4602974196184810217",
    "pow, 0.001, 5, 4382569440205035030",
    "pow, 123.456, 11, 4951004605495877060",
    "exp2, 0.1, 0, 4607505657739150948",
    "exp2, -0.3, 0, 4605491338724397886",
    "exp2, 3.7, 0, 4623505737233879870",
    "exp2, -17.00390625, 0, 4530596870173107161",
    "exp2, 99.99, 0, 5057480164267115326",
    "exp2, 0.000694444444444, 0, 4607184587139470867",
    "log, 1.05, 0, 4587192224721324016",
    "log, 0.7, 0, -4623275132358410416",
    "log, 1.9, 0, 4603956525390461019",
    "log, 3, 0, 4607626529066517258",
    "log, 5001, 0, 4620984484143879673",
    "log, 1e-05, 0, -4600701217945769381",
    "log, 0.0123456, 0, -4606738301327735095",
    "log, 4.3101249e+07, 0, 4625641283899417653"
  })
  void roundsAsGoDoes(String function, double x, double y, long bits) {
    double value =
        switch (function) {
          case "pow" -> Binary64.pow(x, y);
          case "exp2" -> Binary64.exp2(x);
          default -> Binary64.log(x);
        };
    assertThat(Double.doubleToLongBits(value)).isEqualTo(bits);
  }

  @Test
  void staysWithinTwoUlpsOfTheRealValue() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      double x = Math.scalb(random.nextDouble(1, 2), random.nextInt(-1000, 1000));
      assertThat(Binary64.log(x)).isCloseTo(Math.log(x), within(2 * Math.ulp(Math.log(x))));
      double e = random.nextDouble(-100, 100);
      double power = Math.pow(2, e);
      assertThat(Binary64.exp2(e)).isCloseTo(power, within(2 * Math.ulp(power)));
      double y = random.nextDouble(-3, 3);
      double base = random.nextDouble(0.01, 100);
      double expected = Math.pow(base, y);
      assertThat(Binary64.pow(base, y)).isCloseTo(expected, within(8 * Math.ulp(expected)));
    }
  }

  @Test
  void powersOfTwoAreExact() {
    for (int e = -1074; e < 1024; e++) {
      assertThat(Binary64.exp2(e)).isEqualTo(Math.scalb(1.0, e));
    }
    assertThat(Binary64.exp2(1024)).isInfinite();
    assertThat(Binary64.exp2(-1075)).isZero();
  }

  @Test
  void logarithmsOfDenormalNumbersAreFinite() {
    assertThat(Binary64.log(Double.MIN_VALUE)).isCloseTo(-744.4400719213812, within(1e-12));
    assertThat(Binary64.log(1)).isZero();
  }

  @Test
  void powersAtTheEdges() {
    assertThat(Binary64.pow(7, 0)).isEqualTo(1);
    assertThat(Binary64.pow(1, Double.NaN)).isEqualTo(1);
    assertThat(Binary64.pow(7, 1)).isEqualTo(7);
    assertThat(Binary64.pow(Double.NaN, 2)).isNaN();
    assertThat(Binary64.pow(0, 2)).isZero();
    assertThat(Binary64.pow(0, -2)).isInfinite();
    assertThat(Binary64.pow(Double.POSITIVE_INFINITY, 1)).isInfinite();
    assertThat(Binary64.pow(Double.POSITIVE_INFINITY, -2)).isZero();
    assertThat(Binary64.pow(9, 0.5)).isEqualTo(3);
    assertThat(Binary64.pow(4, -0.5)).isEqualTo(0.5);
    assertThat(Binary64.pow(2, 10)).isEqualTo(1024);
    assertThat(Binary64.pow(2, -3)).isEqualTo(0.125);
    assertThat(Binary64.pow(1e300, 1e9)).isInfinite();
    assertThat(Binary64.pow(1e-300, 1e9)).isZero();
    assertThat(Binary64.pow(0.5, 1000)).isEqualTo(Math.scalb(1.0, -1000));
  }
}
