package dev.almanac.predictor.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.backtest.Verdict.Answer;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class BacktestTest {
  private static final int STEP = 300;
  private static final int DAY = 288;
  private static final Backtest.Plan PLAN =
      new Backtest.Plan(
          List.of(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(24)),
          Duration.ofMinutes(15),
          12);

  /** Few origins where what counts is many series. */
  private static final Backtest.Plan SHORT_PLAN =
      new Backtest.Plan(PLAN.horizons(), PLAN.lead(), 3);

  @Test
  void aDailyWaveWithALevelThatDriftsIsWorthAForecast() {
    BacktestResult result = run(wave(1));
    assertThat(result.verdict().answer()).as(result.verdict().reason()).isEqualTo(Answer.FORECAST);
    assertThat(result.horizons())
        .extracting(BacktestResult.Horizon::steps)
        .containsExactly(3, 12, 288);
    assertThat(result.horizons().getFirst().skill()).isPositive();
    assertThat(result.horizons().getLast().forecast().targets()).isEqualTo(12 * 288);
    assertThat(result.forecasts()).hasSize(8);
  }

  @Test
  void aRandomWalkIsNot() {
    Random random = new Random(5);
    double[] values = new double[14 * DAY];
    values[0] = 1_000;
    for (int i = 1; i < values.length; i++) {
      values[i] = Math.abs(values[i - 1] + 5 * random.nextGaussian());
    }
    Answer answer = run(new TimeSeries(0, STEP, values)).verdict().answer();
    assertThat(answer).isEqualTo(Answer.REACT);
  }

  @Test
  void nothingAfterTheOriginIsSeen() {
    TimeSeries series = wave(2);
    List<TimeSeries> seen = new ArrayList<>();
    Backtest.run(
        series,
        (history, calendar) -> {
          seen.add(history);
          return new PooledRidgeForecaster().fit(history, calendar);
        },
        DemandCalendar.empty(),
        PLAN);
    assertThat(seen).hasSize(12);
    for (TimeSeries history : seen) {
      int end = (int) series.indexAt(history.endEpochSecond());
      assertThat(end + 288).isLessThanOrEqualTo(series.length());
      assertThat(history.values())
          .isEqualTo(Arrays.copyOfRange(series.values(), end - history.length(), end));
    }
  }

  @Test
  void whatComesLaterNeverChangesAnEarlierForecast() {
    TimeSeries series = wave(3);
    List<Forecast> before = run(series).forecasts();
    double[] changed = series.values().clone();
    int from = (int) series.indexAt(before.get(3).origin().getEpochSecond()) + 1;
    Arrays.fill(changed, from, changed.length, 7);
    List<Forecast> after = run(new TimeSeries(0, STEP, changed)).forecasts();
    assertThat(after.subList(0, 4)).isEqualTo(before.subList(0, 4));
    assertThat(after.get(4)).isNotEqualTo(before.get(4));
  }

  @Test
  void theSameSeriesHasTheSameScores() {
    TimeSeries series = wave(4);
    BacktestResult first = run(series);
    BacktestResult second = run(series);
    assertThat(second.verdict()).isEqualTo(first.verdict());
    assertThat(second.horizons().getLast().forecast().mase())
        .isEqualTo(first.horizons().getLast().forecast().mase());
  }

  @Test
  void historyReachesBackFourWeeks() {
    List<Integer> lengths = new ArrayList<>();
    double[] values = new double[60 * 24];
    Arrays.setAll(values, i -> 10 + Math.sin(i));
    Backtest.run(
        new TimeSeries(0, 3_600, values),
        (history, calendar) -> {
          lengths.add(history.length());
          return new PooledRidgeForecaster().fit(history, calendar);
        },
        DemandCalendar.empty(),
        PLAN);
    assertThat(lengths).hasSize(12).containsOnly(28 * 24);
  }

  @Test
  void whatIsTooLittleIsSaidInsteadOfScored() {
    assertThat(run(new TimeSeries(0, STEP, new double[] {1, 2, 3})).verdict().reason())
        .isEqualTo("3 samples are there; a backtest needs 30.");
    double[] constant = new double[1_000];
    Arrays.fill(constant, 4);
    assertThat(run(new TimeSeries(0, STEP, constant)).verdict().reason())
        .isEqualTo("Every sample is 4.0: there is nothing to forecast.");
    double[] absent = new double[1_000];
    Arrays.fill(absent, Double.NaN);
    assertThat(run(new TimeSeries(0, STEP, absent)).verdict().answer()).isEqualTo(Answer.UNKNOWN);
    double[] few = new double[40];
    Arrays.setAll(few, i -> i);
    BacktestResult slow =
        Backtest.run(
            new TimeSeries(0, STEP, few),
            new PooledRidgeForecaster(),
            DemandCalendar.empty(),
            new Backtest.Plan(List.of(Duration.ofHours(1)), Duration.ofHours(1), 12));
    assertThat(slow.verdict().reason()).contains("too few to look 12 of them ahead");
  }

  @Test
  void horizonsThatDoNotFitAreLeftOut() {
    TimeSeries twoDays = new TimeSeries(0, STEP, Arrays.copyOf(wave(6).values(), 2 * DAY));
    assertThat(run(twoDays).horizons())
        .extracting(BacktestResult.Horizon::steps)
        .containsExactly(3, 12);
  }

  @Test
  void secondsAreAveragedToMinutes() {
    double[] values = {1, 2, 3, 4, 5, 6, Double.NaN, 8, Double.NaN, Double.NaN};
    TimeSeries minutes = Backtest.perMinute(new TimeSeries(45, 15, values));
    assertThat(minutes.startEpochSecond()).isZero();
    assertThat(minutes.stepSeconds()).isEqualTo(60);
    // 45 s | 60 75 90 105 s | 120 135 150 165 s | 180 s
    assertThat(minutes.values())
        .containsExactly(new double[] {1, 3.5, 7, Double.NaN}, within(1e-12));
    TimeSeries odd = new TimeSeries(0, 7, values);
    assertThat(Backtest.perMinute(odd)).isSameAs(odd);
  }

  @RepeatedTest(60)
  void anySeriesHasAResult(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    double[] values = new double[random.nextInt(3_000)];
    double size = Math.pow(10, random.nextInt(36) - 18);
    int kind = random.nextInt(5);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (kind) {
            case 0 -> random.nextDouble() < 0.9 ? 0 : random.nextDouble() * size;
            case 1 -> random.nextDouble() < 0.8 ? Double.NaN : random.nextGaussian() * size;
            case 2 -> i < values.length / 2 ? size : size * (1 + random.nextInt(2));
            case 3 -> random.nextInt(500) == 0 ? 1e18 : 1;
            default -> Math.floor(random.nextDouble() * 3);
          };
    }
    int[] steps = {1, 7, 15, 60, 300, 3_600, 86_400};
    BacktestResult result =
        Backtest.run(
            new TimeSeries(random.nextInt(), steps[random.nextInt(steps.length)], values),
            new PooledRidgeForecaster(),
            DemandCalendar.empty(),
            SHORT_PLAN);
    assertThat(result.verdict().reason()).isNotBlank();
    for (BacktestResult.Horizon h : result.horizons()) {
      assertThat(h.forecast().scaledQuantileLoss()).isNotNegative().isFinite();
      assertThat(h.skill()).isLessThanOrEqualTo(1).isFinite();
    }
  }

  private static BacktestResult run(TimeSeries series) {
    return Backtest.run(series, new PooledRidgeForecaster(), DemandCalendar.empty(), PLAN);
  }

  /** Two weeks of a daily wave whose level wanders from day to day. */
  private static TimeSeries wave(long seed) {
    Random random = new Random(seed);
    double[] values = new double[14 * DAY];
    double level = 1;
    for (int i = 0; i < values.length; i++) {
      level += 0.01 * random.nextGaussian() + 0.02 * (1 - level);
      double wave = 600 - 500 * Math.cos(2 * Math.PI * i / DAY);
      values[i] = Math.max(0, wave * level * (1 + 0.02 * random.nextGaussian()));
    }
    return new TimeSeries(0, STEP, values);
  }
}
