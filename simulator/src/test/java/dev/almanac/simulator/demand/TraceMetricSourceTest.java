package dev.almanac.simulator.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.Traces;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TraceMetricSourceTest {

  private static final Instant START = Traces.START;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static TraceMetricSource source(DemandTrace trace, Instant now) {
    return new TraceMetricSource(Map.of("web", trace), MetricTiming.DEFAULT, () -> now);
  }

  private static TimeSeries series(SeriesReading reading) {
    assertThat(reading).isInstanceOf(SeriesReading.Present.class);
    return reading.seriesOrEmpty();
  }

  @Test
  void aSampleIsTheMeanOfTicksSixToThreeBefore() {
    DemandTrace trace = Traces.minutes(Traces.busy(200, 5));
    TraceMetricSource source = source(trace, trace.end());
    TimeSeries metric = series(source.range("web", START, trace.end(), Duration.ofSeconds(15)));
    for (int k = 6; k <= trace.ticks(); k++) {
      double mean = (trace.at(k - 6) + trace.at(k - 5) + trace.at(k - 4) + trace.at(k - 3)) / 4;
      assertThat(metric.values()[k]).isCloseTo(mean, within(1e-12));
    }
  }

  @Test
  void theGridIsTheOneAskedFor() {
    DemandTrace trace = Traces.minutes(1, 2, 3, 4, 5, 6);
    Instant from = START.minusSeconds(100);
    TimeSeries metric = series(source(trace, trace.end()).range("web", from, trace.end(), MINUTE));
    assertThat(metric.startEpochSecond()).isEqualTo(from.getEpochSecond());
    assertThat(metric.stepSeconds()).isEqualTo(60);
    // From -100 s by 60 s up to 320 s of 360 s: 8 points; the first with demand is 80 s.
    assertThat(metric.values())
        .containsExactly(
            new double[] {
              Double.NaN, Double.NaN, Double.NaN, 1, 11 / 6.0, 17 / 6.0, 23 / 6.0, 29 / 6.0
            },
            within(1e-12));
  }

  @Test
  void laterDemandChangesNothing() {
    Random random = new Random(11);
    double[] values = Traces.busy(300, 6);
    for (int round = 0; round < 50; round++) {
      int known = 10 + random.nextInt(280);
      double[] other = values.clone();
      for (int m = known; m < other.length; m++) {
        other[m] = 1e6 * random.nextDouble();
      }
      Instant now = START.plusSeconds(60L * known + random.nextInt(30));
      SeriesReading a = source(Traces.minutes(values), now).range("web", START, now, MINUTE);
      SeriesReading b = source(Traces.minutes(other), now).range("web", START, now, MINUTE);
      assertThat(a).isEqualTo(b);
    }
  }

  @Test
  void nothingIsShownFromAfterTheClock() {
    DemandTrace trace = Traces.minutes(1, 2, 3, 4, 5, 6);
    Instant now = START.plusSeconds(180);
    TimeSeries metric = series(source(trace, now).range("web", START, trace.end(), MINUTE));
    assertThat(Arrays.stream(metric.values()).limit(4).skip(1)).doesNotContain(Double.NaN);
    assertThat(Arrays.stream(metric.values()).skip(4)).containsOnly(Double.NaN);
  }

  @Test
  void gapsAreAbsentAndAge() {
    DemandTrace trace = Traces.minutes(4, 4, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 4);
    Instant now = START.plusSeconds(330);
    SeriesReading reading = source(trace, now).range("web", START.plusSeconds(30), now, MINUTE);
    // At 210 s the window [120 s, 180 s) lies in the gap; at 150 s it is [60 s, 120 s).
    assertThat(reading.latest(now, Duration.ofSeconds(120)))
        .isEqualTo(new Reading.Stale(4, START.plusSeconds(150)));
    assertThat(reading.latest(now, Duration.ofSeconds(180))).isInstanceOf(Reading.Present.class);
  }

  @Test
  void windowAndDelayCanBeSet() {
    DemandTrace trace = Traces.minutes(2, 4, 6, 8);
    MetricTiming timing = new MetricTiming(Duration.ofSeconds(120), Duration.ZERO);
    var source = new TraceMetricSource(Map.of("web", trace), timing, trace::end);
    Instant at = START.plusSeconds(180);
    assertThat(series(source.range("web", at, at, MINUTE)).values()).containsExactly(5);
  }

  @Test
  void withoutSamplesThereIsNoData() {
    TraceMetricSource source = source(Traces.minutes(1, 2), START.plusSeconds(120));
    assertThat(source.range("other", START, START, MINUTE))
        .isEqualTo(new SeriesReading.NoData("no trace is called other"));
    assertThat(source.range("web", START.minusSeconds(600), START, MINUTE))
        .isEqualTo(new SeriesReading.NoData("no sample in the range"));
    assertThat(source.range("web", START, START.plusSeconds(4_000_000), Duration.ofSeconds(1)))
        .isInstanceOf(SeriesReading.NoData.class);
  }

  @Test
  void aGridThatIsNoneIsRefused() {
    TraceMetricSource source = source(Traces.minutes(1, 2), START);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.range("web", START, START.minusSeconds(1), MINUTE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source.range("web", START, START, Duration.ofMillis(1500)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MetricTiming(Duration.ZERO, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MetricTiming(MINUTE, Duration.ofSeconds(-1)));
  }
}
