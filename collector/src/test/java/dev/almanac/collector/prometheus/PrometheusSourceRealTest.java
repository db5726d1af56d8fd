package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.collector.promql.PromQl;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.testbed.PrometheusServer;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two days in a real Prometheus, read back. */
@Tag("real")
class PrometheusSourceRealTest {
  private static final Duration STEP = Duration.ofMinutes(1);
  private static final Duration FRESH = Duration.ofMinutes(2);
  private static final int MINUTES = 2 * 24 * 60;

  /** Half an hour without samples, from this minute on. */
  private static final int GAP = 1000;

  private static final String HOSTILE = "a\"} or up{b=\"\\\n$name.*é";

  @TempDir static Path folder;
  private static Vertx vertx;
  private static PrometheusServer prometheus;
  private static PrometheusSource source;
  private static Instant from;
  private static Instant to;

  @BeforeAll
  static void loadTwoDays() throws Exception {
    to = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(600);
    from = to.minus(STEP.multipliedBy(MINUTES - 1));
    StringBuilder text = new StringBuilder("# TYPE demand gauge\n");
    for (int i = 0; i < MINUTES; i++) {
      if (i < GAP || i >= GAP + 30) {
        text.append("demand{app=\"web\"} %s %d\n".formatted(demand(i), second(i)));
      }
    }
    for (int i = 0; i < MINUTES; i++) {
      text.append(
          "demand{app=\"%s\"} 7 %d\n"
              .formatted(
                  HOSTILE.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"),
                  second(i)));
    }
    text.append("# TYPE requests counter\n");
    for (int i = 0; i < MINUTES; i++) {
      text.append("requests_total{app=\"web\"} %d %d\n".formatted(120L * i, second(i)));
    }
    Path file = Files.writeString(folder.resolve("two-days.om"), text.append("# EOF\n"));
    prometheus = PrometheusServer.start(folder.resolve("prometheus"), List.of(file));
    vertx = Vertx.vertx();
    source = new PrometheusSource(vertx, PrometheusOptions.of(prometheus.url()));
  }

  @AfterAll
  static void stop() {
    if (source != null) {
      source.close();
      vertx.close().await();
    }
    if (prometheus != null) {
      prometheus.close();
    }
  }

  @Test
  void everySampleComesBackAndTheGapIsAbsent() {
    TimeSeries series = present(source.range("demand{app=\"web\"}", from, to, STEP));

    assertThat(series.length()).isEqualTo(MINUTES);
    for (int i = 0; i < MINUTES; i++) {
      if (i < GAP || i >= GAP + 30) {
        assertThat(series.values()[i]).as("minute %d", i).isEqualTo(demand(i));
      } else if (i >= GAP + 5) { // Before, Prometheus still shows the last sample: five minutes.
        assertThat(series.values()[i]).as("minute %d", i).isNaN();
      }
    }
  }

  @Test
  void aCutRangeEqualsAWholeOne() {
    SeriesReading whole = source.range("demand{app=\"web\"}", from, to, STEP);
    try (PrometheusSource cutting =
        new PrometheusSource(
            vertx, PrometheusOptions.of(prometheus.url()).withMaxPointsPerRequest(97))) {
      assertThat(cutting.range("demand{app=\"web\"}", from, to, STEP)).isEqualTo(whole);
    }
  }

  @Test
  void aRangeAboveTheServersLimitIsReadInParts() {
    TimeSeries series =
        present(source.range("demand{app=\"web\"}", from, to, Duration.ofSeconds(10)));

    assertThat(series.length()).isEqualTo((MINUTES - 1) * 6 + 1).isGreaterThan(11_000);
    assertThat(series.values()[6 * 2000]).isEqualTo(demand(2000));
  }

  @Test
  void aRateIsRead() {
    TimeSeries series =
        present(source.range("sum(rate(requests_total{app=\"web\"}[5m]))", from, to, STEP));

    for (int i = 5; i < MINUTES; i++) {
      assertThat(series.values()[i]).isCloseTo(2, within(1e-9));
    }
  }

  @Test
  void aHostileNameFindsItsOwnSeriesAndNoOther() {
    String query = PromQl.fill("demand{app=\"$name\"}", Map.of("name", HOSTILE));
    assertThat(source.instant(query, to, FRESH)).isEqualTo(new Reading.Present(7, to));
    String pattern = PromQl.fill("sum(demand{app=~'$name'})", Map.of("name", HOSTILE));
    assertThat(source.instant(pattern, to, FRESH)).isEqualTo(new Reading.Present(7, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no_such_metric              | NoData
          demand                      | Invalid
          vector(0) / 0               | Invalid
          1 / vector(0)               | Invalid
          vector(-1)                  | Invalid
          sum(                        | Invalid
          vector(0)                   | Present
          """)
  void queriesAreTyped(String query, String kind) {
    SeriesReading range = source.range(query, to.minusSeconds(600), to, STEP);
    Reading instant = source.instant(query, to, FRESH);
    assertThat(range.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(instant.getClass().getSimpleName()).isEqualTo(kind);
  }

  @Test
  void aSeriesThatHasEndedIsStale() {
    Instant later = to.plusSeconds(600);
    assertThat(
            source
                .range("demand{app=\"web\"}", later.minusSeconds(3600), later, STEP)
                .latest(later, FRESH))
        .isInstanceOf(Reading.Stale.class);
  }

  @Test
  void saysWhichPrometheusItIsAndWhatTimeItHas() {
    assertThat(source.check(InstantSource.system()))
        .isInstanceOfSatisfying(
            Health.Up.class,
            up -> {
              assertThat(up.version()).isPresent();
              // One machine, one clock: what differs is below the round trip.
              assertThat(up.clockAhead().abs()).isLessThanOrEqualTo(up.roundTrip().plusMillis(2));
            });
  }

  @Test
  void aRestartIsSeenAndOvercomeWithoutANewSource() {
    assertThat(source.range("vector(1)", from, from, STEP))
        .isInstanceOf(SeriesReading.Present.class);
    prometheus.stop();
    assertThat(source.range("vector(1)", from, from, STEP))
        .isInstanceOfSatisfying(
            SeriesReading.NoData.class,
            noData -> assertThat(noData.detail()).startsWith("unreachable: "));
    assertThat(source.check(InstantSource.system())).isInstanceOf(Health.Down.class);
    prometheus.restart();
    assertThat(source.range("vector(1)", from, from, STEP))
        .isInstanceOf(SeriesReading.Present.class);
  }

  private static double demand(int minute) {
    return 100 + 50 * Math.sin(2 * Math.PI * minute / 1440);
  }

  private static long second(int minute) {
    return from.getEpochSecond() + 60L * minute;
  }

  private static TimeSeries present(SeriesReading reading) {
    assertThat(reading).isInstanceOf(SeriesReading.Present.class);
    return reading.seriesOrEmpty();
  }
}
