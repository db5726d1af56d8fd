package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForecasterTest {
  private static final double[] LEVELS = {0.5, 0.9, 0.95, 0.99};
  private static final int STEP = 300;
  private static final int DAY = 86_400 / STEP;

  private static final int NASTY = "required".equals(System.getenv("ALMANAC_REAL")) ? 2_000 : 200;

  private final Forecaster forecaster = new PooledRidgeForecaster();

  @Test
  void quantilesHoldTheShareTheyPromise() {
    TimeSeries all = daily(28, 7);
    int[] below = new int[LEVELS.length];
    int windows = 0;
    for (int day = 18; day < 27; day++) {
      FittedModel model = fit(all, day * DAY);
      for (int k = day * DAY; k < (day + 1) * DAY; k += 3) {
        Forecast f = model.forecast(recent(all, k), 12, LEVELS);
        for (int h : new int[] {0, 2, 11}) {
          double actual = all.values()[k + 1 + h];
          for (int i = 0; i < LEVELS.length; i++) {
            below[i] += actual <= f.quantiles()[i][h] ? 1 : 0;
          }
          windows++;
        }
      }
    }
    for (int i = 0; i < LEVELS.length; i++) {
      assertThat((double) below[i] / windows)
          .as("p%s", LEVELS[i])
          .isEqualTo(LEVELS[i], within(.025));
    }
  }

  @Test
  void seesTheMorningRiseBeforeItComes() {
    TimeSeries all = daily(14, 3);
    int night = 13 * DAY + DAY / 8;
    FittedModel model = fit(all, 13 * DAY);
    Forecast f = model.forecast(recent(all, night), DAY / 4, LEVELS);
    assertThat(f.quantiles()[0][DAY / 4 - 1]).isGreaterThan(1.5 * all.values()[night]);
  }

  @Test
  void aJobOfEveryHourIsForeseenAtItsMinute() {
    double[] values = daily(14, 11).values().clone();
    for (int i = 3; i < values.length; i += DAY / 24) {
      values[i] *= 1.9;
    }
    TimeSeries all = new TimeSeries(0, STEP, values);
    int night = 12 * DAY;
    double[] median = fit(all, night).forecast(recent(all, night), DAY, LEVELS).quantiles()[0];
    for (int h : new int[] {3, 15, 75, DAY / 2 - 9}) {
      double usual = (median[h - 3] + median[h + 1]) / 2;
      // Averages over a quarter of an hour to both sides alone give 1.1 to 1.25.
      assertThat(median[h - 1]).as("%d steps ahead", h).isBetween(1.5 * usual, 2.6 * usual);
    }
  }

  @Test
  void followsALevelShiftAtShortHorizons() {
    TimeSeries all = daily(14, 5);
    double[] doubled = all.values().clone();
    int shift = 13 * DAY + DAY / 2;
    for (int i = shift; i < doubled.length; i++) {
      doubled[i] *= 2;
    }
    TimeSeries shifted = new TimeSeries(0, STEP, doubled);
    Forecast f = fit(shifted, 13 * DAY).forecast(recent(shifted, shift + 12), 1, LEVELS);
    assertThat(f.quantiles()[0][0])
        .isEqualTo(doubled[shift + 13], within(.2 * doubled[shift + 13]));
  }

  @Test
  void growthIsNotCarriedOnForAWeek() {
    double[] values = new double[28 * 24];
    for (int i = 0; i < values.length; i++) {
      double growth = Math.exp(Math.max(0, i - 18 * 24) / 24.0 * .5);
      values[i] = growth * (600 - 500 * Math.cos(2 * Math.PI * i / 24));
    }
    double highest = Arrays.stream(values).max().orElseThrow();
    TimeSeries history = new TimeSeries(0, 3600, values);
    Forecast f =
        PooledRidgeForecaster.upTo(Duration.ofDays(7))
            .fit(history, DemandCalendar.empty())
            .forecast(history, 168, LEVELS);
    assertThat(Arrays.stream(f.quantiles()[0]).max().orElseThrow()).isLessThan(7 * highest);
  }

  @Test
  void anOutburstOfHoursIsOverInAWeek() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = new double[35 * 24];
    for (int i = 0; i < values.length; i++) {
      double mean = 600 - 500 * Math.cos(2 * Math.PI * i / 24);
      values[i] = mean * (1 + .1 * random.nextGaussian());
    }
    Arrays.setAll(values, i -> i < values.length - 6 ? values[i] : 6 * values[i]);
    TimeSeries history = new TimeSeries(0, 3600, values);
    Forecast f =
        PooledRidgeForecaster.upTo(Duration.ofDays(7))
            .fit(history, DemandCalendar.empty())
            .forecast(history, 168, LEVELS);
    double[] lastDay = Arrays.copyOfRange(f.quantiles()[0], 144, 168);
    assertThat(Arrays.stream(lastDay).average().orElseThrow()).isBetween(480.0, 900.0);
  }

  @Test
  void aLaterSampleNeverChangesAnEarlierForecast() {
    TimeSeries all = daily(16, 11);
    int origin = 15 * DAY;
    double[] changed = all.values().clone();
    Arrays.fill(changed, origin + 1, changed.length, 1e6);
    TimeSeries other = new TimeSeries(0, STEP, changed);
    assertThat(fit(all, origin + 1).forecast(recent(all, origin), 24, LEVELS))
        .isEqualTo(fit(other, origin + 1).forecast(recent(other, origin), 24, LEVELS));
  }

  @Test
  void gapsAreSkippedAndMoveTheForecastLittle() {
    TimeSeries all = daily(21, 13);
    double[] holes = all.values().clone();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < holes.length; i++) {
      if (random.nextDouble() < .2) {
        holes[i] = Double.NaN;
      }
    }
    Arrays.fill(holes, 10 * DAY, 10 * DAY + DAY / 4, Double.NaN);
    TimeSeries degraded = new TimeSeries(0, STEP, holes);
    int origin = 20 * DAY;
    double whole = fit(all, origin).forecast(recent(all, origin - 1), 6, LEVELS).quantiles()[1][5];
    double holed =
        fit(degraded, origin).forecast(recent(all, origin - 1), 6, LEVELS).quantiles()[1][5];
    assertThat(holed).isEqualTo(whole, within(.1 * whole));
  }

  @Test
  void anExcludedIncidentIsNotLearned() {
    TimeSeries all = daily(10, 17);
    double[] incident = all.values().clone();
    int from = 9 * DAY + DAY / 2;
    Arrays.fill(incident, from, from + 24, 1e5);
    TimeSeries hurt = new TimeSeries(0, STEP, incident);
    DemandCalendar calendar =
        new DemandCalendar(
            List.of(
                new DemandCalendar.Exclusion(
                    Instant.ofEpochSecond(hurt.epochSecondAt(from)),
                    Instant.ofEpochSecond(hurt.epochSecondAt(from + 24)),
                    "load test")));
    Forecast f = forecaster.fit(hurt, calendar).forecast(recent(all, 10 * DAY - 1), DAY, LEVELS);
    assertThat(Arrays.stream(f.quantiles()[3])).allMatch(q -> q < 5_000);
    Forecast naive =
        forecaster
            .fit(hurt, DemandCalendar.empty())
            .forecast(recent(all, 10 * DAY - 1), DAY, LEVELS);
    assertThat(Arrays.stream(naive.quantiles()[3]).max().orElseThrow())
        .as("without the exclusion it is learned")
        .isGreaterThan(5_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 59, 60, 61, 287, 288, 575, 576, 577, 4319, 4320, 4321})
  void anyLengthOfHistoryGivesFiniteSortedQuantiles(int length) {
    TimeSeries all = daily(16, 19);
    FittedModel model = fit(all, length);
    Forecast f = model.forecast(recent(all, 15 * DAY), 2 * DAY, LEVELS);
    assertThat(f.steps()).isEqualTo(2 * DAY); // the constructor has checked order and finiteness
    assertThat(f.quantiles()[3][0]).isGreaterThan(all.values()[15 * DAY] * .8);
  }

  @Test
  void randomNastySeriesNeverBreakIt() {
    SplittableRandom random = new SplittableRandom(42);
    for (int round = 0; round < NASTY; round++) {
      int n = random.nextInt(1, 2_000);
      double[] values = new double[n];
      double scale = Math.pow(10, random.nextInt(9) == 0 ? 307 : random.nextDouble(-6, 9));
      int kind = random.nextInt(7);
      for (int i = 0; i < n; i++) {
        values[i] =
            switch (kind) {
              case 0 -> 0;
              case 1 -> scale;
              case 2 -> random.nextDouble() < .05 ? scale : 0;
              case 3 -> random.nextDouble() < .9 ? Double.NaN : scale * random.nextDouble();
              case 4 -> scale * (random.nextDouble() - .5);
              case 5 -> i == n / 2 ? scale : random.nextDouble();
              default -> scale * ((double) i / n);
            };
      }
      values[n - 1] = Double.isNaN(values[n - 1]) ? scale : values[n - 1];
      TimeSeries series = new TimeSeries(1_000_000, 60, values);
      FittedModel model = forecaster.fit(series, DemandCalendar.empty());
      Forecast f = model.forecast(series, 30, new double[] {.001, .5, .999});
      assertThat(f.steps()).isEqualTo(30);
      if (kind < 4) {
        assertThat(Arrays.stream(f.quantiles()[0])).as("never below zero").allMatch(q -> q >= 0);
      }
    }
  }

  @Test
  void whatCannotBeForecastIsAClearError() {
    FittedModel model = fit(daily(3, 1), DAY);
    double[] absent = {Double.NaN};
    assertThatThrownBy(() -> model.forecast(new TimeSeries(0, STEP, absent), 1, LEVELS))
        .hasMessageContaining("no sample");
    assertThatThrownBy(() -> model.forecast(new TimeSeries(0, 60, new double[] {1}), 1, LEVELS))
        .hasMessageContaining("step of 300 s");
  }

  private FittedModel fit(TimeSeries all, int length) {
    return forecaster.fit(
        new TimeSeries(0, STEP, Arrays.copyOf(all.values(), length)), DemandCalendar.empty());
  }

  private static TimeSeries recent(TimeSeries all, int last) {
    int first = Math.max(0, last - 59);
    return new TimeSeries(
        all.epochSecondAt(first), STEP, Arrays.copyOfRange(all.values(), first, last + 1));
  }

  /** A day season between 100 and 1,100 with noise like that of a counted process. */
  private static TimeSeries daily(int days, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[days * DAY];
    for (int i = 0; i < values.length; i++) {
      double mean = 600 - 500 * Math.cos(2 * Math.PI * i / DAY);
      values[i] = Math.max(0, mean + 2 * Math.sqrt(mean) * random.nextGaussian());
    }
    return new TimeSeries(0, STEP, values);
  }
}
