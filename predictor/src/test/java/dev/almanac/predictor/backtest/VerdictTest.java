package dev.almanac.predictor.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.backtest.Verdict.Answer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

  @ParameterizedTest
  @CsvSource({
    "50, 100, 100, FORECAST", // half the cost of both
    "96, 100, 200, REACT", // 4 % is too little
    "120, 100, 200, REACT",
    "50, 100, 52, SEASON", // 4 % better than yesterday's value
    "50, 100, 20, SEASON",
    "50, 20, 100, REACT"
  })
  void constantCostsHaveAPlainAnswer(double forecast, double reacting, double season, Answer is) {
    assertThat(Verdict.of(all(forecast), all(reacting), all(season), "3m").answer()).isEqualTo(is);
  }

  @Test
  void theSavingsAreSharesOfTheRivalsMeans() {
    Verdict verdict = Verdict.of(all(60), all(80), all(240), "3m");
    assertThat(verdict.overReacting()).isCloseTo(0.25, within(1e-12));
    assertThat(verdict.overSeason()).isCloseTo(0.75, within(1e-12));
    assertThat(verdict.origins()).isEqualTo(8);
    assertThat(verdict.reason())
        .isEqualTo(
            "Ready 3m ahead, the forecast costs 25 % less than reacting alone and 75 % less than"
                + " seasonal naive.");
  }

  @Test
  void anAdvantageThatOneOriginMakesIsNotClear() {
    double[] reacting = all(100);
    reacting[3] = 1_000;
    // Saves 900 at one origin of eight: its mean is 112.5, its standard error as much.
    assertThat(Verdict.of(all(100), reacting, all(400), "3m").answer()).isEqualTo(Answer.UNCLEAR);
    double[] season = all(100);
    season[3] = 1_000;
    assertThat(Verdict.of(all(100), all(400), season, "3m").answer()).isEqualTo(Answer.UNCLEAR);
  }

  @Test
  void theLineOfChanceLiesWhereTheTableSaysIt() {
    // Savings 1, 3, 1, 3, ...: mean 2, standard deviation 1.069, standard error 0.378: 5.3 of them.
    double[] reacting = {11, 13, 11, 13, 11, 13, 11, 13};
    assertThat(Verdict.of(all(10), reacting, all(40), "3m").answer()).isEqualTo(Answer.FORECAST);
    // Savings -6 and 9 in turn: mean 1.5, standard deviation 8.02, standard error 2.83: 0.5.
    double[] unsure = {4, 19, 4, 19, 4, 19, 4, 19};
    assertThat(Verdict.of(all(10), unsure, all(40), "3m").answer()).isEqualTo(Answer.UNCLEAR);
  }

  @Test
  void fiveForecastsAreTooFew() {
    double[] five = new double[5];
    assertThat(Verdict.of(five, five, five, "3m").answer()).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void demandThatDoesNotMoveNeedsNoForecast() {
    Verdict verdict = Verdict.of(all(0), all(0), all(0), "3m");
    assertThat(verdict.answer()).isEqualTo(Answer.REACT);
    assertThat(verdict.reason()).contains("nothing to forecast");
    assertThat(Verdict.of(all(1), all(0), all(0), "3m").answer()).isEqualTo(Answer.REACT);
    assertThat(Verdict.of(all(1), all(0), all(0), "3m").reason()).contains("infinitely more");
  }

  private static double[] all(double cost) {
    double[] costs = new double[8];
    Arrays.fill(costs, cost);
    return costs;
  }
}
