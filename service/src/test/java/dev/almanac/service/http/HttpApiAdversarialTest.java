package dev.almanac.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.service.view.LiveView;
import dev.almanac.service.view.Overview;
import dev.almanac.service.view.SyntheticView;
import dev.almanac.service.view.Why;
import dev.almanac.service.view.WorkloadDetail;
import dev.almanac.service.view.WorkloadName;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a careless, a slow and a hostile caller meet. */
class HttpApiAdversarialTest {
  private static Served served;

  @BeforeAll
  static void serve() {
    served = Served.of(SyntheticView.sixWorkloads());
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "range=",
        "range=12h",
        "range=PT0S",
        "range=-PT3H",
        "range=PT59S",
        "range=P7DT1S",
        "range=P3650D",
        "range=PT1e9H",
        "range=PT99999999999999999999H",
        "range=PT1H&since=-1",
        "range=PT1H&since=1e3",
        "range=PT1H&since=99999999999999999999",
        "range=PT1H&since=",
        "range=%00",
        "range=%F0%9F%98%80"
      })
  void aRangeOutOfBoundsIsRefused(String query) {
    HttpResponse<String> answer = served.get("/api/workloads/shop/web?" + query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"error\":\"range must be a duration such as PT12H");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/workloads/shop/..%2f..%2fetc%2fpasswd",
        "/api/workloads/shop/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/api/workloads/shop/web%0d%0aset-cookie:%20a=b",
        "/api/workloads/shop/web%00",
        "/api/workloads/shop/Web",
        "/api/workloads/shop/-web",
        "/api/workloads/shop/web.",
        "/api/workloads/%F0%9F%98%80/web",
        "/api/workloads/shop%2Fweb/x",
        "/api/workloads/shop/web/decisions/now",
        "/api/workloads/shop/web/decisions/-1",
        "/api/workloads/shop/web/decisions/99999999999999999999",
        "/api/workloads/%zz/web"
      })
  void aNameThatCannotBeOneIsRefusedAndNotRepeated(String path) {
    HttpResponse<String> answer = parseable(path) ? served.get(path) : rawGet(path);

    assertThat(answer == null ? 400 : answer.statusCode()).isEqualTo(400);
    if (answer != null) {
      assertThat(answer.body()).contains("\"error\"").doesNotContain("script", "passwd", "cookie");
      assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }
  }

  private static boolean parseable(String path) {
    return !path.contains("%zz");
  }

  private static HttpResponse<String> rawGet(String path) {
    String answer =
        served.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400");
    return null;
  }

  @Test
  void aNameLongerThanKubernetesAllowsIsRefused() {
    assertThat(served.get("/api/workloads/shop/" + "a".repeat(253)).statusCode()).isEqualTo(404);
    assertThat(served.get("/api/workloads/shop/" + "a".repeat(254)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../page.css",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/vendor/../../logback.xml",
        "/vendor/..%2f..%2fpage/index.html",
        "//etc/passwd",
        "/page/index.html",
        "/dev/almanac/service/http/HttpApi.class",
        "/index.html/",
        "/vendor/",
        "/vendor/VENDORED.md",
        "/index.html%00.js"
      })
  void noPathLeadsOutOfThePage(String path) {
    String answer =
        served.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 404").contains("{\"").doesNotContain("root:");
  }

  @Test
  void aHugePathOrHeaderIsCutOff() {
    String path = "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String header = "GET / HTTP/1.1\r\nHost: localhost\r\nx: " + "a".repeat(100_000) + "\r\n\r\n";

    assertThat(start(path)).endsWith(" 414");
    assertThat(start(header)).endsWith(" 431");
  }

  /** The first bytes of an answer to a request that may not be read to its end. */
  private static String start(String request) {
    try (Socket socket = served.socket()) {
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // Closed while we were still sending: the answer may be there all the same.
      }
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("no answer", e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
  void nothingCanBeChanged(String method) {
    String answer = served.raw(method + " /api/overview HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 405").containsIgnoringCase("allow: GET, HEAD");
  }

  @Test
  void aBodyIsNotReadAndDoesNotSmuggleASecondRequest() {
    String answer =
        served.raw(
            """
            GET /api/overview HTTP/1.1\r
            Host: localhost\r
            Content-Length: 44\r
            \r
            GET /metrics HTTP/1.1\r
            Host: localhost\r
            \r
            """);

    assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("almanac_ticks_total");
    assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.7",
        "0.0.0.0",
        "[::ffff:10.0.0.7]",
        "127.0.0.1@evil.example",
        "2130706433"
      })
  void onLoopbackOtherNamesAreNotAnswered(String host) {
    String answer =
        served.raw("GET /api/overview HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

    assertThat(answer).matches("(?s)HTTP/1.1 4(21|00).*").doesNotContain("mailer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1", "127.8.9.1:99", "[::1]:8080"})
  void loopbackNamesAreAnswered(String host) {
    assertThat(
            served.raw("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aNamedProxyIsAnswered() {
    HttpApi api =
        HttpApi.start(
            Vertx.vertx(),
            new Listen("127.0.0.1", 0, Set.of("almanac.example.org")),
            SyntheticView.empty(),
            Served.PROBES);
    try (Socket socket = new Socket("127.0.0.1", api.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /healthz HTTP/1.1\r\nHost: Almanac.example.org:443\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      api.shutdown(Duration.ofSeconds(1));
    }
  }

  @Test
  void otherSitesDoNotReadTheApiThroughABrowser() {
    assertThat(served.get("/api/overview", "sec-fetch-site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(served.get("/api/events", "sec-fetch-site", "same-site").statusCode())
        .isEqualTo(403);
    assertThat(served.get("/api/overview", "sec-fetch-site", "same-origin").statusCode())
        .isEqualTo(200);
    assertThat(served.get("/", "sec-fetch-site", "cross-site").statusCode()).isEqualTo(200);
  }

  @Test
  void aFailureTellsTheCallerNothingOfTheInside() {
    LiveView broken =
        new Standing() {
          @Override
          public Overview overview() {
            throw new IllegalStateException("token=s3cret at /var/run");
          }

          @Override
          public Optional<WorkloadDetail> workload(WorkloadName workload, Instant from) {
            throw new IllegalStateException("token=s3cret at /var/run");
          }
        };
    try (Served other = Served.of(broken)) {
      for (String path : List.of("/api/overview", "/api/workloads/shop/web")) {
        HttpResponse<String> answer = other.get(path);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
            .contains("internal error")
            .doesNotContain("s3cret", "IllegalState", "\tat ", "dev.almanac");
      }
      assertThat(other.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsGivenUpAndOthersAreRefusedMeanwhile() {
    CountDownLatch release = new CountDownLatch(1);
    LiveView stuck =
        new Standing() {
          @Override
          public Optional<Why> why(WorkloadName workload, Instant at) {
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Optional.empty();
          }
        };
    Served.BoundsDraft bounds = Served.bounds();
    bounds.working = 1;
    bounds.answer = Duration.ofMillis(200);
    try (Served other = Served.of(stuck, Served.PROBES, bounds.build())) {
      HttpResponse<String> late = other.get("/api/workloads/shop/web/decisions/1");
      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.body()).contains("no answer within");

      HttpResponse<String> refused = other.get("/api/workloads/shop/web/decisions/1");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).contains("1");
      assertThat(other.get("/healthz").statusCode()).isEqualTo(200);

      release.countDown();
      Awaitility.await()
          .until(() -> other.get("/api/workloads/shop/web/decisions/1").statusCode() == 404);
    }
  }

  @Test
  void anAnswerUnderWayIsFinishedByShutdown() {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    LiveView slow =
        new Standing() {
          @Override
          public Optional<Why> why(WorkloadName workload, Instant at) {
            entered.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Optional.empty();
          }
        };
    Served other = Served.of(slow);
    CompletableFuture<Integer> answer =
        CompletableFuture.supplyAsync(
            () -> other.get("/api/workloads/shop/web/decisions/1").statusCode());
    Awaitility.await().until(() -> entered.getCount() == 0);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(other::close);
    release.countDown();

    assertThat(answer.join()).isEqualTo(404);
    closed.join();
    assertThatThrownBy(() -> other.socket().close()).isInstanceOf(IOException.class);
  }

  @Test
  void aReaderThatTakesNothingIsDropped() throws IOException {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.slowStream = Duration.ofMillis(300);
    SyntheticView view = SyntheticView.rows(5_000);
    try (Served other = Served.of(view, Served.PROBES, bounds.build());
        Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress("127.0.0.1", other.api.port()));
      slow.getOutputStream()
          .write(
              "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Awaitility.await().until(() -> other.api.open().streams() == 1);

      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            view.tick(Duration.ofMinutes(1));
            return other.api.open().streams() == 0;
          });
      assertThat(other.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aReaderThatIsBehindMissesEventsAndSeesThatItDid() {
    SyntheticView view = SyntheticView.rows(3_000);
    try (Served other = Served.of(view, Served.PROBES, Served.bounds().build());
        EventReader events = new EventReader(other)) {
      String at = events.next("hello").id();
      // Not read from meanwhile: what the sockets do not hold is skipped.
      for (int i = 0; i < 60; i++) {
        view.tick(Duration.ofMinutes(1));
        other.get("/api/overview");
      }
      boolean gap = false;
      String newest = other.json("/api/overview").at("/revision").asText();
      for (int i = 0; i < 100 && !gap && !at.equals(newest); i++) {
        EventReader.Event tick = events.next("tick");
        gap = !tick.json().at("/previous").asText().equals(at);
        at = tick.id();
        view.tick(Duration.ofMinutes(1));
      }
      assertThat(gap).isTrue();
    }
  }

  @Test
  void streamsAreBoundedInNumber() {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.streams = 3;
    try (Served other = Served.of(SyntheticView.empty(), Served.PROBES, bounds.build())) {
      List<EventReader> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(new EventReader(other));
      }
      HttpResponse<String> refused = other.get("/api/events");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).contains("30");

      readers.getFirst().close();
      Awaitility.await().until(() -> other.api.open().streams() == 2);
      try (EventReader late = new EventReader(other)) {
        assertThat(late.next("hello").name()).isEqualTo("hello");
      }
      readers.forEach(EventReader::close);
    }
  }

  @Test
  void connectionsAreBoundedInNumber() throws IOException {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.connections = 8;
    try (Served other = Served.of(SyntheticView.empty(), Served.PROBES, bounds.build())) {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        sockets.add(other.socket());
      }
      Awaitility.await().until(() -> other.api.open().connections() == 8);
      try (Socket ninth = other.socket()) {
        assertThat(ninth.getInputStream().read()).isEqualTo(-1);
      }
      for (Socket socket : sockets) {
        socket.close();
      }
      Awaitility.await().until(() -> other.api.open().connections() == 0);
      assertThat(other.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRequestHeadThatNeverEndsIsCutOff() throws Exception {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.requestHead = Duration.ofMillis(400);
    try (Served other = Served.of(SyntheticView.empty(), Served.PROBES, bounds.build());
        Socket drip = other.socket()) {
      drip.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      Awaitility.await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            try {
              drip.getOutputStream().write('a');
              return other.api.open().connections() == 0;
            } catch (IOException closed) {
              return true;
            }
          });
      assertThat(other.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPortInUseIsSaidPlainly() {
    assertThatThrownBy(() ->
            HttpApi.start(
                Vertx.vertx(),
                new Listen("127.0.0.1", served.api.port(), Set.of()),
                SyntheticView.empty(),
                Served.PROBES))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + served.api.port())
        .hasMessageContaining("in use");
  }

  /** A view with nothing in it. */
  private static class Standing implements LiveView {
    private final SyntheticView empty = SyntheticView.empty();

    @Override
    public Instant now() {
      return empty.now();
    }

    @Override
    public Overview overview() {
      return empty.overview();
    }

    @Override
    public Optional<WorkloadDetail> workload(WorkloadName workload, Instant from) {
      return empty.workload(workload, from);
    }

    @Override
    public Optional<Why> why(WorkloadName workload, Instant at) {
      return empty.why(workload, at);
    }

    @Override
    public Subscription onTick(Runnable listener) {
      return empty.onTick(listener);
    }
  }
}
