package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broken, hostile or merely overloaded store may do, and the reading it leads to. */
class PrometheusSourceAdversarialTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_640);
  private static final Instant FROM = NOW.minusSeconds(600);
  private static final Duration STEP = Duration.ofMinutes(1);
  private static final Duration FRESH = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final String CANARY = "canary-3f9a";
  private static Vertx vertx;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    range(matrix("")); // Loads the classes, which can take longer than the short time limits below.
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @Test
  void anEmptyVectorIsNoDataAndNeverZero() {
    assertThat(instant(vector(""))).isEqualTo(new Reading.NoData("the query yields nothing"));
    assertThat(range(matrix("")).latest(NOW, FRESH)).isInstanceOf(Reading.NoData.class);
    assertThat(instant(vector("{\"metric\":{},\"value\":[1700000640,\"0\"]}")))
        .isEqualTo(new Reading.Present(0, NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "+Inf", "-Inf", "-5", "1e308", "", "1,5"})
  void aValueThatIsNoMeasurementIsInvalid(String value) {
    assertThat(instant(vector("{\"metric\":{},\"value\":[1700000640,\"" + value + "\"]}")))
        .isInstanceOf(Reading.Invalid.class);
    assertThat(
            range(matrix(series("[1700000580,\"3\"],[1700000640,\"" + value + "\"]")))
                .latest(NOW, FRESH))
        .isInstanceOf(Reading.Invalid.class);
  }

  @Test
  void aValueThatIsNotAStringIsInvalid() {
    for (String value : List.of("null", "1", "[]", "{}")) {
      assertThat(instant(vector("{\"metric\":{},\"value\":[1700000640," + value + "]}")))
          .isInstanceOf(Reading.Invalid.class);
    }
  }

  @Test
  void htmlWith200IsInvalidAndNotRepeated() {
    String page = "<html><body>Please log in, " + CANARY + "</body></html>";
    for (String contentType :
        List.of("text/html; charset=utf-8", "TEXT/HTML", "application/json", "")) {
      assertThat(range((_, out) -> ScriptedServer.write(out, "200 OK", contentType, page), 10_000))
          .isInstanceOfSatisfying(
              SeriesReading.Invalid.class,
              invalid -> assertThat(invalid.detail()).doesNotContain(CANARY, "log in"));
    }
  }

  @Test
  void truncatedJsonIsInvalid() {
    String whole = matrix(series("[1700000640,\"3\"]"));
    assertThat(range(whole.substring(0, whole.length() - 4)))
        .isInstanceOf(SeriesReading.Invalid.class);
  }

  @Test
  void aConnectionCutWithinTheBodyIsUnreachable() {
    assertThat(
            range(
                (_, out) -> {
                  out.write(head("200 OK", "Content-Length: 5000"));
                  out.write("{\"status\":\"succ".getBytes(StandardCharsets.UTF_8));
                  out.flush();
                  throw new IOException("cut");
                },
                10_000))
        .isEqualTo(
            new SeriesReading.NoData(
                "unreachable: the connection was closed before the answer was complete"));
  }

  @Test
  void statusErrorWith200IsInvalid() {
    assertThat(range("{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"too slow\"}"))
        .isEqualTo(new SeriesReading.Invalid("the store answers with an error: timeout: too slow"));
  }

  @Test
  void twoSeriesAreInvalid() {
    String two =
        "{\"metric\":{\"a\":\"1\"},\"value\":[1700000640,\"1\"]},"
            + "{\"metric\":{\"a\":\"2\"},\"value\":[1700000640,\"2\"]}";
    assertThat(instant(vector(two)))
        .isEqualTo(new Reading.Invalid("the query yields more than one series"));
    assertThat(range(matrix(series("[1700000640,\"1\"]") + "," + series("[1700000640,\"1\"]"))))
        .isEqualTo(new SeriesReading.Invalid("the query yields more than one series"));
  }

  @Test
  void theWrongTypeOfResultIsInvalid() {
    assertThat(range(vector("{\"metric\":{},\"value\":[1700000640,\"1\"]}")))
        .isEqualTo(new SeriesReading.Invalid("the result is a vector, expected matrix"));
    assertThat(instant(matrix(series("[1700000640,\"1\"]"))))
        .isEqualTo(new Reading.Invalid("the result is a matrix, expected scalar or vector"));
    assertThat(
            instant(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":"
                    + "[1700000640,\"5\"]}}"))
        .isEqualTo(new Reading.Invalid("the result is a string, expected scalar or vector"));
  }

  @Test
  void warningsMakeItPartial() {
    assertThat(
            range(
                    "{\"status\":\"success\",\"warnings\":[\"a store is down\"],\"data\":"
                        + "{\"resultType\":\"matrix\",\"result\":["
                        + series("[1700000640,\"3\"]")
                        + "]}}")
                .latest(NOW, FRESH))
        .isEqualTo(new Reading.Partial(3, NOW, "warnings: a store is down"));
    assertThat(
            instant(
                "{\"status\":\"success\",\"warnings\":[\"a store is down\"],\"data\":"
                    + "{\"resultType\":\"vector\",\"result\":["
                    + "{\"metric\":{},\"value\":[1700000640,\"3\"]}]}}"))
        .isEqualTo(new Reading.Partial(3, NOW, "warnings: a store is down"));
  }

  @Test
  void samplesOfTenMinutesAgoAreStale() {
    assertThat(range(matrix(series("[1700000040,\"3\"]"))).latest(NOW, FRESH))
        .isEqualTo(new Reading.Stale(3, FROM));
  }

  @Test
  void aBodyOf200MegabytesIsCutAtItsLimit() throws Exception {
    String blanks = " ".repeat(1 << 16);
    byte[] labels =
        ("\"" + "x".repeat(1000) + "\":\"" + "y".repeat(1000) + "\",")
            .getBytes(StandardCharsets.UTF_8);
    byte[] points = "[1700000640,\"3\"],".repeat(4000).getBytes(StandardCharsets.UTF_8);
    byte[] skipped = "[1700000640,\"3\"],".repeat(4000).getBytes(StandardCharsets.UTF_8);
    for (Endless body :
        List.of(
            new Endless("", blanks.getBytes(StandardCharsets.UTF_8)),
            new Endless("{\"data\":{\"result\":[{\"metric\":{", labels),
            new Endless("{\"data\":{\"result\":[{\"values\":[", points),
            new Endless("{\"ignored\":[", skipped),
            new Endless("{\"status\":\"", blanks.getBytes(StandardCharsets.UTF_8)),
            new Endless("<html>", blanks.getBytes(StandardCharsets.UTF_8)))) {
      AtomicLong sent = new AtomicLong();
      CompletableFuture<Boolean> ended = new CompletableFuture<>();
      SeriesReading reading =
          range(
              (_, out) -> {
                try {
                  body.send(out, sent);
                } finally {
                  ended.complete(true);
                }
              },
              60_000);
      ended.get();
      // The limit is 8 MiB here; what the kernel buffers on both sides comes on top.
      assertThat(sent).as(body.start).hasValueLessThan(40L << 20);
      assertThat(reading).as(body.start).isInstanceOf(SeriesReading.Invalid.class);
    }
  }

  private record Endless(String start, byte[] then) {
    void send(OutputStream out, AtomicLong sent) throws IOException {
      out.write(head("200 OK", "Content-Length: 200000000"));
      out.write(start.getBytes(StandardCharsets.UTF_8));
      while (sent.get() < 200_000_000) {
        out.write(then);
        sent.addAndGet(then.length);
      }
    }
  }

  @Test
  void aHugeErrorBodyIsCutToo() throws Exception {
    AtomicLong sent = new AtomicLong();
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    byte[] blanks = new byte[1 << 16];
    Arrays.fill(blanks, (byte) ' ');
    SeriesReading reading =
        range(
            (_, out) -> {
              try {
                out.write(head("500 Broken", "Content-Length: 200000000"));
                while (sent.get() < 200_000_000) {
                  out.write(blanks);
                  sent.addAndGet(blanks.length);
                }
              } finally {
                ended.complete(true);
              }
            },
            60_000);
    ended.get();
    assertThat(reading).isEqualTo(new SeriesReading.NoData("HTTP 500"));
    assertThat(sent).hasValueLessThan(40L << 20);
  }

  @Test
  void oneByteAtATimeEndsWithTheTimeOut() throws Exception {
    CompletableFuture<Boolean> cut = new CompletableFuture<>();
    assertThat(range((_, out) -> PrometheusSourceTest.writeUntilCut(out, cut), 1_000))
        .isEqualTo(new SeriesReading.NoData("unreachable: no complete answer within 1.0 s"));
    assertThat(cut.get()).isTrue();
  }

  @Test
  void aHeadThatNeverEndsEndsWithTheTimeOut() throws Exception {
    CompletableFuture<Boolean> cut = new CompletableFuture<>();
    assertThat(
            range(
                (_, out) -> {
                  try {
                    out.write("HTTP/1.1 200 OK\r\nX-A: ".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                      out.write('a');
                      out.flush();
                      Thread.sleep(5);
                    }
                  } catch (IOException e) {
                    cut.complete(true);
                  }
                },
                1_000))
        .isEqualTo(new SeriesReading.NoData("unreachable: no complete answer within 1.0 s"));
    assertThat(cut.get()).isTrue();
  }

  @Test
  void aFastEndlessHeadIsCut() {
    assertThat(
            range(
                (_, out) -> {
                  out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                  byte[] header =
                      ("X-A: " + "a".repeat(1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                  while (true) {
                    out.write(header);
                  }
                },
                60_000))
        .isInstanceOfSatisfying(
            SeriesReading.NoData.class,
            noData -> assertThat(noData.detail()).startsWith("unreachable: "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "\0\1\2\r\n\r\n",
        "\r\n\r\n\r\n"
      })
  void whatIsNotHttpIsUnreachable(String greeting) {
    assertThat(
            range(
                (_, out) -> {
                  out.write(greeting.getBytes(StandardCharsets.US_ASCII));
                  out.flush();
                  throw new IOException("end");
                },
                60_000))
        .isInstanceOfSatisfying(
            SeriesReading.NoData.class,
            noData -> assertThat(noData.detail()).startsWith("unreachable: "));
  }

  @Test
  void aServerThatAcceptsAndSaysNothingEndsWithTheTimeOut() {
    assertThat(range((_, _) -> Thread.sleep(60_000), 1_000))
        .isEqualTo(new SeriesReading.NoData("unreachable: no complete answer within 1.0 s"));
  }

  @Test
  void waitingForASlotCountsAgainstTheTimeOut() throws Exception {
    CompletableFuture<Boolean> asked = new CompletableFuture<>();
    try (ScriptedServer server =
            ScriptedServer.start((_, _) -> {
              asked.complete(true);
              Thread.sleep(60_000);
            });
        PrometheusSource source =
            new PrometheusSource(
                vertx,
                PrometheusOptions.of(server.url()).withTimeout(SHORT).withMaxConcurrent(1))) {
      CompletableFuture<SeriesReading> first = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> first.complete(source.range("up", FROM, NOW, STEP)));
      CompletableFuture.anyOf(asked, first).get();
      assertThat(source.range("up", FROM, NOW, STEP))
          .isInstanceOfSatisfying(
              SeriesReading.NoData.class,
              noData -> assertThat(noData.detail()).startsWith("unreachable: "));
      first.get();
    }
  }

  @Test
  void aRefusedConnectionAndAnUnknownHostAreUnreachable() throws Exception {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    for (String url : List.of("http://127.0.0.1:" + unused, "http://store.invalid:9090")) {
      try (PrometheusSource source =
          new PrometheusSource(vertx, PrometheusOptions.of(URI.create(url)))) {
        assertThat(source.range("up", FROM, NOW, STEP))
            .isInstanceOfSatisfying(
                SeriesReading.NoData.class,
                noData -> assertThat(noData.detail()).startsWith("unreachable: "));
        assertThat(source.instant("up", NOW, FRESH)).isInstanceOf(Reading.NoData.class);
        assertThat(source.check(InstantSource.system())).isInstanceOf(Health.Down.class);
        assertThat(source.serverTime()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401 Unauthorized,        NoData,  refused: 401",
    "403 Forbidden,           NoData,  refused: 403",
    "400 Bad Request,         Invalid, query refused: 400: bad_data: no such function",
    "422 Unprocessable,       Invalid, query refused: 422: bad_data: no such function",
    "408 Request Timeout,     NoData,  HTTP 408: bad_data: no such function",
    "429 Too Many Requests,   NoData,  HTTP 429: bad_data: no such function",
    "500 Internal,            NoData,  HTTP 500: bad_data: no such function",
    "503 Service Unavailable, NoData,  HTTP 503: bad_data: no such function",
    "599 Odd,                 NoData,  HTTP 599: bad_data: no such function",
    "404 Not Found,           Invalid, HTTP 404: bad_data: no such function",
    "405 Not Allowed,         Invalid, HTTP 405: bad_data: no such function",
    "204 No Content,          Invalid, HTTP 204",
    "206 Partial Content,     Invalid, HTTP 206: bad_data: no such function",
    "301 Moved,               Invalid, HTTP 301: redirects are not followed",
    "302 Found,               Invalid, HTTP 302: redirects are not followed",
    "308 Permanent Redirect,  Invalid, HTTP 308: redirects are not followed",
  })
  void codesAreTyped(String status, String kind, String detail) {
    AtomicLong elsewhere = new AtomicLong();
    try (ScriptedServer other =
        ScriptedServer.start((_, out) -> {
          elsewhere.incrementAndGet();
          ScriptedServer.write(out, "200 OK", "application/json", PrometheusSourceTest.EMPTY);
        })) {
      byte[] body =
          "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no such function\"}"
              .getBytes(StandardCharsets.UTF_8);
      boolean empty = status.startsWith("204");
      SeriesReading reading =
          range(
              (_, out) -> {
                out.write(
                    head(
                        status,
                        "Location: %s/api/v1/query_range\r\nContent-Length: %d"
                            .formatted(other.url(), empty ? 0 : body.length)));
                out.write(empty ? new byte[0] : body);
                out.flush();
              },
              10_000);
      assertThat(reading)
          .isEqualTo(
              kind.equals("NoData")
                  ? new SeriesReading.NoData(detail)
                  : new SeriesReading.Invalid(detail));
      assertThat(elsewhere).hasValue(0);
    }
  }

  @Test
  void afterAnyFailureTheNextCallWorks() {
    for (ScriptedServer.Script failure :
        List.<ScriptedServer.Script>of(
            (_, out) -> ScriptedServer.write(out, "200 OK", "text/html", "<p>"),
            (_, out) -> ScriptedServer.write(out, "503 No", "text/plain", "no"),
            (_, _) -> {
              throw new IOException("cut");
            },
            (_, out) -> {
              out.write(head("200 OK", "Content-Length: 50"));
              out.flush();
              throw new IOException("cut");
            },
            (_, _) -> Thread.sleep(60_000))) {
      AtomicBoolean failing = new AtomicBoolean(true);
      try (ScriptedServer server =
              ScriptedServer.start((request, out) -> {
                if (failing.get()) {
                  failure.answer(request, out);
                } else {
                  PrometheusSourceTest.answerOnes(request, out);
                }
              });
          PrometheusSource source =
              new PrometheusSource(
                  vertx,
                  PrometheusOptions.of(server.url())
                      .withTimeout(Duration.ofSeconds(3))
                      .withMaxConcurrent(1))) {
        assertThat(source.range("up", FROM, NOW, STEP).latest(NOW, FRESH).kind())
            .isIn("no_data", "invalid");
        failing.set(false);
        assertThat(source.range("up", FROM, NOW, STEP)).isInstanceOf(SeriesReading.Present.class);
      }
    }
  }

  @Test
  void aVertxClosedUnderneathIsUnreachable() {
    Vertx own = Vertx.vertx();
    try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
        PrometheusSource source =
            new PrometheusSource(own, PrometheusOptions.of(server.url()).withTimeout(SHORT));
        PrometheusSource used = new PrometheusSource(own, PrometheusOptions.of(server.url()))) {
      assertThat(used.range("up", FROM, NOW, STEP)).isInstanceOf(SeriesReading.Present.class);
      own.close().await();
      for (int i = 0; i < 2; i++) {
        assertThat(source.range("up", FROM, NOW, STEP))
            .isInstanceOfSatisfying(
                SeriesReading.NoData.class,
                noData -> assertThat(noData.detail()).startsWith("unreachable: "));
      }
    }
    assertThatThrownBy(
            () -> new PrometheusSource(own, PrometheusOptions.of(URI.create("http://localhost"))))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void aConnectionGivenUpEarlyServesNobodyElse() {
    try (ScriptedServer server =
            ScriptedServer.start(
                (_, out) -> ScriptedServer.write(out, "200 OK", "text/html", "<p>"));
        PrometheusSource source =
            new PrometheusSource(vertx, PrometheusOptions.of(server.url()).withMaxConcurrent(1))) {
      for (int i = 0; i < 200; i++) {
        assertThat(source.range("up", FROM, NOW, STEP)).isInstanceOf(SeriesReading.Invalid.class);
      }
      assertThat(server.requests).hasSize(200);
    }
  }

  @Test
  void secretsAreInNoText() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), CANARY);
    String reflected =
        "{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"" + "y".repeat(185) + CANARY + "\"}";
    for (Authentication authentication :
        List.of(new Authentication.Bearer(file), new Authentication.Basic("user", file))) {
      for (String status : List.of("200 OK", "400 Bad", "500 Broken", "401 No")) {
        try (ScriptedServer server =
                ScriptedServer.start(
                    (_, out) -> ScriptedServer.write(out, status, "application/json", reflected));
            PrometheusSource source =
                new PrometheusSource(
                    vertx, PrometheusOptions.of(server.url()).withAuthentication(authentication))) {
          String all =
              source.range("up", FROM, NOW, STEP)
                  + " "
                  + source.instant("up", NOW, FRESH)
                  + source.check(InstantSource.system())
                  + source
                  + authentication
                  + PrometheusOptions.of(server.url()).withAuthentication(authentication);
          assertThat(all).doesNotContain("canary").doesNotContain("dXNlcjpjYW5hcn");
        }
      }
    }
  }

  @Test
  void aSecretThatCannotBeReadIsNoDataAndNothingIsSent() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty"), " \n");
    Path split = Files.writeString(folder.resolve("split"), "a\r\nX-Evil: 1");
    Path large = Files.write(folder.resolve("large"), new byte[2 << 20]);
    for (Path file : List.of(folder.resolve("none"), empty, split, large, folder)) {
      try (ScriptedServer server = ScriptedServer.start(PrometheusSourceTest::answerOnes);
          PrometheusSource source =
              new PrometheusSource(
                  vertx,
                  PrometheusOptions.of(server.url())
                      .withAuthentication(new Authentication.Bearer(file)))) {
        assertThat(source.range("up", FROM, NOW, STEP))
            .isInstanceOfSatisfying(
                SeriesReading.NoData.class,
                noData -> assertThat(noData.detail()).startsWith("cannot use " + file + ": "));
        assertThat(server.requests).isEmpty();
      }
    }
  }

  /** One range query with a body limit of 8 MiB. */
  private static SeriesReading range(ScriptedServer.Script script, int timeoutMillis) {
    try (ScriptedServer server = ScriptedServer.start(script);
        PrometheusSource source =
            new PrometheusSource(
                vertx,
                PrometheusOptions.of(server.url())
                    .withTimeout(Duration.ofMillis(timeoutMillis))
                    .withBodyLimits(1 << 20, 8 << 20))) {
      return source.range("up", FROM, NOW, STEP);
    }
  }

  private static SeriesReading range(String json) {
    return range((_, out) -> ScriptedServer.write(out, "200 OK", "application/json", json), 10_000);
  }

  private static Reading instant(String json) {
    try (ScriptedServer server = ScriptedServer.json(json);
        PrometheusSource source = new PrometheusSource(vertx, PrometheusOptions.of(server.url()))) {
      return source.instant("up", NOW, FRESH);
    }
  }

  private static byte[] head(String status, String headers) {
    return "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s\r\n\r\n"
        .formatted(status, headers)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String vector(String elements) {
    return result("vector", elements);
  }

  private static String matrix(String elements) {
    return result("matrix", elements);
  }

  private static String series(String points) {
    return "{\"metric\":{\"a\":\"b\"},\"values\":[" + points + "]}";
  }

  private static String result(String type, String elements) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":[%s]}}"
        .formatted(type, elements);
  }
}
