package dev.almanac.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every expected value is worked out by hand in the comment beside it. */
class MetricsTest {
  private static final double NONE = Double.NaN;

  @Test
  void scaleIsTheMeanAbsoluteSeasonalDifference() {
    // |3-1|, |6-2|, |4-3|: 7 / 3.
    assertThat(Metrics.scale(new double[] {1, 2, 3, 6, 4}, 2)).isEqualTo(7 / 3.0);
    // The pair (2, absent) does not count: (2 + 1) / 2.
    assertThat(Metrics.scale(new double[] {1, 2, 3, NONE, 4}, 2)).isEqualTo(1.5);
  }

  @Test
  void aHistoryThatRepeatsItselfIsScaledBySomethingElseThanZero() {
    assertThat(Metrics.scale(new double[] {1, 4, 1, 4, 1}, 2)).as("neighbours").isEqualTo(3);
    assertThat(Metrics.scale(new double[] {-5, -5, -5}, 2)).as("level").isEqualTo(5);
    assertThat(Metrics.scale(new double[] {0, 0, 0}, 2)).as("nothing").isEqualTo(1);
    assertThat(Metrics.scale(new double[] {}, 2)).isEqualTo(1);
  }

  @Test
  void pinballLossLeansToTheLevel() {
    assertThat(Metrics.pinball(0.9, 10, 8)).isCloseTo(1.8, within(1e-12)); // 0.9 x 2
    assertThat(Metrics.pinball(0.9, 8, 10)).isCloseTo(0.2, within(1e-12)); // 0.1 x 2
    assertThat(Metrics.pinball(0.9, 8, 8)).isZero();
  }

  @Test
  void absentActualsCountInNothing() {
    double[] actuals = {10, NONE, 20};
    double[] path = {8, 99, 23};
    assertThat(Metrics.mae(actuals, path)).isEqualTo(2.5); // (2 + 3) / 2
    assertThat(Metrics.covered(actuals, path)).isEqualTo(1); // 20 <= 23 only
    assertThat(Metrics.present(actuals)).isEqualTo(2);
    // 200 x (2 / 18 + 3 / 43) / 2
    assertThat(Metrics.smape(actuals, path)).isCloseTo(18.0878552972, within(1e-9));
    assertThat(Metrics.mae(new double[] {NONE}, new double[] {1})).isNaN();
  }

  @Test
  void smapeOfTwoZerosIsZero() {
    assertThat(Metrics.smape(new double[] {0, 0}, new double[] {0, 5})).isEqualTo(100);
  }

  @Test
  void decileLossIsTwiceTheMeanPinballLossOfNineDeciles() {
    double[][] quantiles = new double[Levels.count()][1];
    for (double[] q : quantiles) {
      q[0] = 10;
    }
    // All deciles at 10, actual 12: 2 x mean(0.1 .. 0.9) x 2 = 2.
    assertThat(Metrics.decileLoss(new double[] {12}, quantiles)).isCloseTo(2, within(1e-12));
    // Other levels than the deciles do not enter.
    quantiles[Levels.P99][0] = 1e9;
    quantiles[Levels.LOW][0] = -1e9;
    assertThat(Metrics.decileLoss(new double[] {12}, quantiles)).isCloseTo(2, within(1e-12));
  }

  @Test
  void intervalScoreIsWidthPlusFortyTimesTheMiss() {
    double[] low = {0, 0, 0};
    double[] high = {10, 10, 10};
    // Inside: 10; 1 above: 10 + 40; 0.5 below: 10 + 20. Mean 30.
    assertThat(Metrics.intervalScore(new double[] {5, 11, -0.5}, low, high)).isEqualTo(30);
  }

  @Test
  void theLevelsAreWhereTheirNamesSay() {
    double[] all = Levels.all();
    assertThat(all[Levels.MEDIAN]).isEqualTo(0.5);
    assertThat(all[Levels.P90]).isEqualTo(0.9);
    assertThat(all[Levels.P95]).isEqualTo(0.95);
    assertThat(all[Levels.P99]).isEqualTo(0.99);
    assertThat(all[Levels.LOW] + all[Levels.HIGH]).isEqualTo(1);
    assertThat(Arrays.copyOfRange(all, Levels.FIRST_DECILE, Levels.P90 + 1))
        .containsExactly(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);
  }

  @Test
  void ratiosWeighGroupsNotWindows() {
    Ratios ratios = new Ratios();
    WindowScore one = score(0.999); // + 0.001 = 1
    ratios.add("a", score(1.999), one); // 2
    ratios.add("b", score(0.499), one); // 1/2
    ratios.add("b", score(0.499), one);
    ratios.add("b", score(0.499), one);
    // Geometric mean of 2 and 1/2 is 1, though three of four windows have 1/2.
    assertThat((double) ratios.figures().get("sql_ratio")).isCloseTo(1, within(1e-9));
    assertThat((double) ratios.figures("b").get("sql_ratio")).isCloseTo(0.5, within(1e-9));
    assertThat(ratios.figures().get("windows")).isEqualTo(4);
  }

  @Test
  void coverageIsPooledAndItsErrorIsInPoints() {
    Ratios ratios = new Ratios();
    WindowScore s = new WindowScore(1, 1, 1, 1, 100, 88, 96, 99, 1, 1);
    ratios.add("a", s, s);
    assertThat(ratios.figures().get("coverage").toString())
        .isEqualTo("{p90=88.0, p95=96.0, p99=99.0}");
    assertThat(ratios.figures().get("coverage_error_points").toString())
        .isEqualTo("{p90=-2.0, p95=1.0, p99=0.0}");
  }

  @Test
  void figuresHaveFiveDigits() {
    assertThat(Figures.rounded(0.123456789)).isEqualTo(0.12346);
    assertThat(Figures.rounded(-98765.4)).isEqualTo(-98765);
    assertThat(Figures.rounded(0)).isZero();
    assertThat(Figures.rounded(NONE)).isNaN();
  }

  private static WindowScore score(double error) {
    return new WindowScore(error, error, error, error, 10, 9, 10, 10, 1, 1);
  }
}
