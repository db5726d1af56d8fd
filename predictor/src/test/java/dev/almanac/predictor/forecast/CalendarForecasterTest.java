package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.calendar.DemandCalendar.Event;
import dev.almanac.predictor.calendar.DemandCalendar.Exclusion;
import dev.almanac.predictor.calendar.DemandCalendar.Holiday;
import dev.almanac.predictor.series.TimeSeries;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half-hours; a workday has 1,000 at noon and 100 at midnight, a Sunday a tenth of it. */
class CalendarForecasterTest {
  private static final int STEP = 1_800;
  private static final int DAY = 48;
  private static final double[] LEVELS = {0.1, 0.5, 0.9, 0.99};
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Forecaster INSIDE = new PooledRidgeForecaster();
  private static final Forecaster FORECASTER = new CalendarForecaster(INSIDE);

  @Test
  void withoutACalendarNothingChanges() {
    TimeSeries history = workdays(LocalDate.parse("2026-01-05"), 28, ZoneOffset.UTC);
    assertThat(forecast(FORECASTER, history, DemandCalendar.empty()))
        .isEqualTo(forecast(INSIDE, history, DemandCalendar.empty()));
  }

  @Test
  void aFirstHolidayMayBeOneOrMayNot() {
    // To the evening of Tuesday, 3 February; Wednesday is the holiday.
    TimeSeries history = workdays(LocalDate.parse("2026-01-07"), 28, ZoneOffset.UTC);
    DemandCalendar calendar = calendar(holiday("2026-02-04", "Moving day"));
    double[][] plain = forecast(INSIDE, history, DemandCalendar.empty()).quantiles();
    double[][] paths = forecast(FORECASTER, history, calendar).quantiles();
    int noon = DAY / 2 - 1;
    assertThat(plain[1][noon]).isCloseTo(1_000, within(60.0));
    assertThat(paths[0][noon]).as("as on a Sunday").isCloseTo(100, within(30.0));
    assertThat(paths[2][noon]).as("as on any Wednesday").isCloseTo(1_000, within(60.0));
    assertThat(paths[3][noon]).isGreaterThanOrEqualTo(paths[2][noon]);
  }

  @Test
  void earlierDaysOfItsNameAreEvidence() {
    double[] values = workdays(LocalDate.parse("2026-01-07"), 28, ZoneOffset.UTC).values().clone();
    List<Holiday> holidays = new ArrayList<>();
    holidays.add(holiday("2026-02-04", "Moving day"));
    for (int day : new int[] {5, 9, 13, 15, 21, 23}) { // Mondays to Fridays
      Arrays.setAll(values, i -> i / DAY == day ? values[i] * 0.5 : values[i]);
      holidays.add(holiday(LocalDate.parse("2026-01-07").plusDays(day).toString(), "Moving day"));
    }
    TimeSeries history =
        new TimeSeries(Instant.parse("2026-01-07T00:00:00Z").getEpochSecond(), STEP, values);
    DemandCalendar calendar = calendar(holidays.toArray(new Holiday[0]));
    double[][] paths = forecast(FORECASTER, history, calendar).quantiles();
    int noon = DAY / 2 - 1;
    // Six days at half of a workday, where a tenth was to be expected: 0.1 x 5^(6/8) = 0.334.
    assertThat(paths[1][noon]).isCloseTo(334, within(60.0));
  }

  @Test
  void aHolidayInHistoryIsNotTakenForItsWeekday() {
    LocalDate start = LocalDate.parse("2026-01-07");
    double[] values = workdays(start, 28, ZoneOffset.UTC).values().clone();
    for (int day : new int[] {20, 27}) { // Both Tuesdays before the last day.
      Arrays.setAll(values, i -> i / DAY == day ? values[i] * 0.1 : values[i]);
    }
    TimeSeries hurt =
        new TimeSeries(start.atStartOfDay(ZoneOffset.UTC).toEpochSecond(), STEP, values);
    DemandCalendar calendar =
        calendar(holiday(start.plusDays(20).toString(), "a"), holiday("2026-02-03", "b"));
    double[][] without = forecast(INSIDE, hurt, DemandCalendar.empty()).quantiles();
    double[][] with = forecast(FORECASTER, hurt, calendar).quantiles();
    int noon = DAY / 2 - 1;
    assertThat(Math.abs(with[1][noon] - 1_000)).isLessThan(Math.abs(without[1][noon] - 1_000));
    assertThat(with[1][noon]).isCloseTo(1_000, within(100.0));
  }

