package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.series.TimeSeries;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeveralSeriesTest {
  private static final Instant FROM = Instant.ofEpochSecond(600);
  private static final Duration STEP = Duration.ofMinutes(1);
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @Test
  void everySeriesIsOnTheGridThatWasAskedFor() {
    String body =
        matrix(
            """
            {"metric":{"__name__":"up","job":"a"},"values":[[600,"1"],[720,"3"]]},
            {"values":[[660,"-2"],[720,"NaN"],[600,"-0"]],"metric":{"job":"b\\"c"}}
            """);
    SeveralSeries.Present read = (SeveralSeries.Present) read(body, 3);
    assertThat(read.byName()).containsOnlyKeys("up{job=\"a\"}", "{job=\"b\\x22c\"}");
    assertThat(read.byName().firstEntry().getValue()).isEqualTo(series(1, Double.NaN, 3));
    assertThat(read.byName().lastEntry().getValue()).isEqualTo(series(0.0, Double.NaN, Double.NaN));
    assertThat(read.warnings()).isEmpty();
  }

  @Test
  void aLongRangeTakesSmallerPartsTheMoreSeriesThereAre() {
    try (ScriptedServer server =
            ScriptedServer.start((request, out) -> {
              long start = Long.parseLong(request.form().get("start"));
              String series =
                  IntStream.range(0, 100)
                      .mapToObj(i ->
                          "{\"metric\":{\"i\":\"%d\"},\"values\":[[%d,\"%d\"]]}"
                              .formatted(i, start, i))
                      .collect(Collectors.joining(","));
              ScriptedServer.write(out, "200 OK", "application/json", matrix(series));
            });
        PrometheusSource source = source(server.url())) {
      SeveralSeries.Present read =
          (SeveralSeries.Present)
              source.ranges("x", FROM, FROM.plus(STEP.multipliedBy(11_999)), STEP);
      assertThat(read.byName()).hasSize(100);
      assertThat(server.requests)
          .extracting(r ->
              (Long.parseLong(r.form().get("end")) - Long.parseLong(r.form().get("start"))) / 60
                  + 1)
          .containsExactly(500L, 5_000L, 5_000L, 1_500L);
      TimeSeries last = read.byName().get("{i=\"99\"}");
      assertThat(last.length()).isEqualTo(12_000);
      assertThat(last.presentCount()).isEqualTo(4);
      assertThat(last.values()[500]).isEqualTo(99);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'[601,\"1\"]', off the grid",
    "'[540,\"1\"]', off the grid",
    "'[780,\"1\"]', off the grid",
    "'[600,\"many\"]', ''"
  })
  void aPointThatCannotBeEndsTheReading(String point, String why) {
    SeveralSeries read = read(matrix("{\"metric\":{},\"values\":[" + point + "]}"), 3);
    assertThat(read).isInstanceOf(SeveralSeries.None.class);
    assertThat(((SeveralSeries.None) read).detail()).contains(why);
  }

  @Test
  void noSeriesAndTooManyAreSaid() {
    assertThat(read(matrix(""), 3))
        .isEqualTo(new SeveralSeries.None("the query has no series in the range"));
    String many =
        IntStream.range(0, 1_001)
            .mapToObj(i -> "{\"metric\":{\"i\":\"%d\"},\"values\":[[600,\"1\"]]}".formatted(i))
            .collect(Collectors.joining(","));
    assertThat(((SeveralSeries.None) read(matrix(many), 3)).detail())
        .isEqualTo("the query yields more than 1,000 series");
    // 600 series of 40,000 points each would be 24 million.
    String some =
        IntStream.range(0, 600)
            .mapToObj(i -> "{\"metric\":{\"i\":\"%d\"},\"values\":[[600,\"1\"]]}".formatted(i))
            .collect(Collectors.joining(","));
    assertThat(((SeveralSeries.None) read(matrix(some), 40_000)).detail())
        .contains("more than 20,000,000 points");
  }

  @Test
  void aStoreThatIsNotThereIsUnreachable() {
    try (PrometheusSource source = source(URI.create("http://127.0.0.1:1"))) {
      assertThat(source.ranges("x", FROM, FROM, STEP))
          .isInstanceOf(SeveralSeries.Unreachable.class);
      assertThatThrownBy(() -> source.ranges("x", FROM, FROM.minusSeconds(1), STEP))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> source.ranges("x", FROM, FROM, Duration.ofMillis(1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static SeveralSeries read(String body, int points) {
    try (ScriptedServer server = ScriptedServer.json(body);
        PrometheusSource source = source(server.url())) {
      return source.ranges("x", FROM, FROM.plus(STEP.multipliedBy(points - 1L)), STEP);
    }
  }

  private static PrometheusSource source(URI url) {
    return new PrometheusSource(vertx, PrometheusOptions.of(url));
  }

  private static TimeSeries series(double... values) {
    return new TimeSeries(FROM.getEpochSecond(), 60, values);
  }

  private static String matrix(String series) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
        + series
        + "]}}";
  }
}
