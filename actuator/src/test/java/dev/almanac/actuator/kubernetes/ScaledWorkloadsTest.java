package dev.almanac.actuator.kubernetes;

import static dev.almanac.actuator.kubernetes.FakeApiServer.PODS;
import static dev.almanac.actuator.kubernetes.FakeApiServer.scaleJson;
import static dev.almanac.actuator.kubernetes.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads of a kind that is not watched, when requests are few or go wrong. */
class ScaledWorkloadsTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final TargetRef GANG = new TargetRef("example.dev/v1", "Gang", "shop", "gang");
  private static final String SCALE = "/apis/example.dev/v1/namespaces/shop/gangs/gang/scale";

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private FakeApiServer server;
  private KubernetesCluster cluster;

  @BeforeEach
  void start() throws IOException {
    server = new FakeApiServer();
    server.put(
        PODS,
        "gang-a",
        """
        {"metadata":{"name":"gang-a","namespace":"shop","uid":"a","resourceVersion":"@VERSION@",\
        "labels":{"app":"x"},"creationTimestamp":"2026-11-01T11:00:00Z"},"status":{\
        "startTime":"2026-11-01T11:00:01Z","conditions":[{"type":"Ready","status":"True",\
        "lastTransitionTime":"2026-11-01T11:00:31Z"}]}}\
        """);
    server.when(
        r -> r.path().equals("/apis/example.dev/v1"),
        (request, connection) ->
            connection.json(
                200,
                "{\"kind\":\"APIResourceList\",\"resources\":[{\"name\":\"gangs\",\"kind\":\"Gang\","
                    + "\"namespaced\":true},{\"name\":\"gangs/scale\",\"kind\":\"Scale\","
                    + "\"namespaced\":true}]}"));
    // One read for the kind, two for the workload, then one every ten seconds.
    RequestLimits few = RequestLimits.DEFAULT.withReads(0.1, 3);
    cluster =
        new KubernetesCluster(
            KubernetesAccess.kubeconfig(server.kubeconfig(folder)),
            KubernetesOptions.defaults().with(few),
            nanos::get,
            new SplittableRandom(1));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    cluster.close();
  }

  private void scale(int code, String body) {
    server.prefer(
        r -> r.path().equals(SCALE) && !r.isWrite(),
        (request, connection) -> connection.json(code, body));
  }

  private TargetFacts awaitFacts() throws InterruptedException {
    assertThat(cluster.awaitListed(List.of(GANG), Duration.ofSeconds(30))).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> cluster.watches().stream().allMatch(w -> w.state() == WatchHealth.State.LIVE));
    return ((Observed.Known) cluster.observe(GANG, NOW)).facts();
  }

  private Cause cause() {
    return ((Observed.Unknown) cluster.observe(GANG, NOW)).cause();
  }

  @Test
  void countsReadyPodsByTheSelectorOfTheScale() throws InterruptedException {
    scale(200, scaleJson("7", 3));
    TargetFacts facts = awaitFacts();
    assertThat(facts.specReplicas()).isEqualTo(3);
    assertThat(facts.statusReplicas()).isEqualTo(1);
    assertThat(facts.readyReplicas()).isEqualTo(1);
    assertThat(facts.resourceVersion()).isEqualTo("7");
    assertThat(facts.startUpTimes().p50()).isEqualTo(Duration.ofSeconds(31));
  }

  @Test
  void countsEveryPodWhereThereIsNoSelector() throws InterruptedException {
    scale(200, scaleJson("7", 3).replace("app=x", "").replace("\"replicas\":1", "\"replicas\":2"));
    assertThat(awaitFacts().readyReplicas()).isEqualTo(2);
  }

  @Test
  void theLastAnswerServesWhileTheBudgetAllowsNoOther() throws InterruptedException {
    scale(200, scaleJson("7", 3));
    awaitFacts();
    cluster.observe(GANG, NOW);
    scale(200, scaleJson("8", 4));
    nanos.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(((Observed.Known) cluster.observe(GANG, NOW)).facts())
        .satisfies(facts -> {
          assertThat(facts.specReplicas()).isEqualTo(3);
          assertThat(facts.observedAt()).isEqualTo(NOW.minusSeconds(9));
        });
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(((Observed.Known) cluster.observe(GANG, NOW)).facts().specReplicas()).isEqualTo(4);
  }

  @Test
  void anAnswerServesUntilItIsStale() throws InterruptedException {
    scale(200, scaleJson("7", 3));
    awaitFacts();
    scale(500, status(500, "etcd is away"));
    nanos.addAndGet(Duration.ofSeconds(119).toNanos());
    assertThat(cluster.observe(GANG, NOW)).isInstanceOf(Observed.Known.class);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(cause()).isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void aWorkloadThatIsGoneIsNotRemembered() throws InterruptedException {
    scale(200, scaleJson("7", 3));
    awaitFacts();
    scale(404, status(404, "gangs not found"));
    assertThat(cause()).isEqualTo(Cause.NOT_FOUND);
    scale(500, status(500, "etcd is away"));
    assertThat(cause()).isEqualTo(Cause.UNREACHABLE);
  }

  @Test
  void aVersionThatWasRefusedIsNotBelievedAgain() throws InterruptedException {
    scale(200, scaleJson("7", 3));
    awaitFacts();
    cluster.observe(GANG, NOW); // The budget is used up.
    server.prefer(
        r -> r.isWrite(), (request, connection) -> connection.json(409, status(409, "modified")));
    assertThat(cluster.apply(GANG, 5, "7", NOW)).isInstanceOf(ApplyResult.Conflict.class);
    assertThat(cause()).isEqualTo(Cause.UNREACHABLE);
    scale(200, scaleJson("9", 4));
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(((Observed.Known) cluster.observe(GANG, NOW)).facts().resourceVersion())
        .isEqualTo("9");
  }

  @Test
  void ourOwnWriteIsKnownWithoutAnotherRead() throws InterruptedException {
    scale(200, scaleJson("7", 3));
    awaitFacts();
    cluster.observe(GANG, NOW);
    server.prefer(
        r -> r.isWrite(), (request, connection) -> connection.json(200, scaleJson("10", 5)));
    assertThat(cluster.apply(GANG, 5, "7", NOW)).isEqualTo(new ApplyResult.Applied("10"));
    assertThat(((Observed.Known) cluster.observe(GANG, NOW)).facts().specReplicas()).isEqualTo(5);
    // An answer that was on its way before the write does not bring the old size back.
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(((Observed.Known) cluster.observe(GANG, NOW)).facts().specReplicas()).isEqualTo(5);
  }
}