  @Test
  void anEventMultipliesAndIsNotLearned() {
    TimeSeries history = workdays(LocalDate.parse("2026-01-07"), 28, ZoneOffset.UTC);
    Instant end = Instant.ofEpochSecond(history.endEpochSecond());
    DemandCalendar calendar =
        new DemandCalendar(
            ZoneOffset.UTC,
            List.of(),
            List.of(new Event(end.plusSeconds(36_000), end.plusSeconds(43_200), 1.5, "sale")),
            List.of());
    double[][] plain = forecast(INSIDE, history, DemandCalendar.empty()).quantiles();
    double[][] paths = forecast(FORECASTER, history, calendar).quantiles();
    for (int h = 0; h < DAY; h++) {
      long target = history.epochSecondAt(history.length() + h);
      double factor = calendar.uplift(target);
      for (int i = 0; i < LEVELS.length; i++) {
        assertThat(paths[i][h]).isCloseTo(factor * plain[i][h], within(1e-6));
      }
    }
    // While it lasts, what is measured is 1.5 times the ordinary, and no surprise.
    double[] during = Arrays.copyOf(history.values(), history.length() + 24);
    for (int i = history.length(); i < during.length; i++) {
      long at = history.epochSecondAt(i);
      during[i] = history.values()[i - 7 * DAY] * calendar.uplift(at);
    }
    TimeSeries recent = new TimeSeries(history.startEpochSecond(), STEP, during);
    double after = FORECASTER.fit(recent, calendar).forecast(recent, 3, LEVELS).quantiles()[1][1];
    assertThat(after).isCloseTo(1_000, within(80.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26"})
  void demandFollowsTheClocksOnTheWall(LocalDate tomorrow) {
    TimeSeries all = days(tomorrow.minusDays(28), 30, BERLIN, 1);
    DemandCalendar calendar = new DemandCalendar(BERLIN, List.of(), List.of(), List.of());
    int origin = (int) all.indexAt(tomorrow.atStartOfDay(BERLIN).toEpochSecond());
    TimeSeries history =
        new TimeSeries(all.startEpochSecond(), STEP, Arrays.copyOf(all.values(), origin));
    double with = error(FORECASTER, history, calendar, all);
    double without = error(INSIDE, history, DemandCalendar.empty(), all);
    assertThat(with).isLessThan(0.5 * without);
  }

  private static double error(
      Forecaster forecaster, TimeSeries history, DemandCalendar calendar, TimeSeries all) {
    double[] median = forecast(forecaster, history, calendar).quantiles()[1];
    double sum = 0;
    for (int h = 10; h < DAY; h++) { // From five o'clock on: by then clocks have changed.
      sum += Math.abs(median[h] - all.values()[history.length() + h]);
    }
    return sum;
  }

  @Test
  void aMixtureHasTheQuantilesOfItsDistributionFunction() {
    double[] levels = {.1, .2, .3, .4, .5, .6, .7, .8, .9};
    double[] a = levels.clone(); // uniform from 0 to 1
    double[] b = Arrays.stream(levels).map(x -> 10 + x).toArray();
    // At 10.8 lies all of the first half and 0.8 of the second: 0.5 + 0.4.
    assertThat(CalendarForecaster.mixed(levels, a, b, 0.5, 0.9)).isCloseTo(10.8, within(1e-6));
    assertThat(CalendarForecaster.mixed(levels, a, b, 0.5, 0.2)).isCloseTo(0.4, within(1e-6));
    assertThat(CalendarForecaster.mixed(levels, a, b, 0.75, 0.2)).isCloseTo(0.8, within(1e-6));
    assertThat(CalendarForecaster.mixed(levels, a, b, 0, 0.7)).isCloseTo(0.7, within(1e-6));
    assertThat(CalendarForecaster.mixed(levels, a, b, 1, 0.7)).isCloseTo(10.7, within(1e-6));
    assertThat(CalendarForecaster.mixed(levels, a, a, 0.3, 0.6)).isEqualTo(0.6);
  }

  @RepeatedTest(100)
  void anySeriesAndCalendarGiveFiniteSortedQuantiles(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    double[] values = new double[1 + random.nextInt(30 * DAY)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (round.getCurrentRepetition() % 4) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextGaussian();
            case 2 -> random.nextDouble() < 0.6 ? Double.NaN : 1e12 * random.nextDouble();
            default -> 50 + i % DAY;
          };
    }
    values[values.length - 1] = 1;
    long start =
        Instant.parse("2026-03-10T00:00:00Z").getEpochSecond() + 1_800L * random.nextInt(9);
    List<Holiday> holidays = new ArrayList<>();
    for (int d = 0; d < 40; d++) {
      if (random.nextInt(4) == 0) {
        LocalDate day = LocalDate.parse("2026-03-10").plusDays(d);
        holidays.add(
            new Holiday(day, "h" + random.nextInt(3), DayOfWeek.of(1 + random.nextInt(7))));
      }
    }
    Instant from = Instant.ofEpochSecond(start + random.nextInt(2_000_000));
    DemandCalendar calendar =
        new DemandCalendar(
            BERLIN,
            holidays,
            List.of(new Event(from, from.plusSeconds(90_000), 2.5, "e")),
            List.of(new Exclusion(from.minusSeconds(900_000), from.minusSeconds(600_000), "x")));
    TimeSeries history = new TimeSeries(start, STEP, values);
    FittedModel model = FORECASTER.fit(history, calendar);
    for (double[] levels : new double[][] {LEVELS, {0.95}, {0.001, 0.999}}) {
      Forecast f = model.forecast(history, 100, levels); // its constructor checks the order
      assertThat(f.origin().getEpochSecond()).isEqualTo(history.epochSecondAt(values.length - 1));
      assertThat(f.steps()).isEqualTo(100);
      assertThat(f.expires()).isAfter(f.origin());
    }
  }

  private static Forecast forecast(
      Forecaster forecaster, TimeSeries history, DemandCalendar calendar) {
    return forecaster.fit(history, calendar).forecast(history, DAY, LEVELS);
  }

  private static DemandCalendar calendar(Holiday... holidays) {
    return new DemandCalendar(ZoneOffset.UTC, List.of(holidays), List.of(), List.of());
  }

  private static Holiday holiday(String date, String name) {
    return new Holiday(LocalDate.parse(date), name, DayOfWeek.SUNDAY);
  }

  private static TimeSeries workdays(LocalDate first, int days, ZoneId zone) {
    return days(first, days, zone, 0.1);
  }

  private static TimeSeries days(LocalDate first, int days, ZoneId zone, double sunday) {
    long start = first.atStartOfDay(zone).toEpochSecond();
    long end = first.plusDays(days).atStartOfDay(zone).toEpochSecond();
    DemandCalendar clock = new DemandCalendar(zone, List.of(), List.of(), List.of());
    double[] values = new double[(int) ((end - start) / STEP)];
    for (int i = 0; i < values.length; i++) {
      long at = start + (long) i * STEP;
      double wave = 550 - 450 * Math.cos(2 * Math.PI * clock.secondOfDay(at) / 86_400);
      values[i] = clock.dayType(at) == 7 ? sunday * wave : wave;
    }
    return new TimeSeries(start, STEP, values);
  }
}
