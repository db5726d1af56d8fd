package dev.almanac.predictor.forecast.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RobustRidgeTest {
  private static final int ROWS = 2_000;

  @Test
  void outliersMoveItLittle() {
    SplittableRandom random = new SplittableRandom(4);
    double[][] x = new double[ROWS][];
    double[] z = new double[ROWS];
    double[] u = new double[ROWS];
    for (int r = 0; r < ROWS; r++) {
      double a = random.nextGaussian();
      double b = 1000 * random.nextGaussian();
      x[r] = new double[] {a, b, 1};
      z[r] = 2 * a - 0.003 * b + 5 + 0.1 * random.nextGaussian();
      u[r] = 1;
      if (r % 10 == 0) {
        z[r] += 100;
      }
    }
    double[] robust = RobustRidge.fit(x, z, u, ROWS, 1e-6, 8);
    assertThat(robust[0]).isCloseTo(2, within(0.05));
    assertThat(robust[1]).isCloseTo(-0.003, within(1e-4));
    assertThat(robust[2]).isCloseTo(5, within(0.3));
    assertThat(RobustRidge.fit(x, z, u, ROWS, 1e-6, 1)[2]).as("plain ridge").isGreaterThan(10);
  }

  @Test
  void residualsOfFourRowsAtATimeAreThoseOfEachAlone() {
    SplittableRandom random = new SplittableRandom(7);
    for (int rows = 0; rows < 10; rows++) {
      double[][] x = new double[rows][];
      double[] z = new double[rows];
      double[] beta = {1 / 3.0, -7e5, 0.1, 2, 1e-9};
      double[] alone = new double[rows];
      for (int r = 0; r < rows; r++) {
        x[r] = random.doubles(beta.length, -1, 1).toArray();
        z[r] = random.nextDouble();
        alone[r] = z[r] - RobustRidge.dot(x[r], beta);
      }
      double[] together = new double[rows];
      RobustRidge.residuals(x, z, beta, rows, together);
      assertThat(together).containsExactly(alone);
    }
  }

  @Test
  void rowsOfNoWeightDoNotCount() {
    double[][] x = {{1, 1}, {2, 1}, {3, 1}, {4, 1}};
    double[] z = {3, 5, 7, 1e9};
    double[] beta = RobustRidge.fit(x, z, new double[] {1, 1, 1, 0}, 4, 1e-9, 4);
    assertThat(beta[0]).isCloseTo(2, within(1e-3));
    assertThat(beta[1]).isCloseTo(1, within(1e-3));
  }

  @Test
  void columnsThatSayNothingOrTheSameAreHarmless() {
    double[][] x = new double[ROWS][];
    double[] z = new double[ROWS];
    double[] u = new double[ROWS];
    Arrays.fill(u, 1);
    for (int r = 0; r < ROWS; r++) {
      x[r] = new double[] {0, r, r, 1};
      z[r] = 4.0 * r;
    }
    double[] beta = RobustRidge.fit(x, z, u, ROWS, 1e-6, 4);
    assertThat(beta[1] + beta[2]).isCloseTo(4, within(0.01));
    assertThat(RobustRidge.fit(new double[][] {{Double.NaN}}, z, u, 1, 1e-3, 1)).isEmpty();
  }
}
