package dev.almanac.actuator.kubernetes;

import static dev.almanac.actuator.kubernetes.FakeApiServer.DEPLOYMENTS;
import static dev.almanac.actuator.kubernetes.FakeApiServer.PODS;
import static dev.almanac.actuator.kubernetes.FakeApiServer.Request.listOf;
import static dev.almanac.actuator.kubernetes.FakeApiServer.Request.watchOf;
import static dev.almanac.actuator.kubernetes.FakeApiServer.deploymentJson;
import static dev.almanac.actuator.kubernetes.FakeApiServer.scaleJson;
import static dev.almanac.actuator.kubernetes.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.almanac.actuator.kubernetes.FakeApiServer.Request;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever an API server does: nothing is overwritten, nothing is believed that is not so, nothing
 * is sent more often than allowed, and when it behaves again so do we. Scenarios F42 to F45.
 */
class HostileApiServerTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final TargetRef WEB = TargetRef.deployment("shop", "web");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration HOURS = Duration.ofHours(10);

  /** Nothing happens by the clock but the pauses, and those are short. */
  private static final WatchTimes BRISK =
      new WatchTimes(
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofHours(1),
          Duration.ofMillis(5),
          Duration.ofMillis(20));

  /** After a first failure nothing more happens within a test. */
  private static final WatchTimes PATIENT =
      new WatchTimes(
          Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMinutes(2), HOURS, HOURS, HOURS);

  @TempDir static Path folder;

  private FakeApiServer server;
  private final List<KubernetesCluster> opened = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new FakeApiServer();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    opened.forEach(KubernetesCluster::close);
  }

  private KubernetesCluster open(KubernetesOptions options, LongSupplier nanoTime)
      throws IOException {
    KubernetesAccess access =
        KubernetesAccess.find(Optional.of(server.kubeconfig(folder)), Map.of());
    var cluster = new KubernetesCluster(access, options, nanoTime, new SplittableRandom(7));
    opened.add(cluster);
    return cluster;
  }

  private KubernetesCluster open(WatchTimes times) throws IOException {
    return open(KubernetesOptions.defaults().with(times), System::nanoTime);
  }

  private static TargetFacts awaitFacts(KubernetesCluster cluster, Predicate<TargetFacts> wanted) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                cluster.observe(WEB, NOW) instanceof Observed.Known(var facts)
                    ? Optional.of(facts).filter(wanted)
                    : Optional.<TargetFacts>empty(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static void awaitSpec(KubernetesCluster cluster, int replicas) {
    awaitFacts(cluster, facts -> facts.specReplicas() == replicas);
  }

  private static Observed.Unknown awaitUnknown(KubernetesCluster cluster, Cause cause) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                cluster.observe(WEB, NOW) instanceof Observed.Unknown unknown
                        && unknown.cause() == cause
                    ? Optional.of(unknown)
                    : Optional.<Observed.Unknown>empty(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void awaitRequests(Predicate<Request> which, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> server.requests(which).size() >= count);
  }

  // ---------------------------------------------------------------- writes

  /** F43. */
  @Test
  void aStormOfConflictsIsAnsweredByReadingAgainAndNeverByOverwriting() throws IOException {
    server.deployment("web", 3);
    server.when(watchOf(DEPLOYMENTS), (request, connection) -> connection.hang()); // tells nothing
    KubernetesCluster cluster = open(BRISK);
    TargetFacts facts = awaitFacts(cluster, f -> true);
    server.when(
        Request::isWrite,
        (request, connection) -> {
          server.deployment("web", 3); // Somebody is faster each time.
          connection.json(409, status(409, "the object has been modified"));
        });
    for (int i = 0; i < 20; i++) {
      String version = facts.resourceVersion();
      assertThat(cluster.apply(WEB, 5, version, NOW)).isInstanceOf(ApplyResult.Conflict.class);
      facts = ((Observed.Known) cluster.observe(WEB, NOW)).facts();
      assertThat(Version.isOlder(version, facts.resourceVersion())).isTrue();
    }
    assertThat(server.requests(Request::isWrite))
        .hasSize(20)
        .allSatisfy(r ->
            assertThat(r.body())
                .matches(
                    "\\{\"metadata\":\\{\"resourceVersion\":\"\\d+\"},\"spec\":\\{\"replicas\":5}}"))
        .extracting(Request::body)
        .doesNotHaveDuplicates();
    server.behave();
    assertThat(cluster.apply(WEB, 5, facts.resourceVersion(), NOW))
        .isInstanceOf(ApplyResult.Applied.class);
  }

  @Test
  void withoutAVersionNothingIsWritten() throws IOException {
    server.deployment("web", 3);
    KubernetesCluster cluster = open(BRISK);
    assertThat(cluster.apply(WEB, 5, "", NOW)).isInstanceOf(ApplyResult.Conflict.class);
    assertThat(cluster.apply(WEB, -1, "5", NOW)).isInstanceOf(ApplyResult.Forbidden.class);
    assertThat(server.requests(r -> true)).isEmpty();
  }

  @Test
  void aVersionCannotSmuggleFieldsIntoThePatch() throws IOException {
    server.deployment("web", 3);
    KubernetesCluster cluster = open(BRISK);
    cluster.apply(WEB, 5, "1\"},\"spec\":{\"paused\":true},\"x\":{\"y\":\"", NOW);
    assertThat(server.requests(Request::isWrite))
        .singleElement()
        .satisfies(r -> assertThat(r.body()).contains("\\\"paused\\\":true"));
  }

  /** F42: while the server asks us to wait, nothing is sent to it, by nobody. */
  @Test
  void a429StopsEverythingUntilItsTimeIsOver() throws IOException {
    AtomicLong nanos = new AtomicLong();
    server.deployment("web", 3);
    KubernetesCluster cluster = open(KubernetesOptions.defaults().with(BRISK), nanos::get);
    TargetFacts facts = awaitFacts(cluster, f -> true);
    server.once(
        Request::isWrite,
        (request, connection) ->
            connection.json(429, status(429, "too many requests"), "Retry-After", "30"));

    assertThat(cluster.apply(WEB, 5, facts.resourceVersion(), NOW))
        .isEqualTo(new ApplyResult.Throttled(Duration.ofSeconds(30), "too many requests"));
    int sent = server.requests(r -> true).size();
    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    assertThat(cluster.apply(WEB, 5, facts.resourceVersion(), NOW))
        .isEqualTo(new ApplyResult.Throttled(Duration.ofSeconds(1), "the server asked us to wait"));
    assertThat(cluster.observe(new TargetRef("x.dev/v1", "X", "shop", "x"), NOW))
        .isInstanceOf(Observed.Unknown.class);
    assertThat(server.requests(r -> true)).hasSize(sent);

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(cluster.apply(WEB, 5, facts.resourceVersion(), NOW))
        .isInstanceOf(ApplyResult.Applied.class);
  }

  @ParameterizedTest
  @CsvSource({
    "30, PT30S",
    "0, PT0S",
    "999999999, PT5M", // Not believed.
    "-5, PT1S",
    "'Wed, 21 Oct 2026 07:28:00 GMT', PT1S",
    "soon, PT1S",
    "'', PT1S"
  })
  void retryAfterIsHonouredWithinReason(String header, Duration expected) throws IOException {
    KubernetesCluster cluster = open(BRISK);
    server.when(
        Request::isWrite,
        (request, connection) -> connection.json(429, "{}", "Retry-After", header));
    assertThat(cluster.apply(WEB, 5, "1", NOW))
        .isEqualTo(new ApplyResult.Throttled(expected, "no explanation"));
  }

  @ParameterizedTest
  @CsvSource({
    "400, failed",
    "401, failed",
    "403, forbidden",
    "404, gone",
    "409, conflict",
    "415, failed",
    "422, forbidden",
    "500, failed",
    "503, failed",
    "504, failed",
    "302, failed"
  })
  void everyStatusHasItsResultAndIsSentOnce(int code, String kind) throws IOException {
    KubernetesCluster cluster = open(BRISK);
    server.when(
        Request::isWrite,
        (request, connection) ->
            connection.json(
                code,
                status(code, "because"),
                "Retry-After",
                "0",
                "Location",
                server.url() + "/x"));
    ApplyResult result = cluster.apply(WEB, 5, "1", NOW);
    assertThat(result.kind()).isEqualTo(kind);
    assertThat(result.toString()).contains("because");
    assertThat(server.requests(r -> true)).hasSize(1);
  }

  @Test
  void anExplanationIsOneShortLine() throws IOException {
    KubernetesCluster cluster = open(BRISK);
    String message = "exceeded quota: compute\\n\\tuser \\u001b[31m" + "x".repeat(5000);
    server.when(
        Request::isWrite, (request, connection) -> connection.json(403, status(403, message)));
    ApplyResult result = cluster.apply(WEB, 5, "1", NOW);
    assertThat(result)
        .isInstanceOfSatisfying(
            ApplyResult.Forbidden.class,
            forbidden ->
                assertThat(forbidden.detail())
                    .startsWith("exceeded quota: compute user [31mxxx")
                    .hasSizeLessThanOrEqualTo(200)
                    .doesNotContain("\n"));
  }

  @Test
  void aPageOfHtmlIsNotQuoted() throws IOException {
    KubernetesCluster cluster = open(BRISK);
    server.when(
        Request::isWrite,
        (request, connection) -> connection.answer(502, "text/html", "<h1>secret gateway</h1>"));
    assertThat(cluster.apply(WEB, 5, "1", NOW))
        .isEqualTo(new ApplyResult.Failed("HTTP 502: no explanation"));
  }

  /**
   * F42: hang. The write may have happened, so the workload is read again before it is believed.
   */
  @Test
  void aWriteWithoutAnAnswerFailsInTimeAndCastsDoubtOnTheView() throws IOException {
    server.deployment("web", 3);
    // The write is done, its answer and the event of it are lost.
    server.when(watchOf(DEPLOYMENTS), (request, connection) -> connection.hang());
    RequestLimits hasty =
        RequestLimits.DEFAULT.withTimeouts(
            Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofSeconds(2));
    KubernetesCluster cluster =
        open(KubernetesOptions.defaults().with(BRISK).with(hasty), System::nanoTime);
    TargetFacts facts = awaitFacts(cluster, f -> true);
    server.once(
        Request::isWrite,
        (request, connection) -> {
          server.deployment("web", 5);
          connection.hang();
        });
    assertThat(cluster.apply(WEB, 5, facts.resourceVersion(), NOW))
        .isInstanceOf(ApplyResult.Failed.class);
    assertThat(cluster.observe(WEB, NOW))
        .isInstanceOfSatisfying(
            Observed.Known.class, known -> assertThat(known.facts().specReplicas()).isEqualTo(5));
  }

  @Test
  void aResetIsAFailureAndNotRepeated() throws IOException {
    KubernetesCluster cluster = open(BRISK);
    server.when(Request::isWrite, (request, connection) -> connection.reset());
    assertThat(cluster.apply(WEB, 5, "1", NOW)).isInstanceOf(ApplyResult.Failed.class);
    assertThat(server.requests(Request::isWrite)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>fine</html>",
        "",
        "{}",
        "null",
        "{\"kind\":\"Scale\",\"metadata\":{},\"spec\":{\"replicas\":5}}",
        "{\"kind\":\"Scale\",\"metadata\":{\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":\"5\"}}",
        "{\"kind\":\"Scale\",\"metadata\":{\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":-5}}",
        "{\"kind\":\"Scale\",\"metadata\":{\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":1e300}}",
        "{\"kind\":\"Scale\",\"metadata\":{\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":99999999999999999999}}",
        "{\"kind\":\"Scale\",\"metadata\":{\"resourceVersion\":\"7\"},\"spec\":{\"repl"
      })
  void anAnswerThatIsNoScaleIsNoSuccess(String body) throws IOException {
    KubernetesCluster cluster = open(BRISK);
    server.when(Request::isWrite, (request, connection) -> connection.json(200, body));
    assertThat(cluster.apply(WEB, 5, "1", NOW)).isInstanceOf(ApplyResult.Failed.class);
  }

  @Test
  void anEndlessAnswerIsCut() throws IOException {
    KubernetesCluster cluster = open(BRISK);
    server.when(
        Request::isWrite,
        (request, connection) -> {
          connection.open();
          while (true) {
            connection.line("x".repeat(1 << 20), false);
          }
        });
    assertThat(cluster.apply(WEB, 5, "1", NOW))
        .isInstanceOfSatisfying(
            ApplyResult.Failed.class, f -> assertThat(f.detail()).contains("longer than"));
  }

  @Test
  void writesBeyondOurOwnRateAreNotSent() throws IOException {
    AtomicLong nanos = new AtomicLong();
    RequestLimits slow = RequestLimits.DEFAULT.withWrites(2, 3);
    KubernetesCluster cluster =
        open(KubernetesOptions.defaults().with(BRISK).with(slow), nanos::get);
    List<ApplyResult> results = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      results.add(cluster.apply(WEB, 5, "1", NOW));
    }
    assertThat(results).filteredOn(ApplyResult.Throttled.class::isInstance).hasSize(7);
    assertThat(results.getLast())
        .isEqualTo(new ApplyResult.Throttled(Duration.ofMillis(500), "our own rate limit"));
    assertThat(server.requests(r -> true)).hasSize(3);
    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(cluster.apply(WEB, 5, "1", NOW)).isInstanceOf(ApplyResult.Gone.class);
  }

  @Test
  void aServerThatHangsDoesNotCollectOurRequests() throws Exception {
    KubernetesCluster cluster =
        open(
            KubernetesOptions.defaults().with(BRISK).with(RequestLimits.DEFAULT.withWrites(1, 200)),
            System::nanoTime);
    server.when(Request::isWrite, (request, connection) -> connection.hang());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<ApplyResult>> results = new ArrayList<>();
      for (int i = 0; i < ApiServer.MOST_IN_FLIGHT; i++) {
        results.add(CompletableFuture.supplyAsync(() -> cluster.apply(WEB, 5, "1", NOW), threads));
      }
      awaitRequests(Request::isWrite, ApiServer.MOST_IN_FLIGHT);
      assertThat(cluster.apply(WEB, 5, "1", NOW)).isInstanceOf(ApplyResult.Throttled.class);
      cluster.close();
      for (CompletableFuture<ApplyResult> result : results) {
        assertThat(result.get()).isInstanceOf(ApplyResult.Failed.class);
      }
    }
  }

  /** What is sent has to stay with the server that we were told of. */
  @Test
  void credentialsDoNotFollowARedirect() throws IOException {
    try (FakeApiServer thief = new FakeApiServer()) {
      server.when(
          r -> true,
          (request, connection) -> connection.json(307, "{}", "Location", thief.url() + "/x"));
      KubernetesCluster cluster = open(PATIENT);
      assertThat(cluster.apply(WEB, 5, "1", NOW)).isInstanceOf(ApplyResult.Failed.class);
      cluster.observe(WEB, NOW);
      awaitRequests(listOf(DEPLOYMENTS), 1);
      assertThat(thief.requests(r -> true)).isEmpty();
      assertThat(server.requests(Request::isWrite).getFirst().headers())
          .containsEntry("authorization", "Bearer canary-token-4711");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "../../api/v1/secrets",
        "a/b/c",
        "a%2fb",
        "web?x=y",
        "web#",
        "",
        " ",
        "Web",
        "wéb",
        "web\nHost: x",
        "-web"
      })
  void aNameThatIsNoneIsNeverPutIntoAPath(String name) throws IOException {
    KubernetesCluster cluster = open(BRISK);
    for (TargetRef target :
        List.of(
            TargetRef.deployment("shop", name),
            TargetRef.deployment(name, "web"),
            new TargetRef(name, "X", "shop", "web"),
            new TargetRef("apps/v1", name, "shop", "web"))) {
      if (name.equals("Web") && target.kind().equals("Web")) {
        continue; // A kind may be called so.
      }
      assertThat(cluster.observe(target, NOW)).isInstanceOf(Observed.Unknown.class);
      assertThat(cluster.apply(target, 1, "1", NOW)).isInstanceOf(ApplyResult.Gone.class);
    }
    assertThat(server.requests(r -> true)).isEmpty();
  }

  // ---------------------------------------------------------------- the view

  /** An API server of a newer minor: whatever it has added anywhere, nothing stops. */
  @Test
  void inventedFieldsAreSteppedOver() throws IOException {
    server.disguise(json ->
        json.replaceAll(
                "(?<!Labels\":)\\{(?=\")",
                "{\"inventedInANewerMinor\":{\"a\":[1,null,{\"b\":\"c\"}],\"d\":1e999},\"replicaz\":true,")
            .replace("\"status\":\"True\"", "\"status\":\"True\",\"since\":[[]]"));
    server.deployment("web", 3);
    KubernetesCluster cluster = open(PATIENT);
    TargetFacts facts = awaitFacts(cluster, f -> true);
    assertThat(facts.specReplicas()).isEqualTo(3);
    assertThat(facts.readyReplicas()).isEqualTo(3);
    assertThat(facts.rollout()).isFalse();
    assertThat(cluster.apply(WEB, 4, facts.resourceVersion(), NOW))
        .isInstanceOf(ApplyResult.Applied.class);
    server.put(DEPLOYMENTS, "other", deploymentJson("other", 1));
    server.bookmark(DEPLOYMENTS);
    server.deployment("web", 9);
    awaitSpec(cluster, 9);
    assertThat(server.requests(listOf(DEPLOYMENTS))).hasSize(1);
  }

  @Test
  void anInventedKindOfEventIsSteppedOver() throws IOException {
    server.deployment("web", 3);
    server.once(
        watchOf(DEPLOYMENTS),
        (request, connection) -> {
          connection.open();
          connection.line("{\"type\":\"RESHARDED\",\"object\":{\"x\":[1]},\"more\":2}", false);
          connection.event("MODIFIED", deploymentJson("web", 8).replace("@VERSION@", "5000"));
          connection.hang();
        });
    KubernetesCluster cluster = open(PATIENT);
    awaitSpec(cluster, 8);
    assertThat(server.requests(watchOf(DEPLOYMENTS))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"replicas\":\"many\"",
        "\"replicas\":-3",
        "\"replicas\":1e3",
        "\"replicas\":99999999999",
        "\"replicas\":{\"min\":1}"
      })
  void oneBrokenObjectHidesNoOther(String replicas) throws IOException {
    String broken = deploymentJson("aaa", 3).replaceFirst("\"replicas\":3", replicas);
    server.put(DEPLOYMENTS, "aaa", broken);
    server.put(DEPLOYMENTS, "nameless", "{\"metadata\":{\"resourceVersion\":\"5\"}}");
    server.deployment("web", 3);
    KubernetesCluster cluster = open(PATIENT);
    awaitSpec(cluster, 3);
    assertThat(cluster.observe(TargetRef.deployment("shop", "aaa"), NOW))
        .isInstanceOfSatisfying(
            Observed.Unknown.class, u -> assertThat(u.detail()).contains("spec.replicas"));
    // And not in the watch either.
    server.put(DEPLOYMENTS, "aaa", broken);
    server.deployment("web", 4);
    awaitSpec(cluster, 4);
  }

  /** Deleting a whole view because of a strange answer would make every workload NOT_FOUND. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>login</html>",
        "",
        "[]",
        "{}",
        "null",
        "{\"kind\":\"Status\",\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[]}",
        "{\"kind\":\"DeploymentList\",\"metadata\":{},\"items\":[]}",
        "{\"kind\":\"DeploymentList\",\"metadata\":{\"resourceVersion\":\"9999\"}}",
        "{\"kind\":\"DeploymentList\",\"metadata\":{\"resourceVersion\":\"9999\"},\"items\":{}}",
        "{\"kind\":\"DeploymentList\",\"metadata\":{\"resourceVersion\":\"9999\"},\"items\":[",
        "{\"kind\":\"DeploymentList\",\"metadata\":{\"resourceVersion\":\"9999\"},\"items\":[]"
      })
  void anAnswerThatIsNoListDeletesNothing(String body) throws IOException {
    server.deployment("web", 3);
    KubernetesCluster cluster = open(BRISK);
    awaitSpec(cluster, 3);
    server.when(listOf(DEPLOYMENTS), (request, connection) -> connection.json(200, body));
    server.forgetEvents();
    server.cutConnections(); // The next watch is answered with 410, so a list has to follow.
    awaitRequests(listOf(DEPLOYMENTS), 4);
    assertThat(cluster.observe(WEB, NOW)).isInstanceOf(Observed.Known.class);
    server.behave();
    server.deployment("web", 5);
    awaitSpec(cluster, 5);
  }

  /** F44. */
  @Test
  void aViewIsThatOfAFreshListHoweverTheWatchEnds() throws IOException {
    server.deployment("web", 1);
    server.deployment("doomed", 1);
    KubernetesCluster cluster = open(BRISK);
    awaitSpec(cluster, 1);

    server.deployment("web", 2);
    server.cutConnections();
    awaitSpec(cluster, 2);

    // 410: what happened meanwhile is only in the list.
    server.when(watchOf(DEPLOYMENTS), (request, connection) -> connection.json(500, "{}"));
    server.cutConnections();
    server.deployment("web", 3);
    server.delete(DEPLOYMENTS, "doomed");
    server.forgetEvents();
    server.behave();
    awaitSpec(cluster, 3);
    await()
        .atMost(PATIENCE)
        .until(() ->
            cluster.observe(TargetRef.deployment("shop", "doomed"), NOW)
                    instanceof Observed.Unknown(var cause, String _)
                && cause == Cause.NOT_FOUND);

    for (String line :
        List.of(
            "garbage",
            "{\"type\":\"MODIFIED\"}",
            "{\"object\":{\"metadata\":{\"name\":\"web\"}},\"type\":\"MODIFIED\"}",
            "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"web\"}}}",
            "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}",
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500}}",
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}",
            "42",
            "[]",
            "{\"type\":\"MODIFIED\",\"object\":" + "[".repeat(5000))) {
      int before = server.requests(listOf(DEPLOYMENTS)).size();
      server.once(
          watchOf(DEPLOYMENTS),
          (request, connection) -> {
            connection.open();
            connection.line(line, false);
            connection.end();
          });
      server.cutConnections();
      server.deployment("web", 100 + before);
      awaitSpec(cluster, 100 + before);
    }
  }

  /** F45. */
  @Test
  void aSilentWatchIsNoticedAndTheResourceListedAgain() throws IOException {
    WatchTimes wary =
        new WatchTimes(
            Duration.ofHours(1),
            Duration.ofMillis(300),
            Duration.ofMinutes(2),
            Duration.ofHours(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20));
    server.when(
        watchOf(DEPLOYMENTS),
        (request, connection) -> {
          connection.open();
          connection.hang();
        });
    server.deployment("web", 1);
    KubernetesCluster cluster = open(wary);
    awaitSpec(cluster, 1);
    server.deployment("web", 2); // Nobody tells.
    awaitSpec(cluster, 2);
    assertThat(server.requests(listOf(DEPLOYMENTS))).hasSizeGreaterThan(1);
  }

  /** Whatever gets lost without anybody noticing is found by the next list. */
  @Test
  void theResourceIsListedAgainNowAndThen() throws IOException {
    WatchTimes distrustful =
        new WatchTimes(
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20));
    server.when(
        watchOf(DEPLOYMENTS),
        (request, connection) -> {
          connection.open(); // It sends no event, ever.
          connection.end();
        });
    server.deployment("web", 1);
    KubernetesCluster cluster = open(distrustful);
    awaitSpec(cluster, 1);
    server.deployment("web", 2);
    awaitSpec(cluster, 2);
  }

  /** F45: bytes that mean nothing keep the connection alive, but not the view. */
  @Test
  void aViewThatIsNotConfirmedGoesStaleAndReadinessWithIt() throws IOException {
    AtomicLong nanos = new AtomicLong();
    server.deployment("web", 1);
    KubernetesCluster cluster = open(KubernetesOptions.defaults(), nanos::get);
    TargetFacts facts = awaitFacts(cluster, f -> true);
    assertThat(facts.observedAt()).isEqualTo(NOW);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.watches().stream().allMatch(w -> w.state() == WatchHealth.State.LIVE));

    nanos.addAndGet(Duration.ofSeconds(119).toNanos());
    assertThat(cluster.observe(WEB, NOW))
        .isInstanceOfSatisfying(
            Observed.Known.class,
            known -> assertThat(known.facts().observedAt()).isEqualTo(NOW.minusSeconds(119)));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(cluster.observe(WEB, NOW))
        .isInstanceOfSatisfying(
            Observed.Unknown.class, unknown -> assertThat(unknown.cause()).isEqualTo(Cause.STALE));
    assertThat(cluster.watches())
        .allSatisfy(w -> assertThat(w.state()).isEqualTo(WatchHealth.State.STALE));

    server.bookmark(DEPLOYMENTS); // A sign of life is enough.
    awaitFacts(cluster, f -> f.observedAt().equals(NOW));
  }

  @Test
  void aWatchThatIsClosedAtOnceIsNotOpenedInALoop() throws IOException {
    server.deployment("web", 1);
    server.when(
        watchOf(DEPLOYMENTS),
        (request, connection) -> {
          connection.open();
          connection.end();
        });
    KubernetesCluster cluster = open(PATIENT);
    awaitSpec(cluster, 1);
    await()
        .atMost(PATIENCE)
        .until(
            () -> cluster.watches().stream().anyMatch(w -> w.problem().equals("closed at once")));
    // The pause that has begun is of hours.
    assertThat(server.requests(watchOf(DEPLOYMENTS))).hasSize(1);
  }

  @Test
  void anUnavailableServerIsNotAskedInALoop() throws IOException {
    server.when(r -> true, (request, connection) -> connection.json(503, "{}"));
    KubernetesCluster cluster = open(PATIENT);
    Observed.Unknown unknown = awaitUnknown(cluster, Cause.UNREACHABLE);
    awaitRequests(listOf(DEPLOYMENTS), 1);
    await()
        .atMost(PATIENCE)
        .until(() ->
            cluster.observe(WEB, NOW) instanceof Observed.Unknown(var _, String why)
                && why.equals("not yet listed: HTTP 503: no explanation"));
    assertThat(unknown.detail()).startsWith("not yet listed");
    assertThat(server.requests(listOf(DEPLOYMENTS))).hasSize(1);
  }

  @Test
  void aRightThatIsTakenAwayIsToldAndComesBack() throws IOException {
    server.deployment("web", 1);
    KubernetesCluster cluster = open(BRISK);
    awaitSpec(cluster, 1);
    Predicate<Request> deployments = r -> r.path().equals(DEPLOYMENTS);
    server.when(
        deployments,
        (request, connection) ->
            connection.json(403, status(403, "deployments.apps is forbidden: User us")));
    server.cutConnections();
    assertThat(awaitUnknown(cluster, Cause.FORBIDDEN).detail())
        .isEqualTo("HTTP 403: deployments.apps is forbidden: User us");
    server.behave();
    server.bookmark(DEPLOYMENTS);
    awaitSpec(cluster, 1);
  }

  @Test
  void podsThatMayNotBeListedCostOnlyTheStartUpTimes() throws IOException {
    server.deployment("web", 1);
    server.when(
        r -> r.path().equals(PODS),
        (request, connection) -> connection.json(403, status(403, "no pods for you")));
    KubernetesCluster cluster = open(PATIENT);
    TargetFacts facts = awaitFacts(cluster, f -> true);
    assertThat(facts.startUpTimes().samples()).isZero();
    await()
        .atMost(PATIENCE)
        .until(() ->
            cluster.watches().stream()
                .anyMatch(w ->
                    w.state() == WatchHealth.State.FORBIDDEN
                        && w.problem().contains("no pods for you")));
  }

  @Test
  void aListOfManyPagesIsReadToItsEnd() throws IOException {
    for (int i = 0; i < 1250; i++) {
      server.deployment("d%04d".formatted(i), i);
    }
    server.deployment("web", 7);
    KubernetesCluster cluster = open(PATIENT);
    awaitSpec(cluster, 7);
    assertThat(server.requests(listOf(DEPLOYMENTS)))
        .extracting(r -> r.query().get("continue"))
        .containsExactly(null, "500", "1000");
    assertThat(cluster.observe(TargetRef.deployment("shop", "d1249"), NOW))
        .isInstanceOfSatisfying(
            Observed.Known.class,
            known -> assertThat(known.facts().specReplicas()).isEqualTo(1249));
  }

  @Test
  void aPageTokenThatHasExpiredLeadsToAListInOneGo() throws IOException {
    for (int i = 0; i < 600; i++) {
      server.deployment("d%04d".formatted(i), i);
    }
    server.deployment("web", 7);
    server.when(
        listOf(DEPLOYMENTS).and(r -> r.query().containsKey("continue")),
        (request, connection) -> connection.json(410, status(410, "continue token expired")));
    KubernetesCluster cluster = open(BRISK);
    awaitSpec(cluster, 7);
    assertThat(server.requests(listOf(DEPLOYMENTS)).getLast().query()).doesNotContainKey("limit");
  }

  @Test
  void pagesThatGoRoundInACircleEnd() throws IOException {
    server.deployment("web", 7);
    server.when(
        listOf(DEPLOYMENTS),
        (request, connection) ->
            connection.json(
                200,
                "{\"kind\":\"AList\",\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"a\"},\"items\":[]}"));
    KubernetesCluster cluster = open(PATIENT);
    cluster.observe(WEB, NOW);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.watches().stream().anyMatch(w -> w.problem().contains("circle")));
    assertThat(server.requests(listOf(DEPLOYMENTS))).hasSize(2);
  }

  @Test
  void anObjectWithoutEndIsCut() throws IOException {
    server.once(
        listOf(DEPLOYMENTS),
        (request, connection) -> {
          connection.open();
          connection.line("{\"kind\":\"L\",\"items\":[{\"spec\":{\"x\":[", false);
          String many = "1,".repeat(1 << 16);
          while (true) {
            connection.line(many, false);
          }
        });
    server.deployment("web", 2);
    KubernetesCluster cluster = open(BRISK);
    awaitSpec(cluster, 2);
  }

  /** After our own write the facts are never older than it, whatever the watch still says. */
  @Test
  void anEventFromBeforeOurWriteDoesNotBringTheOldSizeBack() throws IOException {
    String first = server.deployment("web", 3);
    KubernetesCluster cluster = open(PATIENT);
    awaitSpec(cluster, 3);
    server.when(
        Request::isWrite,
        (request, connection) -> {
          connection.json(200, scaleJson("2000", 8));
        });
    assertThat(cluster.apply(WEB, 8, first, NOW)).isEqualTo(new ApplyResult.Applied("2000"));
    server.deployment("web", 4); // Version 1002: an event that is still on its way.
    server.deployment("marker", 1);
    await()
        .atMost(PATIENCE)
        .until(() ->
            cluster.observe(TargetRef.deployment("shop", "marker"), NOW) instanceof Observed.Known);
    assertThat(cluster.observe(WEB, NOW))
        .isInstanceOfSatisfying(
            Observed.Known.class,
            known -> {
              assertThat(known.facts().specReplicas()).isEqualTo(8);
              assertThat(known.facts().resourceVersion()).isEqualTo("2000");
            });
  }

  @Test
  void onlyTheNamespacesGivenAreAskedFor() throws IOException {
    KubernetesOptions options =
        KubernetesOptions.defaults()
            .with(PATIENT)
            .with(new Namespaces.Only(Set.of("shop", "yard")));
    KubernetesCluster cluster = open(options, System::nanoTime);
    TargetRef elsewhere = TargetRef.deployment("bank", "vault");
    assertThat(cluster.observe(elsewhere, NOW))
        .isEqualTo(
            new Observed.Unknown(
                Cause.FORBIDDEN, "namespace bank is not among those we were given: shop, yard"));
    assertThat(cluster.apply(elsewhere, 1, "1", NOW)).isInstanceOf(ApplyResult.Forbidden.class);
    cluster.observe(WEB, NOW);
    awaitRequests(r -> true, 2);
    assertThat(server.requests(r -> true))
        .extracting(Request::path)
        .containsExactlyInAnyOrder(
            "/apis/apps/v1/namespaces/shop/deployments", "/api/v1/namespaces/shop/pods");
  }

  @Test
  void afterTheEndNothingIsSent() throws Exception {
    server.deployment("web", 1);
    KubernetesCluster cluster = open(BRISK);
    awaitSpec(cluster, 1);
    cluster.close();
    Thread.sleep(300); // What was on its way when it closed arrives.
    int sent = server.requests(r -> true).size();
    assertThat(cluster.observe(WEB, NOW))
        .isEqualTo(new Observed.Unknown(Cause.UNREACHABLE, "closed"));
    assertThat(cluster.apply(WEB, 2, "1", NOW)).isInstanceOf(ApplyResult.Failed.class);
    Thread.sleep(300);
    assertThat(server.requests(r -> true)).hasSize(sent);
  }
}
