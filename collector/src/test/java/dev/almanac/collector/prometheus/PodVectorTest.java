package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.metrics.PodValues;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One value for each pod. */
class PodVectorTest {
  private static final Instant AT = Instant.ofEpochSecond(600);
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
  void everyPodHasItsValueAndWhatIsNoMeasurementIsLeftOut() {
    assertThat(
            read(
                vector(
                    """
                    {"metric":{"pod":"web-a"},"value":[600,"12.5"]},
                    {"value":[600,"0"],"metric":{"app":"x","pod":"web-b"}},
                    {"metric":{"pod":"web-c"},"value":[600,"NaN"]},
                    {"metric":{"pod":"web-d"},"value":[600,"-1"]},
                    {"metric":{"pod":"web-e"},"value":[600,"+Inf"]}
                    """)))
        .isEqualTo(new PodValues.Present(Map.of("web-a", 12.5, "web-b", 0.0), AT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metric':{'app':'x'},'value':[600,'1']} | a series has no label pod",
        "{'metric':{'pod':'a'},'value':[600,'1']},{'metric':{'pod':'a','app':'x'},'value':[600,'2']}"
            + " | the query yields two series for one pod",
        "{'metric':{'pod':'a'},'value':[600,'NaN']} | no pod has a value",
        "'' | no pod has a value"
      },
      quoteCharacter = '"')
  void whatCannotBeToldApartIsNone(String series, String why) {
    String body = vector("''".equals(series) ? "" : series.replace('\'', '"'));
    assertThat(read(body)).isEqualTo(new PodValues.None(why));
  }

  @Test
  void anAnswerThatIsIncompleteIsNone() {
    String body =
        "{\"status\":\"success\",\"warnings\":[\"half is missing\"],\"data\":{\"resultType\":\"vector\",\"result\":"
            + "[{\"metric\":{\"pod\":\"a\"},\"value\":[600,\"1\"]}]}}";
    assertThat(read(body)).isEqualTo(new PodValues.None("warnings: half is missing"));
  }

  @Test
  void aStoreThatRefusesHasNone() {
    try (ScriptedServer server =
            ScriptedServer.start(
                (_, out) -> ScriptedServer.write(out, "503 Busy", "text/plain", "no"));
        PrometheusSource source = new PrometheusSource(vertx, PrometheusOptions.of(server.url()))) {
      assertThat(source.byPod("up", AT)).isInstanceOf(PodValues.None.class);
    }
  }

  private static String vector(String series) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}"
        .formatted(series);
  }

  private static PodValues read(String body) {
    try (ScriptedServer server =
            ScriptedServer.start(
                (_, out) -> ScriptedServer.write(out, "200 OK", "application/json", body));
        PrometheusSource source = new PrometheusSource(vertx, PrometheusOptions.of(server.url()))) {
      PodValues read = source.byPod("sum by (pod) (up)", AT);
      assertThat(server.requests)
          .singleElement()
          .satisfies(r ->
              assertThat(r.form())
                  .containsEntry("time", "600.000")
                  .containsEntry("query", "sum by (pod) (up)"));
      return read;
    }
  }
}
