package dev.almanac.predictor.forecast.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FittedWindowsTest {
  private static final int DAY = 1440;
  private static final long START = Instant.parse("2026-03-02T00:00:00Z").getEpochSecond();
  private static final Window LEAD = new Window(1, 0, 1);
  private static final Window HOLD = new Window(1, 0, 10);

  @Test
  void aLiveForecastIsWhatTheSweepSaysOverTheWholeHistory() {
    for (int days : new int[] {2, 9}) {
      double[] demand = season(days + 1);
      int end = days * DAY;
      FittedWindows fitted = FittedWindows.fit(series(demand, 0, end), LEAD, HOLD).windows();
      WindowSeries sweep = new WindowSeries(new DemandHistory(demand, 60), HOLD);
      WindowModel model =
          WindowModel.fit(
              new WindowSeries(new DemandHistory(Arrays.copyOf(demand, end), 60), HOLD), end);
      for (int newest = end - 1; newest < end + 90; newest += 7) {
        WindowForecast live =
            fitted.forecast(series(demand, newest - 60, newest + 1)).orElseThrow();
        assertThat(live.origin().getEpochSecond()).isEqualTo(START + 60L * newest);
        assertThat(live.hold().closes()).isEqualTo(live.origin().plusSeconds(660));
        if (days == 9) {
          WindowSeries.Features features = sweep.features(newest + 1).orElseThrow();
          // What moves slowly stands still until the next refit.
          assertThat(live.hold().location())
              .isCloseTo(model.location(features.location(), features.base()), within(0.02));
          assertThat(live.hold().spread()).isCloseTo(model.spread(features.spread()), within(0.05));
        }
      }
    }
  }

  @Test
  void afterMoreHistoryTheSameModelsLookFurther() {
    double[] demand = season(10);
    int end = 8 * DAY;
    FittedWindows early = FittedWindows.fit(series(demand, 0, end), LEAD, HOLD).windows();
    int later = end + 300;
    TimeSeries recent = series(demand, later - 60, later + 1);
    assertThat(early.forecast(recent)).as("older than its life").isEmpty();
    FittedWindows again = early.after(series(demand, 0, later + 1));
    WindowForecast forecast = again.forecast(recent).orElseThrow();
    assertThat(forecast.model())
        .isEqualTo(
            new dev.almanac.predictor.forecast.ModelId(
                "window-maximum", Instant.ofEpochSecond(START + 60L * end)));
    assertThat(forecast.expires())
        .isEqualTo(Instant.ofEpochSecond(START + 60L * (later + 1)).plus(FittedWindows.LIFE));
  }

  @Test
  void withoutAnHourOfSamplesOrTheirStepThereIsNoForecast() {
    double[] demand = season(3);
    FittedWindows fitted = FittedWindows.fit(series(demand, 0, 2 * DAY), LEAD, HOLD).windows();
    double[] absent = new double[61];
    Arrays.fill(absent, Double.NaN);
    assertThat(fitted.forecast(new TimeSeries(START + 60L * (2 * DAY - 60), 60, absent))).isEmpty();
    absent[30] = 5;
    assertThat(fitted.forecast(new TimeSeries(START + 60L * (2 * DAY - 60), 60, absent)))
        .as("one sample has no neighbour")
        .isEmpty();
    assertThat(fitted.forecast(new TimeSeries(START, 30, new double[5]))).isEmpty();
    assertThat(fitted.forecast(TimeSeries.empty(Instant.EPOCH, java.time.Duration.ofMinutes(1))))
        .isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FittedWindows.fit(series(demand, 0, DAY - 1), LEAD, HOLD));
  }

  @Test
  void demandBeyondAllNumbersGivesNoForecastRatherThanAFailure() {
    double[] demand = season(3);
    FittedWindows fitted = FittedWindows.fit(series(demand, 0, 2 * DAY), LEAD, HOLD).windows();
    double[] huge = new double[61];
    Arrays.fill(huge, 1e308);
    fitted
        .forecast(new TimeSeries(START + 60L * (2 * DAY - 60), 60, huge))
        .ifPresent(f -> assertThat(f.lead().location()).isFinite());
    double[] below = new double[61];
    Arrays.fill(below, -1e9);
    assertThat(
            fitted
                .forecast(new TimeSeries(START + 60L * (2 * DAY - 60), 60, below))
                .orElseThrow()
                .lead()
                .location())
        .isLessThan(Math.sqrt(60));
  }

  private static TimeSeries series(double[] demand, int from, int to) {
    return new TimeSeries(START + 60L * from, 60, Arrays.copyOfRange(demand, from, to));
  }

  private static double[] season(int days) {
    SplittableRandom random = new SplittableRandom(11);
    double[] demand = new double[days * DAY];
    for (int i = 0; i < demand.length; i++) {
      double mean = 30 + 20 * Math.sin(2 * Math.PI * i / DAY);
      demand[i] = Math.max(0, mean + 2 * Math.sqrt(mean) * random.nextGaussian());
    }
    return demand;
  }
}
