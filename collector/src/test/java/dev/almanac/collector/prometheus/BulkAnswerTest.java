package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers about many series, good and bad. */
class BulkAnswerTest {
  private static final Instant FROM = Instant.ofEpochSecond(600);
  private static Vertx vertx;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  private static PrometheusSource source(URI url) {
    return new PrometheusSource(
        vertx,
        PrometheusOptions.of(url).withBodyLimits(1000, 1000).withTimeout(Duration.ofSeconds(5)));
  }

  private static BulkAnswer range(String body) {
    try (ScriptedServer server = ScriptedServer.json(body);
        PrometheusSource source = source(server.url())) {
      return source.bulkRange("q", FROM, 3, Duration.ofSeconds(60));
    }
  }

  private static String matrix(String series) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
        + series
        + "]}}";
  }

  @Test
  void samplesComeAsTheyWereSentWithTheirLabels() {
    BulkAnswer answer =
        range(
            matrix(
                "{\"metric\":{\"pod\":\"a\"},\"values\":[[600,\"1\"],[720,\"NaN\"]]},"
                    + "{\"values\":[[660,\"-2\"]],\"metric\":{\"pod\":\"b\"}}"));
    List<BulkAnswer.Labelled> series = ((BulkAnswer.Present) answer).series();
    assertThat(series).extracting(s -> s.label("pod")).containsExactly("a", "b");
    assertThat(series.get(0).at()).containsExactly(0, 2);
    assertThat(series.get(0).values()).containsExactly(1, Double.NaN);
    assertThat(series.get(1).values()).containsExactly(-2);
    assertThat(series.get(1).label("none")).isEmpty();
  }

  @Test
  void warningsAreKept() {
    String body = matrix("").replace("}}", "},\"warnings\":[\"a store is away\"]}");
    assertThat(((BulkAnswer.Present) range(body)).warnings()).containsExactly("a store is away");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"metric":{},"values":[[601,"1"]]}                 | off the grid
          {"metric":{},"values":[[780,"1"]]}                 | off the grid
          {"metric":{},"values":[[660,"1"],[600,"1"]]}       | not in order
          {"metric":{},"values":[[600,"x"]]}                 | value
          {"metric":{},"values":[[600                        | value
          """)
  void whatIsNoAnswerIsRefused(String series, String says) {
    assertThat(range(matrix(series)))
        .isInstanceOfSatisfying(
            BulkAnswer.Refused.class, r -> assertThat(r.detail()).containsIgnoringCase(says));
  }

  @ParameterizedTest
  @CsvSource({
    "200 OK, TooMuch", // longer than the limit
    "422 Unprocessable Entity, TooMuch",
    "429 Too Many Requests, Busy",
    "503 Service Unavailable, Busy",
    "400 Bad Request, Refused",
    "401 Unauthorized, Refused"
  })
  void statusSaysWhatToDo(String status, String kind) {
    String body =
        status.startsWith("200")
            ? matrix("{\"metric\":{\"pod\":\"" + "x".repeat(2000) + "\"},\"values\":[]}")
            : "{\"status\":\"error\",\"error\":\"why\"}";
    try (ScriptedServer server =
            ScriptedServer.start(
                (_, out) -> ScriptedServer.write(out, status, "application/json", body));
        PrometheusSource source = source(server.url())) {
      assertThat(source.bulkRange("q", FROM, 3, Duration.ofSeconds(60)).getClass().getSimpleName())
          .isEqualTo(kind);
    }
  }

  @Test
  void nobodyThereIsBusy() {
    try (PrometheusSource source = source(URI.create("http://127.0.0.1:1"))) {
      assertThat(source.bulkInstant("q", FROM)).isInstanceOf(BulkAnswer.Busy.class);
    }
  }

  @Test
  void labelSetsAreReadFromTheIndex() {
    try (ScriptedServer server =
            ScriptedServer.json(
                "{\"status\":\"success\",\"data\":[{\"pod\":\"a\"},{}],\"x\":[1]}");
        PrometheusSource source = source(server.url())) {
      BulkAnswer answer = source.bulkSeries("up{a=\"b\"}", FROM, FROM.plusSeconds(60));
      assertThat(((BulkAnswer.Present) answer).series())
          .extracting(BulkAnswer.Labelled::labels)
          .containsExactly(Map.of("pod", "a"), Map.of());
      assertThat(server.requests.getFirst().form())
          .containsEntry("match[]", "up{a=\"b\"}")
          .containsEntry("start", "600");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"status":"success","data":{}}
          {"status":"error","data":[]}
          {"status":"success","data":[{"a":1}]}
          {"status":"success","data":[
          []
          """)
  void whatIsNoIndexIsRefused(String body) {
    try (ScriptedServer server = ScriptedServer.json(body);
        PrometheusSource source = source(server.url())) {
      assertThat(source.bulkSeries("up", FROM, FROM)).isInstanceOf(BulkAnswer.Refused.class);
    }
  }
}
