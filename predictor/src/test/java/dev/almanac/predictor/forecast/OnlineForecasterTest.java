package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineForecasterTest {
  private static final int STEP = 300;
  private static final int DAY = 288;
  private static final double[] LEVELS = {.5, .9, .95, .99};
  private static final int HOUR = 12;
  private static final int NASTY = "required".equals(System.getenv("ALMANAC_REAL")) ? 300 : 60;

  private final OnlineForecaster online = new OnlineForecaster(LEVELS);

  @Test
  void holdsItsPromiseWhenTheNoiseHasGrownSinceTheFit() {
    double[] values = daily(24, 3, 14 * DAY, 2.5);
    PooledRidgeModel model = fit(values, 14 * DAY);
    OnlineState state = online.start(model);
    int alone = 0;
    int calibrated = 0;
    int scored = 0;
    for (int t = 14 * DAY; t < 24 * DAY - HOUR; t++) {
      TimeSeries recent = recent(values, t);
      state = online.observe(model, recent, state);
      if (t > 17 * DAY) {
        double y = values[t + HOUR];
        alone += y <= model.forecast(recent, HOUR, LEVELS).quantiles()[1][HOUR - 1] ? 1 : 0;
        calibrated +=
            y <= online.forecast(model, recent, HOUR, state).quantiles()[1][HOUR - 1] ? 1 : 0;
        scored++;
      }
    }
    assertThat((double) alone / scored).as("without").isLessThan(.81);
    assertThat((double) calibrated / scored).as("with").isEqualTo(.9, within(.05));
  }

  @Test
  void movesWeightToTheMembersThatHaveLostLess() {
    // A random walk where there was a season: last week is no guide, the last hour is.
    SplittableRandom random = new SplittableRandom(1);
    double[] values = daily(20, 5, Integer.MAX_VALUE, 1);
    for (int i = 14 * DAY; i < values.length; i++) {
      values[i] = Math.max(1, values[i - 1] + 4 * random.nextGaussian());
    }
    PooledRidgeModel model = fit(values, 14 * DAY);
    OnlineState state = online.start(model);
    double[] before = online.weights(model, state, 2);
    assertThat(before).containsExactly(new double[] {.8, .1, .1}, within(1e-12));
    for (int t = 14 * DAY; t < 20 * DAY; t++) {
      state = online.observe(model, recent(values, t), state);
    }
    double[] after = online.weights(model, state, 2);
    double[] losses = state.horizons().get(2).losses();
    assertThat(losses[2]).as("the day's average is the worst").isGreaterThan(2 * losses[1]);
    assertThat(after[2]).isLessThan(.01);
    assertThat(after[1]).isGreaterThan(before[1]);
    assertThat(Arrays.stream(after).sum()).isEqualTo(1, within(1e-12));
  }

  @Test
  void itsStateStaysSmallAndDependsOnNothingButWhatItSaw() {
    double[] values = daily(18, 7, Integer.MAX_VALUE, 1);
    PooledRidgeModel model = fit(values, 14 * DAY);
    OnlineState state = online.start(model);
    for (int t = 14 * DAY; t < 18 * DAY; t++) {
      OnlineState next = online.observe(model, recent(values, t), state);
      if (t % 97 == 0) {
        OnlineState again =
            new OnlineForecaster(LEVELS).observe(fit(values, 14 * DAY), recent(values, t), state);
        assertThat(again).isEqualTo(next).hasSameHashCodeAs(next).isNotEqualTo(state);
      }
      state = next;
    }
    assertThat(state.horizons().stream().mapToInt(OnlineState.Horizon::steps))
        .containsExactly(1, 3, 12, 72, 288);
    for (OnlineState.Horizon h : state.horizons()) {
      assertThat(h.targets()).hasSizeBetween(1, 12);
      assertThat(h.waiting()).hasSize(h.targets().length * 4 * LEVELS.length);
      assertThat(h.seen()).isPositive();
    }
  }

  @Test
  void aStateThatHasSeenNothingLeavesTheShortForecastsMedianOrderAndUnit() {
    double[] values = daily(16, 9, Integer.MAX_VALUE, 1);
    PooledRidgeModel model = fit(values, 16 * DAY);
    TimeSeries recent = recent(values, 16 * DAY - 1);
    Forecast plain = model.forecast(recent, DAY, LEVELS);
    Forecast mixed = online.forecast(model, recent, DAY, online.start(model));
    for (int h = 0; h < DAY; h++) {
      assertThat(mixed.quantiles()[0][h])
          .isEqualTo(plain.quantiles()[0][h], within(.2 * plain.quantiles()[0][h]));
    }
  }

  @Test
  void aRefitInAnotherUnitKeepsTheState() {
    double[] values = daily(20, 11, Integer.MAX_VALUE, 1);
    PooledRidgeModel model = fit(values, 14 * DAY);
    OnlineState state = online.start(model);
    for (int t = 14 * DAY; t < 16 * DAY; t++) {
      state = online.observe(model, recent(values, t), state);
    }
    // A spike moves the unit by powers of 16 and nothing else.
    double[] spiked = values.clone();
    spiked[2 * DAY] = 1e9;
    PooledRidgeModel refitted = fit(spiked, 16 * DAY);
    assertThat(refitted.transform().unit()).isGreaterThan(1e3 * model.transform().unit());
    OnlineState next = online.observe(refitted, recent(values, 16 * DAY), state);
    for (int i = 0; i < 5; i++) {
      double before = state.horizons().get(i).losses()[0];
      assertThat(next.horizons().get(i).losses()[0]).isEqualTo(before, within(.2 * before + .5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 15})
  void theHighestOfAWindowHoldsItsPromise(int window) {
    double[] values = daily(24, 13, Integer.MAX_VALUE, 1);
    PooledRidgeModel model =
        PooledRidgeForecaster.maximumOf(window, Duration.ofHours(1))
            .fit(new TimeSeries(0, STEP, Arrays.copyOf(values, 14 * DAY)), DemandCalendar.empty());
    OnlineState state = online.start(model);
    int[] covered = new int[LEVELS.length];
    int scored = 0;
    for (int t = 14 * DAY; t < 24 * DAY - window; t++) {
      TimeSeries recent = recent(values, t);
      state = online.observe(model, recent, state);
      double y = Arrays.stream(values, t + 1, t + 1 + window).max().orElseThrow();
      Forecast f = online.forecast(model, recent, 1, state);
      for (int i = 0; i < LEVELS.length; i++) {
        covered[i] += y <= f.quantiles()[i][0] ? 1 : 0;
      }
      scored++;
    }
    for (int i = 0; i < LEVELS.length; i++) {
      assertThat((double) covered[i] / scored)
          .as("p%s", LEVELS[i])
          .isEqualTo(LEVELS[i], within(.02));
    }
  }

  @Test
  void levelsWithoutAMedianAreRefused() {
    assertThatThrownBy(() -> new OnlineForecaster(new double[] {.9}))
        .hasMessageContaining("must hold 0.5");
  }

  @Test
  void nothingThatComesBreaksIt() {
    SplittableRandom random = new SplittableRandom(17);
    double[] values = daily(4, 15, Integer.MAX_VALUE, 1);
    OnlineState state = online.start(fit(values, 3 * DAY));
    for (int round = 0; round < NASTY; round++) {
      int known = random.nextInt(3 * DAY);
      double scale = Math.pow(10, random.nextDouble(-300, 300));
      double sign = random.nextInt(3) == 0 ? -1 : 1;
      double[] history = Arrays.stream(values, 0, known).map(v -> v * sign * scale).toArray();
      PooledRidgeModel model = fit(history, known);
      double[] now = random.doubles(random.nextInt(1, 400), 0, 1e3).toArray();
      for (int i = 0; i < now.length - 1; i++) {
        now[i] = random.nextInt(4) == 0 ? Double.NaN : now[i] * scale;
      }
      // Before the history, in it, after it, or years away.
      long start = STEP * (long) random.nextInt(-2 * known - 1, 1 + 4 * known);
      start += random.nextInt(9) == 0 ? (1L << 32) * STEP : 0;
      TimeSeries recent = new TimeSeries(start, STEP, now);
      state = online.observe(model, recent, state);
      Forecast f = online.forecast(model, recent, 300, state); // checks order and finiteness
      assertThat(f.steps()).isEqualTo(300);
    }
  }

  private static PooledRidgeModel fit(double[] values, int length) {
    return new PooledRidgeForecaster()
        .fit(new TimeSeries(0, STEP, Arrays.copyOf(values, length)), DemandCalendar.empty());
  }

  private static TimeSeries recent(double[] values, int t) {
    int first = Math.max(0, t - 2 * HOUR);
    return new TimeSeries((long) STEP * first, STEP, Arrays.copyOfRange(values, first, t + 1));
  }

  /** A day season between 100 and 1,100 whose noise grows by a factor at a position. */
  private static double[] daily(int days, long seed, int change, double factor) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[days * DAY];
    for (int i = 0; i < values.length; i++) {
      double mean = 600 - 500 * Math.cos(2 * Math.PI * i / DAY);
      double noise = 2 * Math.sqrt(mean) * random.nextGaussian();
      values[i] = Math.max(0, mean + (i < change ? noise : factor * noise));
    }
    return values;
  }
}
