package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusSourceTest {
  private static final Instant FROM = Instant.ofEpochSecond(1_700_000_040);
  private static final Duration STEP = Duration.ofMinutes(1);
  private static Vertx vertx;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @Test
  void asksForTheRangeAndReadsIt() {
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source = source(server, "/prefix/")) {
      SeriesReading reading = source.range("up{a=\"b & c\"}", FROM, FROM.plusSeconds(179), STEP);

      assertThat(reading).isEqualTo(present(1, 1, 1));
      ScriptedServer.Request request = server.requests.getFirst();
      assertThat(request.line()).isEqualTo("POST /prefix/api/v1/query_range HTTP/1.1");
      assertThat(request.form())
          .containsEntry("query", "up{a=\"b & c\"}")
          .containsEntry("start", "1700000040")
          .containsEntry("end", "1700000160")
          .containsEntry("step", "60")
          .containsEntry("timeout", "10000ms");
      assertThat(request.headers()).doesNotContainKeys("authorization", "accept-encoding");
    }
  }

  @Test
  void cutsALongRangeBelowTheLimitAndJoinsIt() {
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source = source(server, "")) {
      SeriesReading reading = source.range("up", FROM, FROM.plus(STEP.multipliedBy(24_999)), STEP);

      TimeSeries series = ((SeriesReading.Present) reading).series();
      assertThat(series.length()).isEqualTo(25_000);
      assertThat(series.presentCount()).isEqualTo(25_000);
      assertThat(server.requests)
          .extracting(r ->
              (Long.parseLong(r.form().get("end")) - Long.parseLong(r.form().get("start"))) / 60
                  + 1)
          .containsExactly(11_000L, 11_000L, 3_000L);
      assertThat(server.connectionsOpened()).isEqualTo(1);
    }
  }

  @Test
  void aPartThatIsEmptyIsAbsentAndAPartThatFailsFailsTheWhole() {
    AtomicInteger answers = new AtomicInteger();
    try (ScriptedServer server =
            ScriptedServer.start((request, out) -> {
              switch (answers.getAndIncrement()) {
                case 0, 2 -> ScriptedServer.write(out, "200 OK", "application/json", EMPTY);
                case 1, 3 -> answerOnes(request, out);
                default -> ScriptedServer.write(out, "503 No", "text/plain", "secret");
              }
            });
        PrometheusSource source =
            new PrometheusSource(
                vertx, PrometheusOptions.of(server.url()).withMaxPointsPerRequest(2))) {
      assertThat(source.range("up", FROM, FROM.plusSeconds(180), STEP))
          .isEqualTo(present(Double.NaN, Double.NaN, 1, 1));
      assertThat(source.range("up", FROM, FROM.plusSeconds(300), STEP))
          .isEqualTo(new SeriesReading.NoData("HTTP 503"));
    }
  }

  @Test
  void readsAnInstant() {
    Instant at = Instant.ofEpochMilli(1_700_000_040_500L);
    Duration fresh = Duration.ofMinutes(2);
    for (String answer :
        List.of(
            vector("{\"metric\":{\"a\":\"b\"},\"value\":[1700000040.5,\"3.25\"]}"),
            """
            {"status":"success","data":{"resultType":"scalar","result":[1700000040.5,"3.25"]}}\
            """)) {
      try (ScriptedServer server = ScriptedServer.json(answer);
          PrometheusSource source = source(server, "")) {
        assertThat(source.instant("up", at, fresh)).isEqualTo(new Reading.Present(3.25, at));
        assertThat(server.requests.getFirst().line()).startsWith("POST /api/v1/query HTTP");
        assertThat(server.requests.getFirst().form()).containsEntry("time", "1700000040.500");
        assertThat(source.instant("up", at.plusSeconds(600), fresh))
            .isEqualTo(new Reading.Stale(3.25, at));
        assertThat(source.instant("up", at.minusSeconds(600), fresh))
            .isEqualTo(new Reading.Skewed(3.25, at));
      }
    }
  }

  @Test
  void saysHowTheStoreIs() {
    Instant serverNow = Instant.ofEpochSecond(1_700_000_100);
    try (ScriptedServer server =
            ScriptedServer.start((request, out) ->
                ScriptedServer.write(
                    out,
                    "200 OK",
                    "application/json",
                    request.line().startsWith("GET /api/v1/status/buildinfo ")
                        ? "{\"status\":\"success\",\"data\":{\"version\":\"3.5.0\"}}"
                        : """
                        {"status":"success","data":{"resultType":"scalar",
                         "result":[1700000100,"1700000100"]}}\
                        """));
        PrometheusSource source = source(server, "")) {
      assertThat(source.check(InstantSource.fixed(serverNow.minusSeconds(7))))
          .isInstanceOfSatisfying(
              Health.Up.class,
              up -> {
                assertThat(up.version()).contains("3.5.0");
                assertThat(up.clockAhead()).isCloseTo(Duration.ofSeconds(7), Duration.ZERO);
              });
      assertThat(source.serverTime()).contains(serverNow);
    }
  }

  @Test
  void aStoreWithoutBuildInfoIsUpAllTheSame() {
    try (ScriptedServer server =
            ScriptedServer.start((request, out) -> {
              if (request.line().startsWith("GET")) {
                ScriptedServer.write(out, "404 Not Found", "text/plain", "404");
              } else {
                ScriptedServer.write(
                    out,
                    "200 OK",
                    "application/json",
                    """
                    {"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}\
                    """);
              }
            });
        PrometheusSource source = source(server, "")) {
      assertThat(source.check(InstantSource.system()))
          .isInstanceOfSatisfying(Health.Up.class, up -> assertThat(up.version()).isEmpty());
    }
  }

  @Test
  void sendsTheTokenAsItIsInItsFileNow() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first-token\n");
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source =
            new PrometheusSource(
                vertx,
                PrometheusOptions.of(server.url())
                    .withAuthentication(new Authentication.Bearer(token)))) {
      source.range("up", FROM, FROM, STEP);
      Files.writeString(token, "second-and-longer\n");
      source.range("up", FROM, FROM, STEP);

      assertThat(server.requests)
          .extracting(r -> r.headers().get("authorization"))
          .containsExactly("Bearer first-token", "Bearer second-and-longer");
    }
  }

  @Test
  void aRefusedTokenIsTriedAgainOnlyWhenTheFileHasChanged() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "old");
    try (ScriptedServer server =
            ScriptedServer.start((request, out) -> {
              if (request.headers().get("authorization").equals("Bearer new")) {
                answerOnes(request, out);
              } else {
                ScriptedServer.write(out, "401 Unauthorized", "text/plain", "old is wrong");
              }
            });
        PrometheusSource source =
            new PrometheusSource(
                vertx,
                PrometheusOptions.of(server.url())
                    .withAuthentication(new Authentication.Bearer(token)))) {
      assertThat(source.range("up", FROM, FROM, STEP))
          .isEqualTo(new SeriesReading.NoData("refused: 401"));
      assertThat(server.requests).hasSize(1);

      var modified = Files.getLastModifiedTime(token);
      Files.writeString(token, "new");
      Files.setLastModifiedTime(token, modified);
      assertThat(source.range("up", FROM, FROM, STEP)).isEqualTo(present(1));
      assertThat(server.requests).hasSize(3);
    }
  }

  @Test
  void sendsUserAndPassword() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "pässword: x\n");
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source =
            new PrometheusSource(
                vertx,
                PrometheusOptions.of(server.url())
                    .withAuthentication(new Authentication.Basic("almanac", password)))) {
      source.range("up", FROM, FROM, STEP);

      assertThat(server.requests.getFirst().headers())
          .containsEntry("authorization", "Basic YWxtYW5hYzpww6Rzc3dvcmQ6IHg=");
    }
  }

  @Test
  void neverSendsMoreAtOnceThanAllowed() throws Exception {
    AtomicInteger under = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(3);
    try (ScriptedServer server =
            ScriptedServer.start((request, out) -> {
              most.accumulateAndGet(under.incrementAndGet(), Math::max);
              full.countDown();
              full.await(); // No answer before three are here together.
              under.decrementAndGet();
              answerOnes(request, out);
            });
        PrometheusSource source =
            new PrometheusSource(vertx, PrometheusOptions.of(server.url()).withMaxConcurrent(3))) {
      List<SeriesReading> readings = new ArrayList<>();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        callers.add(
            Thread.ofVirtual()
                .start(() -> {
                  SeriesReading reading = source.range("up", FROM, FROM, STEP);
                  synchronized (readings) {
                    readings.add(reading);
                  }
                }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(readings).hasSize(40).containsOnly(present(1));
      assertThat(most).hasValue(3);
      assertThat(server.connectionsOpened()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void answersACallerThatBlocksAVertxVirtualThreadAndOutlivesIt() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source = source(server, "")) {
      CompletableFuture<SeriesReading> reading = new CompletableFuture<>();
      Deployable caller =
          _ -> {
            try (PrometheusSource inside = source(server, "")) {
              inside.range("up", FROM, FROM, STEP);
            }
            reading.complete(source.range("up", FROM, FROM, STEP));
            return Future.succeededFuture();
          };
      String deployed =
          vertx
              .deployVerticle(
                  caller, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
              .await();
      assertThat(reading.get()).isEqualTo(present(1));

      vertx.undeploy(deployed).await();
      assertThat(source.range("up", FROM, FROM, STEP)).isEqualTo(present(1));
    }
  }

  @Test
  void refusesToBlockAnEventLoop() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source = source(server, "")) {
      CompletableFuture<Object> thrown = new CompletableFuture<>();
      vertx.runOnContext(_ -> {
        try {
          thrown.complete(source.range("up", FROM, FROM, STEP));
        } catch (IllegalStateException e) {
          thrown.complete(e);
        }
      });
      assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anInterruptedCallerGetsNoDataAndStaysInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Boolean> cut = new CompletableFuture<>();
    try (ScriptedServer server =
            ScriptedServer.start((_, out) -> {
              asked.countDown();
              writeUntilCut(out, cut);
            });
        PrometheusSource source = source(server, "")) {
      CompletableFuture<SeriesReading> reading = new CompletableFuture<>();
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                reading.complete(source.range("up", FROM, FROM, STEP));
                interrupted.complete(Thread.currentThread().isInterrupted());
              });
      asked.await();
      caller.interrupt();
      assertThat(reading.get()).isEqualTo(new SeriesReading.NoData("interrupted"));
      assertThat(interrupted.get()).isTrue();
      assertThat(cut.get()).isTrue();
    }
  }

  @Test
  void aKeptConnectionThatTheServerHasGivenUpIsReplacedAtOnce() {
    AtomicInteger calls = new AtomicInteger();
    try (ScriptedServer server =
            ScriptedServer.start((request, out) -> {
              if (calls.incrementAndGet() == 2) {
                throw new IOException("closed while idle");
              }
              answerOnes(request, out);
            });
        PrometheusSource source = source(server, "")) {
      assertThat(source.range("up", FROM, FROM, STEP)).isEqualTo(present(1));
      assertThat(source.range("up", FROM, FROM, STEP)).isEqualTo(present(1));
      assertThat(server.connectionsOpened()).isEqualTo(2);
    }
  }

  @Test
  void aClosedSourceSaysSo() {
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes)) {
      PrometheusSource source = source(server, "");
      source.close();
      source.close();
      assertThat(source.range("up", FROM, FROM, STEP))
          .isEqualTo(new SeriesReading.NoData("unreachable: this source is closed"));
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void mistakesOfTheCallerThrow() {
    try (PrometheusSource source =
        new PrometheusSource(vertx, PrometheusOptions.of(URI.create("http://localhost")))) {
      assertThatThrownBy(() -> source.range("up", FROM, FROM.minusSeconds(1), STEP))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> source.range("up", FROM, FROM, Duration.ofMillis(1500)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> source.range("up", FROM, FROM, Duration.ofMillis(10)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> source.range("up", FROM, FROM.plusSeconds(2_000_000), Duration.ofSeconds(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2,000,001 points");
    }
  }

  @Test
  void optionsAreChecked() {
    for (String url :
        List.of(
            "ftp://a",
            "a:9090",
            "/a",
            "http://user:pw@a",
            "http://a?x=1",
            "http://a/#b",
            "http:a")) {
      assertThatThrownBy(() -> PrometheusOptions.of(URI.create(url)))
          .as(url)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("url must")
          .message()
          .doesNotContain("pw");
    }
    PrometheusOptions options = PrometheusOptions.of(URI.create("http://a"));
    assertThatThrownBy(() -> options.withTimeout(Duration.ZERO)).hasMessageContaining("timeout");
    assertThatThrownBy(() -> options.withMaxConcurrent(0)).hasMessageContaining("maxConcurrent");
    assertThatThrownBy(() -> options.withMaxPointsPerRequest(11_001))
        .hasMessageContaining("maxPointsPerRequest must be 1 to 11,000");
    assertThatThrownBy(() -> options.withTls(TlsFiles.trusting(Path.of("ca"))))
        .hasMessageContaining("not https");
  }

  static final String EMPTY =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}";

  /** Answers a range query with 1 at every point. */
  static void answerOnes(ScriptedServer.Request request, OutputStream out) throws IOException {
    long start = Long.parseLong(request.form().get("start"));
    long end = Long.parseLong(request.form().get("end"));
    long step = Long.parseLong(request.form().get("step"));
    String points =
        LongStream.rangeClosed(0, (end - start) / step)
            .mapToObj(i -> "[" + (start + i * step) + ",\"1\"]")
            .collect(Collectors.joining(","));
    ScriptedServer.write(
        out,
        "200 OK",
        "application/json",
        """
        {"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[%s]}]}}\
        """
            .formatted(points));
  }

  /** Sends a body that never ends, and reports when the client has closed the connection. */
  static void writeUntilCut(OutputStream out, CompletableFuture<Boolean> cut) {
    try {
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      while (true) {
        out.write(' ');
        out.flush();
        Thread.sleep(5);
      }
    } catch (IOException | InterruptedException e) {
      cut.complete(true);
    }
  }

  private static PrometheusSource source(ScriptedServer server, String path) {
    return new PrometheusSource(vertx, PrometheusOptions.of(URI.create(server.url() + path)));
  }

  private static SeriesReading present(double... values) {
    return new SeriesReading.Present(new TimeSeries(FROM.getEpochSecond(), 60, values));
  }

  private static String vector(String elements) {
    return """
    {"status":"success","data":{"resultType":"vector","result":[%s]}}\
    """
        .formatted(elements);
  }
}
