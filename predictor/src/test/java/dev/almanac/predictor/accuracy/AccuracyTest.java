package dev.almanac.predictor.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scores against figures computed by hand from their definitions. */
class AccuracyTest {
  private static final double TIGHT = 1e-12;

  @ParameterizedTest
  @CsvSource({
    "0.9, 10, 8, 1.8", // 2 above the quantile: 0.9 x 2
    "0.9, 8, 10, 0.2", // 2 below: 0.1 x 2
    "0.5, 3, 7, 2", // half the absolute error
    "0.1, 5, 5, 0"
  })
  void pinballWeighsAMissByItsSide(double level, double actual, double quantile, double loss) {
    assertThat(Losses.pinball(level, actual, quantile)).isCloseTo(loss, within(TIGHT));
  }

  @ParameterizedTest
  @CsvSource({"100, 50, 66.66666666666667", "50, 100, 66.66666666666667", "0, 0, 0", "0, 4, 200"})
  void symmetricPercentageIsThatOfM4(double actual, double forecast, double loss) {
    assertThat(Losses.symmetricPercentage(actual, forecast)).isCloseTo(loss, within(TIGHT));
  }

  @ParameterizedTest
  @CsvSource({
    "5, 4", // inside: the width
    "1, 44", // 1 below 2: 4 + 40 x 1
    "6.5, 24" // 0.5 above 6: 4 + 40 x 0.5
  })
  void intervalAddsFortyTimesWhatLiesOutsideNinetyFivePercent(double actual, double loss) {
    assertThat(Losses.interval(0.05, actual, 2, 6)).isCloseTo(loss, within(1e-9));
  }

  @Test
  void theScaleIsTheMeanChangeFromSeasonToSeason() {
    double[] values = {1, 2, 4, 6, 1, 1000};
    // Season 2, five samples seen: |4-1|, |6-2|, |1-4|.
    assertThat(SeasonalScale.of(values, 5, 2)).isCloseTo(10.0 / 3, within(TIGHT));
  }

  @Test
  void theScaleSkipsPairsWithAnAbsentSample() {
    double[] values = {1, 2, Double.NaN, 6, 1};
    assertThat(SeasonalScale.of(values, 5, 2)).isCloseTo(4, within(TIGHT)); // only |6-2|
  }

  @Test
  void theScaleOfTooShortAHistoryIsUnknownAndOfARepeatedOneZero() {
    assertThat(SeasonalScale.of(new double[] {1, 2}, 2, 2)).isNaN();
    assertThat(SeasonalScale.of(new double[] {1, 2, 1, 2}, 4, 2)).isZero();
  }

  @Test
  void aCardAveragesOverItsTargets() {
    Scorecard card = new Scorecard();
    double[][] paths = new double[11][2];
    for (int i = 0; i < 11; i++) {
      paths[i][0] = i < 4 ? 8 : i < 9 ? 10 : 14; // median 10, p95 and p99 14
      paths[i][1] = 20;
    }
    card.add(12, paths, 0, 2);
    card.add(15, paths, 1, 5);
    assertThat(card.targets()).isEqualTo(2);
    assertThat(card.mase()).isCloseTo((2.0 / 2 + 5.0 / 5) / 2, within(TIGHT));
    assertThat(card.smape()).isCloseTo((200 * 2 / 22.0 + 200 * 5 / 35.0) / 2, within(TIGHT));
    // Target 1: levels .1 to .4 miss by 4, .5 to .9 by 2, from below: (1.0 x 4 + 3.5 x 2) / 2.
    // Target 2: all nine lie 5 above: (0.9 + ... + 0.1) x 5 / 5.
    assertThat(card.scaledQuantileLoss()).isCloseTo(2 * (5.5 + 4.5) / 9 / 2, within(TIGHT));
    assertThat(card.weightedQuantileLoss()).isCloseTo(2 * (11 + 22.5) / 9 / 27, within(TIGHT));
    assertThat(card.scaledPinball(0.95))
        .isCloseTo(2 * (0.05 * 2 / 2 + 0.05 * 5 / 5) / 2, within(TIGHT));
    assertThat(card.coverage(0.9)).isEqualTo(0.5);
    assertThat(card.coverage(0.99)).isEqualTo(1);
  }

  @Test
  void aTargetOnItsQuantileIsCovered() {
    Scorecard card = new Scorecard();
    card.add(0, new double[11][1], 0, 1);
    assertThat(card.coverage(0.9)).isEqualTo(1);
  }

  @Test
  void anAbsentTargetIsNotScored() {
    Scorecard card = new Scorecard();
    card.add(Double.NaN, new double[11][1], 0, 1);
    assertThat(card.targets()).isZero();
    assertThat(card.mase()).isNaN();
    assertThat(card.coverage(0.9)).isNaN();
  }

  @Test
  void cardsJoinedAgreeWithOneThatSawAll() {
    Random random = new Random(4);
    Scorecard[] parts = {new Scorecard(), new Scorecard(), new Scorecard()};
    Scorecard all = new Scorecard();
    for (int i = 0; i < 300; i++) {
      double[][] paths = new double[11][1];
      double[] rising = random.doubles(11, 0, 100).sorted().toArray();
      Arrays.setAll(paths, j -> new double[] {rising[j]});
      double actual = random.nextDouble() * 100;
      parts[i % 3].add(actual, paths, 0, 7);
      all.add(actual, paths, 0, 7);
    }
    Scorecard joined = new Scorecard();
    for (Scorecard part : parts) {
      joined.add(part);
    }
    assertThat(joined.targets()).isEqualTo(all.targets());
    assertThat(joined.mase()).isCloseTo(all.mase(), within(TIGHT));
    assertThat(joined.smape()).isCloseTo(all.smape(), within(1e-9));
    assertThat(joined.scaledQuantileLoss()).isCloseTo(all.scaledQuantileLoss(), within(TIGHT));
    assertThat(joined.weightedQuantileLoss()).isCloseTo(all.weightedQuantileLoss(), within(TIGHT));
    assertThat(joined.coverage(0.95)).isEqualTo(all.coverage(0.95));
  }

  @Test
  void aRatioToAPerfectRivalStaysFinite() {
    assertThat(Scorecard.ratio(0, 0)).isEqualTo(1);
    assertThat(Scorecard.ratio(0.499, 0.999)).isCloseTo(0.5, within(TIGHT));
    assertThat(Scorecard.ratio(1, 0)).isCloseTo(1001, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "NaN"})
  void aScaleThatIsNoneIsRefused(double scale) {
    Scorecard card = new Scorecard();
    assertThatThrownBy(() -> card.add(1, new double[11][1], 0, scale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scale");
    assertThatThrownBy(() -> SeasonalScale.of(new double[3], 3, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> card.coverage(0.42)).isInstanceOf(IllegalArgumentException.class);
  }
}
