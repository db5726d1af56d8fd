package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.Explanation.Source;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplanationTest {
  private static final double[] LEVELS = {.1, .5, .9};
  private static final int STEP = 1_800;
  private static final int DAY = 48;

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 2 * DAY + 5, 4 * DAY, 8 * DAY, 20 * DAY})
  void thePartsSumToTheMedian(int length) {
    for (double zeros : new double[] {0, .6}) {
      TimeSeries history = new TimeSeries(0, STEP, daily(length, zeros, 1));
      PooledRidgeModel model = fit(history);
      Forecast forecast = model.forecast(history, DAY, LEVELS);
      for (int h : new int[] {1, 2, 9, DAY}) {
        Explanation why = model.explain(history, h, LEVELS);
        double median = forecast.quantiles()[1][h - 1];
        assertThat(why.published()[2]).isEqualTo(forecast.quantiles()[2][h - 1]);
        assertThat(why.median()).isEqualTo(median);
        assertThat(sum(why)).isEqualTo(median, within(1e-8 * median));
        assertThat(why.target()).isEqualTo(forecast.instantAt(h - 1));
      }
    }
  }

  @Test
  void eachKindOfHistoryHasItsSources() {
    TimeSeries old = new TimeSeries(0, STEP, daily(20 * DAY, 0, 1));
    assertThat(sources(fit(old).explain(old, 4, LEVELS)))
        .startsWith(Source.DAY, Source.WEEK, Source.LEVEL, Source.YESTERDAY)
        .doesNotContain(Source.FLEET, Source.ZEROS, Source.SHIFT);
    TimeSeries young = new TimeSeries(0, STEP, daily(DAY, 0, 1));
    assertThat(sources(fit(young).explain(young, 4, LEVELS))).containsExactly(Source.FLEET);
    TimeSeries rare = new TimeSeries(0, STEP, daily(20 * DAY, .6, 1));
    assertThat(sources(fit(rare).explain(rare, 4, LEVELS))).contains(Source.ZEROS);
  }

  @Test
  void aDoubledLevelIsAShift() {
    double[] values = daily(20 * DAY, 0, 2);
    TimeSeries history = new TimeSeries(0, STEP, values);
    double[] doubled = Arrays.copyOfRange(values, 19 * DAY, 20 * DAY);
    Arrays.setAll(doubled, i -> 8 * doubled[i]);
    TimeSeries recent = new TimeSeries(20L * DAY * STEP, STEP, doubled);
    Explanation why = fit(history).explain(recent, 1, LEVELS);
    double shift =
        why.parts().stream()
            .filter(p -> p.source() == Source.SHIFT)
            .mapToDouble(Explanation.Part::amount)
            .sum();
    assertThat(shift).isGreaterThan(.1 * why.median());
  }

  @Test
  void anEventIsTheCalendarsPart() {
    TimeSeries history = new TimeSeries(0, STEP, daily(20 * DAY, 0, 3));
    Instant from = Instant.ofEpochSecond(history.endEpochSecond());
    DemandCalendar calendar =
        new DemandCalendar(
            ZoneOffset.UTC,
            List.of(),
            List.of(new DemandCalendar.Event(from, from.plusSeconds(86_400), 3, "sale")),
            List.of());
    FittedModel model = new CalendarForecaster(new PooledRidgeForecaster()).fit(history, calendar);
    Explanation why = model.explain(history, 4, new double[] {.9});
    assertThat(why.levels()).containsExactly(.5, .9);
    assertThat(why.parts().getLast().source()).isEqualTo(Source.CALENDAR);
    assertThat(why.parts().getLast().amount())
        .isEqualTo(why.median() * 2 / 3, within(1e-6 * why.median()));
    assertThat(why.moved(1)).isEqualTo(why.published()[1] * 2 / 3, within(1e-6 * why.median()));
  }

  @Test
  void membersAndWhatCalibrationMovedAreTold() {
    double[] values = daily(26 * DAY, 0, 4);
    int known = 20 * DAY;
    SplittableRandom random = new SplittableRandom(9);
    for (int i = known; i < values.length; i++) {
      values[i] = Math.max(0, values[i] + 150 * random.nextGaussian());
    }
    PooledRidgeModel model = fit(new TimeSeries(0, STEP, Arrays.copyOf(values, known)));
    OnlineForecaster online = new OnlineForecaster(LEVELS);
    OnlineState state = online.start(model);
    TimeSeries recent = new TimeSeries(0, STEP, values);
    for (int t = known; t < values.length; t++) {
      recent = new TimeSeries(0, STEP, Arrays.copyOf(values, t + 1));
      state = online.observe(model, recent, state);
    }
    for (int h : new int[] {1, 2, 5, DAY}) {
      Explanation why = online.explain(model, recent, h, state);
      Forecast forecast = online.forecast(model, recent, h, state);
      assertThat(why.median()).isEqualTo(forecast.quantiles()[1][h - 1]);
      assertThat(sum(why)).isEqualTo(why.median(), within(1e-8 * why.median()));
      assertThat(why.members()).hasSize(3);
      assertThat(why.members().stream().mapToDouble(Explanation.Member::weight).sum())
          .isEqualTo(1, within(1e-12));
      assertThat(why.moved(2)).as("p90 at step %d", h).isPositive();
    }
  }

  @Test
  void aModelThatDoesNotTakeItselfApartIsOnePart() {
    TimeSeries history = new TimeSeries(0, STEP, daily(20 * DAY, 0, 5));
    PooledRidgeModel inside = fit(history);
    FittedModel closed =
        new FittedModel() {
          @Override
          public Forecast forecast(TimeSeries recent, int steps, double[] levels) {
            return inside.forecast(recent, steps, levels);
          }

          @Override
          public ModelId id() {
            return inside.id();
          }

          @Override
          public int stepSeconds() {
            return inside.stepSeconds();
          }
        };
    Explanation why = closed.explain(history, 3, LEVELS);
    assertThat(why.median()).isEqualTo(inside.explain(history, 3, LEVELS).median());
    assertThat(sources(why)).containsExactly(Source.MODEL);
    assertThat(sum(why)).isEqualTo(why.median());
  }

  private static List<Source> sources(Explanation why) {
    return why.parts().stream().map(Explanation.Part::source).toList();
  }

  private static double sum(Explanation why) {
    return why.parts().stream().mapToDouble(Explanation.Part::amount).sum();
  }

  private static PooledRidgeModel fit(TimeSeries history) {
    return new PooledRidgeForecaster().fit(history, DemandCalendar.empty());
  }

  /** Between 100 and 1,100 over a day, less on every seventh, some of it zero. */
  private static double[] daily(int length, double zeros, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      double mean = (600 - 500 * Math.cos(2 * Math.PI * i / DAY)) * (i / DAY % 7 == 6 ? .6 : 1);
      values[i] = random.nextDouble() < zeros ? 0 : mean + 20 * random.nextGaussian();
    }
    return Arrays.stream(values).map(v -> Math.max(v, 0)).toArray();
  }
}
