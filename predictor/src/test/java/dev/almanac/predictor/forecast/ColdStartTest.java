package dev.almanac.predictor.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Series of hours: 5-minute steps, half a day. */
class ColdStartTest {
  private static final double[] LEVELS = {.5, .9, .95, .99};
  private static final int N = 144;
  private static final int HOUR = 12;

  @Test
  void whatHasBeenMostlyNothingAndIsNowIsNothingSoon() {
    double[] rare = new double[N];
    for (int i = 10; i < 20; i++) {
      rare[i] = 7;
    }
    Forecast f = forecast(rare);
    assertThat(f.quantiles()[0][HOUR - 1]).isLessThan(.001);
    assertThat(f.quantiles()[1][HOUR - 1]).as("p90, a ninth of the day had any").isLessThan(.01);
    assertThat(f.quantiles()[3][HOUR - 1]).as("p99: it did begin once").isGreaterThan(1);
  }

  @Test
  void whatHasRestedIsNothingUpToTheOddsThatItWakes() {
    double[] atTen = new double[N];
    for (int i = 10; i < 20; i++) {
      atTen[i] = 7;
    }
    // Awoke once in nearly twelve hours: by half a case more than never within a quarter of an
    // hour.
    Forecast f = forecast(atTen);
    assertThat(f.quantiles()[2][2]).as("p95 in a quarter of an hour").isZero();
    double[] hourly = new double[N];
    for (int i = 0; i < N - HOUR; i += 2 * HOUR) {
      hourly[i] = 7;
    }
    Forecast often = forecast(hourly);
    assertThat(often.quantiles()[0][2]).as("median, a run every two hours").isZero();
    assertThat(often.quantiles()[3][2]).as("p99, a run every two hours").isPositive();
  }

  @Test
  void rarelyAwakeDemandIsCoveredAsPromised() {
    SplittableRandom random = new SplittableRandom(5);
    int[] below = new int[LEVELS.length];
    int cases = 0;
    for (int round = 0; round < 400; round++) {
      double[] calls = new double[N + HOUR];
      int awake = 0;
      for (int i = 0; i < calls.length; i++) {
        awake = awake > 0 ? awake - 1 : random.nextDouble() < .02 ? 2 : 0;
        calls[i] = awake > 0 ? 5 + random.nextDouble() : 0;
      }
      Forecast f = forecast(java.util.Arrays.copyOf(calls, N));
      for (int h = 0; h < HOUR; h++) {
        cases++;
        for (int i = 0; i < LEVELS.length; i++) {
          below[i] += calls[N + h] <= f.quantiles()[i][h] ? 1 : 0;
        }
      }
    }
    assertThat((double) below[2] / cases).as("p95").isBetween(.94, .99);
    assertThat((double) below[3] / cases).as("p99").isBetween(.975, 1.0);
  }

  @Test
  void demandThatWandersIsCarriedOnFromWhereItIs() {
    SplittableRandom random = new SplittableRandom(6);
    double fromLast = 0;
    double fromHour = 0;
    for (int round = 0; round < 50; round++) {
      double[] walk = new double[N];
      walk[0] = 1000;
      for (int i = 1; i < N; i++) {
        walk[i] = walk[i - 1] + 10 * random.nextGaussian();
      }
      double hour = java.util.Arrays.stream(walk, N - HOUR, N).average().orElseThrow();
      double median = forecast(walk).quantiles()[0][0];
      fromLast += Math.abs(median - walk[N - 1]);
      fromHour += Math.abs(median - hour);
    }
    assertThat(fromLast).as("five minutes ahead").isLessThan(fromHour / 2);
  }

  @Test
  void demandInBlocksLastsAsLongAsBlocksDo() {
    double[] blocks = new double[N];
    for (int i = 0; i < N; i++) {
      blocks[i] = i / 36 % 2 == 1 ? 100 : 0;
    }
    Forecast f = forecast(blocks);
    assertThat(f.quantiles()[0][0]).as("on, five minutes from now").isGreaterThan(95);
    assertThat(f.quantiles()[0][HOUR - 1]).as("and in an hour").isGreaterThan(80);
  }

  @Test
  void noiseAroundALevelIsCoveredAsPromised() {
    SplittableRandom random = new SplittableRandom(4);
    int[] below = new int[LEVELS.length];
    int rounds = 200;
    for (int round = 0; round < rounds; round++) {
      double[] noise = new double[N + HOUR];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = 400 + 20 * random.nextGaussian();
      }
      Forecast f = forecast(java.util.Arrays.copyOf(noise, N));
      for (int h = 0; h < HOUR; h++) {
        for (int i = 0; i < LEVELS.length; i++) {
          below[i] += noise[N + h] <= f.quantiles()[i][h] ? 1 : 0;
        }
      }
    }
    double steps = rounds * HOUR;
    assertThat(below[0] / steps).isBetween(.43, .57);
    assertThat(below[1] / steps).isBetween(.87, .94);
    assertThat(below[2] / steps).isBetween(.92, .98);
    assertThat(below[3] / steps).isBetween(.97, 1.0);
  }

  private static Forecast forecast(double[] values) {
    TimeSeries history = new TimeSeries(0, 300, values);
    return new PooledRidgeForecaster()
        .fit(history, DemandCalendar.empty())
        .forecast(history, HOUR, LEVELS);
  }
}
