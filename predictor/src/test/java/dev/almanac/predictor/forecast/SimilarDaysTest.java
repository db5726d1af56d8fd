package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimilarDaysTest {
  private static final int HOURS = 24;

  @ParameterizedTest
  @ValueSource(ints = {5, 24, 288})
  void workingDaysAreAlikeAndTheWeekendIsNot(int day) {
    double[] x = week(day, 56, new double[] {9, 9, 9, 9, 9, 3, 3}, .3, 1);
    DayLikeness likeness = new DayLikeness(new Grid(day), x);
    double[] wednesday = likeness.at(2 * day + day / 2);
    assertThat(wednesday[0]).isEqualTo(1);
    // Monday, Tuesday, Thursday and Friday; how noise fell weighs as well.
    assertThat(wednesday[1] + wednesday[2] + wednesday[5] + wednesday[6]).isGreaterThan(1.5);
    assertThat(wednesday[3]).as("Sunday").isLessThan(1e-3);
    assertThat(wednesday[4]).as("Saturday").isLessThan(1e-3);
    // The same time of a later week.
    assertThat(likeness.at(2 * day + day / 2 + 5 * 7 * day)).isEqualTo(wednesday);
    double[] sunday = likeness.at(6 * day + day / 2);
    assertThat(sunday[1]).as("Saturday").isGreaterThan(.25);
    assertThat(sunday[2]).as("Friday").isLessThan(1e-3);
  }

  @Test
  void aBatchOfOneDayIsLikeNoOtherDay() {
    double[] x = week(HOURS, 56, new double[] {9, 1, 1, 1, 1, 1, 1}, .1, 2);
    DayLikeness likeness = new DayLikeness(new Grid(HOURS), x);
    assertThat(Arrays.stream(likeness.at(12)).skip(1).max().orElseThrow()).isLessThan(1e-6);
    assertThat(likeness.at(3 * HOURS + 12)[3]).as("from Thursday back to Monday").isLessThan(1e-6);
    assertThat(likeness.at(3 * HOURS + 12)[2]).as("to Tuesday").isGreaterThan(.25);
  }

  @Test
  void whereNothingEverDiffersAllDaysCountAndWhereNothingIsKnownNone() {
    double[] x = new double[21 * HOURS];
    Arrays.fill(x, 4);
    assertThat(new DayLikeness(new Grid(HOURS), x).at(5)).containsOnly(1);
    Arrays.fill(x, Double.NaN);
    assertThat(new DayLikeness(new Grid(HOURS), x).at(5)).containsExactly(1, 0, 0, 0, 0, 0, 0);
    assertThat(new DayLikeness(new Grid(HOURS), new double[0]).at(5))
        .containsExactly(1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void theScaleOfDemandChangesNothing() {
    double[] x = week(HOURS, 21, new double[] {9, 8, 9, 9, 9, 3, 3}, .5, 3);
    double[] large = Arrays.stream(x).map(v -> 1024 * v).toArray();
    Grid grid = new Grid(HOURS);
    for (int at = 0; at < 7 * HOURS; at++) {
      assertThat(new DayLikeness(grid, large).at(at))
          .containsExactly(new DayLikeness(grid, x).at(at), within(1e-9));
    }
  }

  @Test
  void anAverageCountsDaysByLikenessAndWeeksByAge() {
    Grid grid = new Grid(1);
    // A step a day: only the same weekday and, for the last day, the one before are alike.
    double[] x = {0, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 4, 4, 0, 0, 0, 0, 0, 6, 6};
    double[] present = new double[x.length];
    Arrays.fill(present, 1);
    DayLikeness likeness = new DayLikeness(grid, x);
    SimilarDays days = new SimilarDays(grid, likeness, x, present);
    double[] w = likeness.at(27);
    double fade = Math.pow(.5, 1 / 8.0);
    double[] sums = new double[7];
    double[] counts = new double[7];
    for (int i = 0; i < x.length; i++) {
      int back = 27 - i;
      double age = Math.pow(fade, Math.floorDiv(back - 7, 7));
      sums[back % 7] += back < 7 ? 0 : age * x[i];
      counts[back % 7] += back < 7 ? 0 : age;
    }
    double expected = 0;
    double total = 0;
    for (int j = 0; j < 7; j++) {
      expected += w[j] * sums[j];
      total += w[j] * counts[j];
    }
    assertThat(days.mean(27, 7)).isCloseTo(expected / total, within(1e-12));
  }

  @Test
  void whatIsNotKnownYetDoesNotCount() {
    double[] x = week(HOURS, 21, new double[] {5, 5, 5, 5, 5, 5, 5}, .5, 4);
    double[] present = new double[x.length];
    Arrays.fill(present, 1);
    Grid grid = new Grid(HOURS);
    DayLikeness likeness = new DayLikeness(grid, x);
    int position = x.length - HOURS + 7;
    double before = new SimilarDays(grid, likeness, x, present).mean(position, 2);
    double[] changed = x.clone();
    changed[position - HOURS] = 1e6;
    assertThat(new SimilarDays(grid, likeness, changed, present).mean(position, 2))
        .isEqualTo(before);
    assertThat(new SimilarDays(grid, likeness, changed, present).mean(position, 1))
        .isNotEqualTo(before);
    assertThat(new SimilarDays(grid, likeness, x, present).mean(7, 1)).isNaN();
  }

  /** By an average over the same weekday alone it was 1.18. */
  @Test
  void aWorkingDayIsForecastFromAllWorkingDays() {
    double[] shape = {9, 9, 9, 9, 9, 3, 3};
    double square = 0;
    int forecasts = 0;
    for (int seed = 0; seed < 20; seed++) {
      // The last day is a Sunday, so that neither its level nor its errors say much about Monday.
      double[] x = week(HOURS, 28, shape, 1, 10 + seed);
      TimeSeries history = new TimeSeries(0, 3600, x);
      Forecast f =
          new PooledRidgeForecaster()
              .fit(history, DemandCalendar.empty())
              .forecast(history, HOURS, new double[] {.5});
      for (int h = 0; h < HOURS; h++) {
        double error = f.quantiles()[0][h] - level(HOURS, shape, 28 * HOURS + h);
        square += error * error;
        forecasts++;
      }
    }
    assertThat(Math.sqrt(square / forecasts)).isLessThan(.9);
  }

  /** A level a weekday, with a daily wave, and noise of a standard deviation. */
  private static double[] week(int day, int days, double[] levels, double noise, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = new double[days * day];
    for (int i = 0; i < x.length; i++) {
      x[i] = level(day, levels, i) + noise * random.nextGaussian();
    }
    return x;
  }

  private static double level(int day, double[] levels, int i) {
    return levels[i / day % 7] - Math.cos(2 * Math.PI * (i % day) / day);
  }
}
