package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Series that nobody would make up, and promises that hold for all of them. */
class PooledRidgeAdversarialTest {
  private static final double[] LEVELS = {.001, .1, .5, .9, .99, .9999};
  private static final int[] STEPS = {7, 60, 300, 900, 1_800, 3_600, 40_000, 86_400};

  /** All of them where everything is asked for; elsewhere enough to meet each kind at each step. */
  private static final int NASTY =
      "required".equals(System.getenv("ALMANAC_REAL")) ? 10_000 : 1_000;

  private final PooledRidgeForecaster forecaster = new PooledRidgeForecaster();

  @Test
  void nastySeriesGiveFiniteSortedQuantiles() {
    SplittableRandom random = new SplittableRandom(2026);
    for (int round = 0; round < NASTY; round++) {
      TimeSeries series = nasty(random, STEPS[round % STEPS.length], random.nextInt(1, 400));
      // The constructor of a forecast checks order and finiteness.
      Forecast f = fit(series).forecast(series, 1 + round % 60, LEVELS);
      assertThat(f.levels()).isEqualTo(LEVELS);
    }
  }

  @Test
  void sixteenTimesTheDemandIsSixteenTimesTheForecastToTheBit() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < NASTY / 10; round++) {
      TimeSeries series = nasty(random, 3_600, random.nextInt(100, 900));
      double largest = Arrays.stream(series.values()).map(Math::abs).max().orElse(0);
      if (largest > 1e200 || (largest > 0 && largest < 1e-200)) {
        continue; // Beyond these, 16 times is infinite or rounds.
      }
      double[] larger = Arrays.stream(series.values()).map(v -> 16 * v).toArray();
      TimeSeries scaled = new TimeSeries(series.startEpochSecond(), 3_600, larger);
      double[][] once = fit(series).forecast(series, 48, LEVELS).quantiles();
      double[][] often = fit(scaled).forecast(scaled, 48, LEVELS).quantiles();
      for (int i = 0; i < LEVELS.length; i++) {
        for (int h = 0; h < 48; h++) {
          assertThat(often[i][h]).isEqualTo(16 * once[i][h]);
        }
      }
    }
  }

  @Test
  void demandThatMayBeNegativeIsMirroredAndTurnsQuantilesOver() {
    SplittableRandom random = new SplittableRandom(4);
    double[] values = new double[20 * 24];
    for (int i = 0; i < values.length; i++) {
      values[i] = 10 * Math.sin(i * Math.PI / 12) + random.nextGaussian();
    }
    double[] mirrored = Arrays.stream(values).map(v -> -v).toArray();
    TimeSeries up = new TimeSeries(0, 3_600, values);
    TimeSeries down = new TimeSeries(0, 3_600, mirrored);
    double[] levels = {.1, .5, .9};
    double[][] a = fit(up).forecast(up, 24, levels).quantiles();
    double[][] b = fit(down).forecast(down, 24, levels).quantiles();
    for (int i = 0; i < 3; i++) {
      for (int h = 0; h < 24; h++) {
        assertThat(b[i][h]).isEqualTo(-a[2 - i][h], within(1e-3));
      }
    }
  }

  @Test
  void manyThreadsGiveTheBytesOfOne() {
    SplittableRandom random = new SplittableRandom(5);
    TimeSeries[] series =
        IntStream.range(0, 64).mapToObj(i -> nasty(random, 300, 3_000)).toArray(TimeSeries[]::new);
    Forecast[] alone = new Forecast[series.length];
    for (int i = 0; i < series.length; i++) {
      alone[i] = fit(series[i]).forecast(series[i], 100, LEVELS);
    }
    Forecast[] together =
        Arrays.stream(series)
            .parallel()
            .map(s -> fit(s).forecast(s, 100, LEVELS))
            .toArray(Forecast[]::new);
    assertThat(together).isEqualTo(alone);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 300})
  void tenMillionSamplesAreBounded(int step) {
    double[] values = new double[10_000_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 100 + i % 86_400 / step % 100;
    }
    TimeSeries series = new TimeSeries(0, step, values);
    Forecast f = fit(series).forecast(series, 10, LEVELS);
    assertThat(f.quantiles()[2][0]).isBetween(90., 210.);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 24, 47, 52, 100, 143, 200, 400})
  void whatWasAskedForInVainIsNoHistory(int length) {
    TimeSeries series = new TimeSeries(0, 3_600, streetLike(length));
    double[] padded = new double[28 * 24];
    Arrays.fill(padded, Double.NaN);
    System.arraycopy(series.values(), 0, padded, padded.length - length, length);
    TimeSeries asked = new TimeSeries((length - padded.length) * 3_600L, 3_600, padded);
    assertThat(fit(asked).forecast(series, 24, LEVELS))
        .isEqualTo(fit(series).forecast(series, 24, LEVELS));
  }

  /** A sample of long ago makes a history long, not known. */
  @ParameterizedTest
  @ValueSource(ints = {20, 24, 30, 42, 47, 52, 60, 70, 100, 143})
  void afterALongGapAForecastStaysNearWhatWasSeen(int length) {
    double[] values = new double[28 * 24];
    Arrays.fill(values, Double.NaN);
    values[0] = 100;
    System.arraycopy(streetLike(length), 0, values, values.length - length, length);
    TimeSeries series = new TimeSeries(0, 3_600, values);
    Forecast f = fit(series).forecast(series, 24, LEVELS);
    double highest = Arrays.stream(values).filter(v -> v > 0).max().orElseThrow();
    assertThat(Arrays.stream(f.quantiles()[2])).allMatch(q -> q < 2 * highest);
    assertThat(Arrays.stream(f.quantiles()[4])).allMatch(q -> q < 6 * highest);
  }

  /** Passers-by of a street, hour by hour: a few at night, hundreds at the rush hours. */
  private static double[] streetLike(int hours) {
    SplittableRandom random = new SplittableRandom(8);
    double[] values = new double[hours];
    for (int i = 0; i < hours; i++) {
      double day = 300 - 298 * Math.cos(2 * Math.PI * i / 24);
      values[i] = Math.max(0, Math.rint(day * (1 + .4 * random.nextGaussian())));
    }
    return values;
  }

  @Test
  void threePointsGiveAWideAnswerAroundThem() {
    TimeSeries series = new TimeSeries(0, 60, new double[] {90, 110, 100});
    Forecast f = fit(series).forecast(series, 60, LEVELS);
    assertThat(f.quantiles()[2][0]).isBetween(80., 120.);
    assertThat(f.quantiles()[4][59]).isGreaterThan(130);
    assertThat(f.quantiles()[1][59]).isLessThan(90);
  }

  @Test
  void aConstantSeriesIsForecastAsItself() {
    double[] values = new double[20 * 288];
    Arrays.fill(values, 42);
    TimeSeries series = new TimeSeries(0, 300, values);
    Forecast f = fit(series).forecast(series, 288, LEVELS);
    for (double[] path : f.quantiles()) {
      assertThat(path[0]).isEqualTo(42, within(1e-4));
      assertThat(path[287]).isEqualTo(42, within(1e-4));
    }
  }

  @Test
  void halfZeroDemandHasZeroQuantilesBelowItsShareAndRealOnesAbove() {
    SplittableRandom random = new SplittableRandom(6);
    double[] values = new double[20 * 288];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < .7 ? 0 : 50 + 10 * random.nextDouble();
    }
    TimeSeries series = new TimeSeries(0, 300, values);
    double[][] q = fit(series).forecast(series, 100, new double[] {.5, .65, .9}).quantiles();
    assertThat(q[0][50]).isLessThan(15);
    assertThat(q[2][50]).isBetween(45., 60.);
  }

  private PooledRidgeModel fit(TimeSeries series) {
    return forecaster.fit(series, DemandCalendar.empty());
  }

  /** Ends with a present sample. */
  private static TimeSeries nasty(SplittableRandom random, int step, int n) {
    double[] values = new double[n];
    double scale =
        Math.pow(10, random.nextInt(9) == 0 ? random.nextInt(-307, 308) : random.nextDouble(-6, 9));
    int kind = random.nextInt(9);
    double walk = 0;
    for (int i = 0; i < n; i++) {
      walk += random.nextDouble() - .5;
      values[i] =
          switch (kind) {
            case 0 -> 0;
            case 1 -> scale;
            case 2 -> random.nextDouble() < .05 ? scale : 0;
            case 3 -> random.nextDouble() < .9 ? Double.NaN : scale * random.nextDouble();
            case 4 -> scale * (random.nextDouble() - .5);
            case 5 -> i == n / 2 ? scale : random.nextDouble();
            case 6 -> scale * walk;
            case 7 -> i < n / 2 ? scale : scale * 1e-9;
            default -> scale * ((double) i / n);
          };
    }
    values[n - 1] = Double.isNaN(values[n - 1]) ? scale : values[n - 1];
    return new TimeSeries(random.nextInt(), step, values);
  }
}
