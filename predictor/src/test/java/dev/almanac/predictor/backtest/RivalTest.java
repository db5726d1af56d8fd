package dev.almanac.predictor.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Steps of six hours: a day has four. */
class RivalTest {
  private static final int STEP = 21_600;
  private static final double[] LEVELS = {0.1, 0.5, 0.9};

  @Test
  void seasonalNaiveIsTheDayBefore() {
    double[] values = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2};
    double[][] paths = rival(values).seasonalNaive(9, LEVELS);
    // Every day is the same, so there is no spread either.
    for (double[] path : paths) {
      assertThat(path).containsExactly(new double[] {3, 4, 1, 2, 3, 4, 1, 2, 3}, within(1e-9));
    }
  }

  @Test
  void whereYesterdayIsAbsentTheDayBeforeItCounts() {
    double[] values = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, Double.NaN, 4, 1, 2};
    assertThat(rival(values).seasonalNaive(1, LEVELS)[1][0]).isCloseTo(3, within(1e-9));
  }

  @Test
  void withoutADayOfHistorySeasonalNaiveIsWhatIsNow() {
    assertThat(rival(5, 7).seasonalNaive(1, LEVELS)[1][0]).isPositive().isFinite();
  }

  @Test
  void reactingAloneHasTheSpreadOfTheChanges() {
    Random random = new Random(3);
    double[] walk = new double[4_000];
    walk[0] = 500;
    for (int i = 1; i < walk.length; i++) {
      walk[i] = Math.abs(walk[i - 1] + random.nextGaussian());
    }
    double[][] paths = rival(walk).lastValue(16, LEVELS);
    double last = walk[walk.length - 1];
    // Changes over h steps have a standard deviation of sqrt(h); 1.2816 is its 0.9 quantile.
    assertThat(paths[2][0] - last).isCloseTo(1.2816, within(0.15));
    assertThat(paths[2][15] - last).isCloseTo(4 * 1.2816, within(1.2));
    assertThat(paths[1][0]).isCloseTo(last, within(0.15));
    for (int h = 0; h < 16; h++) {
      assertThat(paths[0][h]).isLessThanOrEqualTo(paths[1][h]);
      assertThat(paths[1][h]).isLessThanOrEqualTo(paths[2][h]);
    }
  }

  @Test
  void negativeDemandStaysNegative() {
    double[] values = {-5, -5, -5, -5, -5, -5, -5, -5, -5};
    assertThat(rival(values).lastValue(3, LEVELS)[1]).containsOnly(-5);
    assertThat(rival(values).seasonalNaive(3, LEVELS)[1]).containsOnly(-5);
  }

  private static Rival rival(double... values) {
    return new Rival(new TimeSeries(0, STEP, values));
  }
}
