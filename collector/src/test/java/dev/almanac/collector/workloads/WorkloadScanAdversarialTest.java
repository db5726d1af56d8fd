package dev.almanac.collector.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is busy, refuses, or has not what is needed. */
class WorkloadScanAdversarialTest {
  private static final ScanOptions OPTIONS =
      new ScanOptions(Instant.ofEpochSecond(1_764_000_000), 14, "", 0);
  private static final String NOTHING =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[]}}";

  private record Answer(int status, String body) {}

  private final List<Map<String, String>> forms = new CopyOnWriteArrayList<>();
  private Function<Map<String, String>, Answer> script = _ -> new Answer(500, "");
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server = start();
  private final PrometheusSource source =
      new PrometheusSource(
          vertx,
          PrometheusOptions.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())));

  private HttpServer start() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      started.createContext(
          "/",
          exchange -> {
            Map<String, String> form = new HashMap<>();
            String text =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            for (String pair : text.split("&", -1)) {
              String[] both = pair.split("=", 2);
              form.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
            }
            forms.add(form);
            Answer answer = script.apply(form);
            exchange.getResponseHeaders().add("content-type", "application/json");
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void forget() {
    forms.clear();
  }

  @AfterEach
  void stop() {
    source.close();
    server.stop(0);
    vertx.close().await();
  }

  @Test
  void aBusyStoreIsAskedAgainAfterAWhile() throws ScanException {
    int[] asked = {0};
    script =
        _ -> ++asked[0] < 3 ? new Answer(429, "{}") : new Answer(200, NOTHING.formatted("vector"));
    Questions questions = new Questions(source, 0);
    long began = System.nanoTime();
    assertThat(questions.instant("q", OPTIONS.to())).isEmpty();
    // Half a second, then one.
    assertThat((System.nanoTime() - began) / 1e9).isGreaterThanOrEqualTo(1.5);
    assertThat(questions.cost().queries()).isEqualTo(3);
    assertThat(questions.cost().repeats()).isEqualTo(2);
  }

  @Test
  void whatIsTooMuchIsAskedForInSmallerPartsAndNothingIsLeftOut() throws ScanException {
    script =
        form -> {
          long points = (seconds(form, "end") - seconds(form, "start")) / 300 + 1;
          return points > 600
              ? new Answer(422, "{\"status\":\"error\",\"error\":\"too many samples\"}")
              : new Answer(200, NOTHING.formatted("matrix"));
        };
    Questions questions = new Questions(source, 0);
    List<Integer> firsts = new ArrayList<>();
    questions.range("q", OPTIONS, 1, (_, first) -> firsts.add(first));
    long next = OPTIONS.from().getEpochSecond();
    for (Map<String, String> form : forms) {
      long points = (seconds(form, "end") - seconds(form, "start")) / 300 + 1;
      if (points <= 600) {
        assertThat(seconds(form, "start")).isEqualTo(next);
        next = seconds(form, "end") + 300;
      }
    }
    assertThat(next).isEqualTo(OPTIONS.to().getEpochSecond() + 300);
    assertThat(firsts).startsWith(0).isSorted().doesNotHaveDuplicates();
    assertThat(questions.cost().repeats()).isEqualTo(3); // 4032, 2016, 1008, 504
  }

  private static long seconds(Map<String, String> form, String name) {
    return Long.parseLong(form.getOrDefault(name, "0"));
  }

  @Test
  void aPointThatIsTooMuchByItselfEndsTheScan() {
    script = _ -> new Answer(422, "{\"status\":\"error\",\"error\":\"too many samples\"}");
    assertThatThrownBy(() -> new Questions(source, 0).range("q", OPTIONS, 1, (_, _) -> {}))
        .isInstanceOf(ScanException.class)
        .hasMessageContaining("too many samples")
        .hasMessageContaining("the query was q");
    assertThat(forms.size()).isLessThan(20);
  }

  @Test
  void aStoreWithoutUsageSaysWhatIsMissing() {
    script = _ -> new Answer(200, NOTHING.formatted("vector"));
    assertThatThrownBy(() -> WorkloadScan.begin(source, OPTIONS))
        .isInstanceOf(ScanException.class)
        .hasMessageContaining("does this store scrape the kubelets' /metrics/cadvisor?");
  }

  @Test
  void usageWithoutContainersIsNotGuessedAt() {
    script =
        form ->
            new Answer(
                200,
                form.getOrDefault("query", "").equals("count(container_memory_working_set_bytes{})")
                    ? one("{}", "7")
                    : NOTHING.formatted("vector"));
    assertThatThrownBy(() -> WorkloadScan.begin(source, OPTIONS))
        .hasMessageContaining("has no label container or container_name");
  }

  private static String one(String labels, String value) {
    return NOTHING
        .formatted("vector")
        .replace("[]", "[{\"metric\":%s,\"value\":[1,\"%s\"]}]".formatted(labels, value));
  }

  @Test
  void oldLabelsAreFoundAndUsed() throws ScanException {
    script =
        form -> {
          String query = form.getOrDefault("query", "");
          boolean old = query.contains("container_name!=");
          return new Answer(
              200,
              query.contains("count_over_time") && old
                  ? one("{}", "60")
                  : query.startsWith("count by (job)") && old
                      ? one("{\"job\":\"kubernetes-cadvisor\"}", "7")
                      : NOTHING.formatted("vector"));
        };
    WorkloadScan scan = WorkloadScan.begin(source, OPTIONS);
    assertThat(scan.hasStateMetrics()).isFalse();
    Dialect dialect = Dialect.detect(new Questions(source, 0), OPTIONS);
    assertThat(dialect.memory("shop", ""))
        .isEqualTo(
            "max by (pod_name, container_name, job) (max_over_time(container_memory_working_set_bytes"
                + "{namespace=\"shop\",container_name!=\"\",container_name!=\"POD\",pod_name!=\"\"}[300s]))");
    assertThat(dialect.scrape()).hasMinutes(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"} or up{b=\"", "shop\n", "$x"})
  void aNamespaceCannotLeaveItsString(String namespace) {
    Dialect dialect = OwnersTest.DIALECT;
    for (String query :
        List.of(
            dialect.cpu(namespace, ""),
            dialect.facts(namespace),
            dialect.owners(namespace),
            dialect.restartsOfKilled(namespace),
            dialect.heap(namespace))) {
      assertThat(query).doesNotContain("up{b=\"").doesNotContain("\n");
    }
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> new ScanOptions(OPTIONS.to(), 3, "", 0))
        .hasMessageContaining("4 to 60");
    assertThatThrownBy(() -> new ScanOptions(OPTIONS.to(), 14, "", -1))
        .hasMessageContaining("rest");
    assertThatThrownBy(() -> new ScanOptions(OPTIONS.to(), 14, "", Double.NaN))
        .hasMessageContaining("rest");
  }
}
