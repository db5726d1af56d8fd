package dev.almanac.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.service.http.EventReader.Event;
import dev.almanac.service.http.Probes.MetricsPage;
import dev.almanac.service.http.Probes.Readiness;
import dev.almanac.service.view.SyntheticView;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpApiTest {
  private static final String WEB = "/api/workloads/shop/web";
  private static final List<String> LINES =
      List.of(
          "demand",
          "issuedP90",
          "needed",
          "ready",
          "desired",
          "plainHpa",
          "shortNow",
          "plainHpaShort");

  private static Served served;

  @BeforeAll
  static void serve() {
    served = Served.of(SyntheticView.sixWorkloads());
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  @Test
  void probesSayWhetherTheProcessWorksAndWhetherItIsOfUse() {
    assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(served.get("/readyz").body()).isEqualTo("evidence is fresh\n");

    Probes sick =
        new Probes(
            () -> false,
            () -> new Readiness(false, "no data from cluster-prometheus for 4 min"),
            () -> new MetricsPage("text/plain", new byte[0]));
    try (Served other = Served.of(SyntheticView.empty(), sick, Bounds.DEFAULT)) {
      assertThat(other.get("/healthz").statusCode()).isEqualTo(503);
      HttpResponse<String> readiness = other.get("/readyz");
      assertThat(readiness.statusCode()).isEqualTo(503);
      assertThat(readiness.body()).isEqualTo("no data from cluster-prometheus for 4 min\n");
    }
  }

  @Test
  void metricsAreHandedOnWithTheirContentType() {
    HttpResponse<String> metrics = served.get("/metrics");

    assertThat(metrics.headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body()).isEqualTo("almanac_ticks_total 7\n");
  }

  @Test
  void theOverviewHasTheFleetAndARowForEachWorkload() {
    JsonNode overview = served.json("/api/overview");

    assertThat(overview.at("/revision").asLong()).isPositive();
    assertThat(overview.at("/fleet/now").asLong()).isEqualTo(SyntheticView.NOW.toEpochMilli());
    assertThat(overview.at("/fleet/stages/floor").asInt()).isEqualTo(2);
    assertThat(overview.at("/fleet/evidenceAge").asDouble()).isEqualTo(300);
    assertThat(overview.at("/rows")).hasSize(6);
    JsonNode mailer = overview.at("/rows/2");
    assertThat(mailer.at("/workload/name").asText()).isEqualTo("mailer");
    assertThat(mailer.at("/hold/words").asText()).isEqualTo("no data from cluster-prometheus");
    assertThat(mailer.at("/next").isNull()).isTrue();
  }

  @Test
  void absentIsNullAndNeverZero() {
    JsonNode mailer = served.json("/api/workloads/jobs/mailer?range=PT1H").at("/workload");

    JsonNode demand = mailer.at("/history/demand");
    assertThat(demand.get(demand.size() - 1).isNull()).isTrue();
    assertThat(demand.get(0).asDouble()).isPositive();
    assertThat(mailer.at("/cards/nextHourP95").isNull()).isTrue();
    assertThat(mailer.at("/fan").isNull()).isTrue();
  }

  @Test
  void aWorkloadHasItsLastTwelveHoursUnlessAskedOtherwise() {
    JsonNode twelve = served.json(WEB).at("/workload/history");
    JsonNode three = served.json(WEB + "?range=PT3H").at("/workload/history");

    assertThat(twelve.at("/demand")).hasSize(12 * 60 + 1);
    assertThat(three.at("/demand")).hasSize(3 * 60 + 1);
    for (String line : LINES) {
      assertThat(twelve.get(line)).as(line).hasSize(12 * 60 + 1);
    }
    assertThat(twelve.at("/startEpochSecond").asLong())
        .isEqualTo(SyntheticView.NOW.minus(Duration.ofHours(12)).getEpochSecond());
  }

  @Test
  void aWholeWeekOfMinutesIsSentAsItIs() {
    JsonNode week = served.json(WEB + "?range=P7D");

    assertThat(week.at("/workload/history/demand")).hasSize(7 * 1440 + 1);
    assertThat(week.at("/resolution/coarsening").isNull()).isTrue();
  }

  @Test
  void tooManySamplesAreJoinedAndTheAnswerSaysHow() {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.points = 1000;
    try (Served other = Served.of(SyntheticView.sixWorkloads(), Served.PROBES, bounds.build())) {
      JsonNode week = other.json(WEB + "?range=P7D");

      assertThat(week.at("/workload/history/demand").size()).isBetween(900, 1001);
      assertThat(week.at("/resolution/sampleSeconds").asInt()).isEqualTo(60);
      assertThat(week.at("/resolution/pointSeconds").asInt()).isEqualTo(660);
      assertThat(week.at("/resolution/coarsening").asText()).contains("highest demand");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {11_000, 300})
  void whatIsAppendedFitsWhatWasThere(int points) {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.points = points;
    SyntheticView view = SyntheticView.sixWorkloads();
    try (Served other = Served.of(view, Served.PROBES, bounds.build())) {
      JsonNode before = other.json(WEB + "?range=P1D").at("/workload/history");
      int step = before.at("/stepSeconds").asInt();
      long last =
          before.at("/startEpochSecond").asLong() + (before.at("/demand").size() - 1L) * step;
      view.tick(Duration.ofMinutes(7));

      JsonNode part = other.json(WEB + "?range=P1D&since=" + last).at("/workload/history");
      JsonNode whole = other.json(WEB + "?range=P1D").at("/workload/history");

      assertThat(part.at("/startEpochSecond").asLong()).isEqualTo(last);
      assertThat(part.at("/stepSeconds").asInt()).isEqualTo(step);
      for (String line : LINES) {
        int n = part.get(line).size();
        int total = whole.get(line).size();
        for (int i = 0; i < n; i++) {
          assertThat(part.get(line).get(i)).as(line).isEqualTo(whole.get(line).get(total - n + i));
        }
      }
    }
  }

  @Test
  void anAppendedPartHasOnlyTheDecisionsMadeSince() {
    long since = SyntheticView.NOW.minus(Duration.ofHours(1)).getEpochSecond();

    JsonNode all = served.json(WEB).at("/workload/decisions");
    JsonNode part = served.json(WEB + "?since=" + since).at("/workload/decisions");

    assertThat(all.size()).isGreaterThan(part.size());
    assertThat(all.size()).isLessThanOrEqualTo(200);
    assertThat(part).allSatisfy(d -> assertThat(d.at("/at").asLong()).isGreaterThan(since * 1000));
  }

  @Test
  void aDecisionIsExplainedByItsInstant() {
    JsonNode decision = served.json(WEB).at("/workload/decisions/0");

    JsonNode why = served.json(WEB + "/decisions/" + decision.at("/at").asLong());

    assertThat(why.at("/to")).isEqualTo(decision.at("/to"));
    assertThat(why.at("/lines")).anySatisfy(l -> assertThat(l.at("/binding").asBoolean()).isTrue());
    assertThat(why.at("/lines/0/stage").asText()).isEqualTo("EVIDENCE");
    assertThat(why.at("/nearestLimit").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/workloads/shop/nothing, no such workload",
    "/api/workloads/shop/web/decisions/9999999999999, 'no such decision, or no longer'",
    "/api/nothing, no such path",
    "/nothing.html, no such path",
    "/page.css.map, no such path"
  })
  void whatIsNotThereIs404InJson(String path, String message) {
    HttpResponse<String> answer = served.get(path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(Served.parse(answer.body()).at("/error").asText()).isEqualTo(message);
  }

  @Test
  void everyAnswerForbidsWhatThePageDoesNotNeed() {
    for (String path : List.of("/", "/main.js", "/api/overview", "/nothing", "/healthz")) {
      var headers = served.get(path).headers();
      assertThat(headers.firstValue("content-security-policy").orElse(""))
          .as(path)
          .startsWith("default-src 'self';")
          .doesNotContain("unsafe");
      assertThat(headers.firstValue("x-content-type-options")).as(path).contains("nosniff");
      assertThat(headers.firstValue("referrer-policy")).as(path).contains("no-referrer");
      assertThat(headers.firstValue("access-control-allow-origin")).as(path).isEmpty();
    }
  }

  @Test
  void thePageIsAskedForAgainAndItsVendoredFilesAreKept() {
    HttpResponse<String> index = served.get("/");
    assertThat(index.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(index.headers().firstValue("cache-control")).contains("no-cache");
    String etag = index.headers().firstValue("etag").orElseThrow();

    HttpResponse<String> again = served.get("/", "if-none-match", etag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();

    HttpResponse<String> uplot = served.get("/vendor/uplot-1.6.32/uPlot.iife.min.js");
    assertThat(uplot.headers().firstValue("content-type"))
        .contains("text/javascript; charset=utf-8");
    assertThat(uplot.headers().firstValue("cache-control").orElse("")).contains("immutable");
  }

  @Test
  void headIsAnsweredWithoutABody() {
    for (String path : List.of("/", "/api/overview", "/healthz")) {
      HttpResponse<String> head = served.send("HEAD", path);
      assertThat(head.statusCode()).as(path).isEqualTo(200);
      assertThat(head.body()).as(path).isEmpty();
    }
  }

  @Test
  void longAnswersAreCompressedForThoseWhoAsk() {
    assertThat(served.get(WEB, "accept-encoding", "gzip").headers().firstValue("content-encoding"))
        .contains("gzip");
    assertThat(served.get(WEB).headers().firstValue("content-encoding")).isEmpty();
  }

  @Test
  void aTickIsToldAsWhatItChanged() {
    SyntheticView view = SyntheticView.sixWorkloads();
    try (Served other = Served.of(view, Served.PROBES, Served.bounds().build());
        EventReader events = new EventReader(other)) {
      assertThat(events.head).contains("text/event-stream");
      Event hello = events.next("hello");
      assertThat(other.json("/api/overview").at("/revision").asText()).isEqualTo(hello.id());

      view.tick(Duration.ofHours(1));
      Event tick = events.next("tick");

      assertThat(tick.json().at("/previous").asText()).isEqualTo(hello.id());
      assertThat(tick.json().at("/revision").asText()).isEqualTo(tick.id());
      assertThat(tick.json().at("/fleet/now").asLong())
          .isEqualTo(SyntheticView.NOW.plus(Duration.ofHours(1)).toEpochMilli());
      assertThat(tick.json().at("/rows")).isNotEmpty();
      assertThat(other.json("/api/overview").at("/revision").asText()).isEqualTo(tick.id());
    }
  }

  @Test
  void rowsThatLookTheSameAreNotSentAgain() {
    SyntheticView view = SyntheticView.sixWorkloads();
    try (Served other = Served.of(view, Served.PROBES, Served.bounds().build());
        EventReader events = new EventReader(other)) {
      events.next("hello");
      view.pause();
      Event tick = events.next("tick");

      assertThat(tick.json().at("/fleet/paused").asBoolean()).isTrue();
      assertThat(tick.json().at("/rows")).isEmpty();
    }
  }

  @Test
  void aQuietStreamShowsSignsOfLife() {
    Served.BoundsDraft bounds = Served.bounds();
    bounds.heartbeat = Duration.ofMillis(50);
    try (Served other = Served.of(SyntheticView.empty(), Served.PROBES, bounds.build());
        EventReader events = new EventReader(other)) {
      events.next("hello");
      assertThat(events.next(":").name()).isEqualTo(":");
    }
  }

  @Test
  void shutdownEndsStreamsAndForgetsTheLoop() {
    SyntheticView view = SyntheticView.sixWorkloads();
    Served other = Served.of(view);
    EventReader events = new EventReader(other);
    events.next("hello");
    assertThat(view.listeners()).isEqualTo(1);

    other.close();

    assertThat(events.next("end").name()).isEqualTo("end");
    assertThat(view.listeners()).isZero();
    events.close();
  }

  @Test
  void aReaderThatLeavesIsForgotten() {
    try (Served other = Served.of(SyntheticView.sixWorkloads())) {
      EventReader events = new EventReader(other);
      events.next("hello");
      assertThat(other.api.open().streams()).isEqualTo(1);

      events.close();

      Awaitility.await().until(() -> other.api.open().streams() == 0);
    }
  }
}
