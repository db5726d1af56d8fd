package dev.almanac.actuator.kubernetes;

import static dev.almanac.actuator.kubernetes.FakeApiServer.PODS;
import static dev.almanac.actuator.kubernetes.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.PodReport;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.Pod;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.predictor.scaling.hpa.PodUsage;
import dev.almanac.predictor.scaling.hpa.PodUsage.ContainerUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pods of a workload with their requests, and what metrics.k8s.io says they use. */
class UsageReportsTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final TargetRef WEB = TargetRef.deployment("shop", "web");
  private static final String USAGE = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods";

  @TempDir Path folder;

  private FakeApiServer server;
  private KubernetesCluster cluster;

  @BeforeEach
  void start() throws Exception {
    server = new FakeApiServer();
    server.deployment("web", 1);
    cluster =
        new KubernetesCluster(
            KubernetesAccess.kubeconfig(server.kubeconfig(folder)),
            KubernetesOptions.defaults(),
            System::nanoTime,
            new SplittableRandom(1));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    cluster.close();
  }

  private PodReport.Known pods(String... resources) throws InterruptedException {
    cluster.awaitListed(List.of(WEB), Duration.ofSeconds(20));
    return (PodReport.Known) cluster.pods(WEB, Set.of(resources), NOW);
  }

  private void usage(int code, String body) {
    server.prefer(
        r -> r.path().equals(USAGE), (request, connection) -> connection.json(code, body));
  }

  @Test
  void readsPodsWithTheirRequestsConditionsAndKinds() throws Exception {
    server.put(
        PODS,
        "web-a",
        """
        {"metadata":{"name":"web-a","namespace":"shop","uid":"a","resourceVersion":"@VERSION@",\
        "labels":{"app":"web"},"creationTimestamp":"2026-11-01T11:00:00Z",\
        "deletionTimestamp":"2026-11-01T11:59:00Z"},\
        "spec":{"resources":{"requests":{"cpu":"2"}},\
        "initContainers":[{"name":"once","resources":{"requests":{"cpu":"1"}}},\
        {"name":"side","restartPolicy":"Always","resources":{"requests":{"cpu":"0.0001"}}}],\
        "containers":[{"name":"main","resources":{"limits":{"cpu":"9"},\
        "requests":{"cpu":"250m","memory":"1Gi","odd":"-5","worse":{}}}},{"name":"bare"}]},\
        "status":{"phase":"Running","startTime":"2026-11-01T11:00:01Z","conditions":[\
        {"type":"Ready","status":"False","lastTransitionTime":"2026-11-01T11:00:31Z"}]}}\
        """);
    assertThat(pods().pods())
        .containsExactly(
            new Pod(
                "web-a",
                Phase.RUNNING,
                true,
                Ready.FALSE,
                Instant.parse("2026-11-01T11:00:31Z"),
                Optional.of(Instant.parse("2026-11-01T11:00:01Z")),
                List.of(
                    new Container("once", Kind.INIT, Map.of("cpu", 1_000L)),
                    new Container("side", Kind.RESTARTABLE_INIT, Map.of("cpu", 1L)),
                    new Container(
                        "main", Kind.MAIN, Map.of("cpu", 250L, "memory", 1_073_741_824_000L)),
                    new Container("bare", Kind.MAIN, Map.of())),
                Map.of("cpu", 2_000L)));
  }

  @Test
  void asksOnceForAllResourcesAndSumsNothing() throws Exception {
    usage(
        200,
        """
        {"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":[
         {"metadata":{"name":"web-a"},"timestamp":"2026-11-01T11:59:48Z","window":"15.062s",
          "containers":[{"name":"main","usage":{"cpu":"1234567n","memory":"2Ki"}},
                        {"name":"side","usage":{"cpu":"3m"}}]},
         {"metadata":{"name":"no-time"},"containers":[]},
         {"timestamp":"2026-11-01T11:59:48Z","containers":[]}]}
        """);
    Map<String, MetricAnswer> usage = pods("cpu", "memory").usage();
    Instant at = Instant.parse("2026-11-01T11:59:48Z");
    assertThat(usage.get("cpu"))
        .isEqualTo(
            new MetricAnswer.Usage(
                List.of(
                    new PodUsage(
                        "web-a",
                        at,
                        Duration.ofMillis(15_062),
                        List.of(
                            new ContainerUsage("main", OptionalLong.of(2)),
                            new ContainerUsage("side", OptionalLong.of(3)))))));
    assertThat(((MetricAnswer.Usage) usage.get("memory")).pods().getFirst().containers())
        .containsExactlyInAnyOrder(
            new ContainerUsage("main", OptionalLong.of(2_048_000)),
            new ContainerUsage("side", OptionalLong.empty()));
    assertThat(server.requests(r -> r.path().equals(USAGE)))
        .singleElement()
        .satisfies(r -> assertThat(r.query()).containsEntry("labelSelector", "app=web"));
  }

  @Test
  void asksNothingWhenNothingIsAskedFor() throws Exception {
    assertThat(pods().usage()).isEmpty();
    assertThat(server.requests(r -> r.path().equals(USAGE))).isEmpty();
  }

  @Test
  void whatIsWrongWithTheApiIsSaid() throws Exception {
    usage(404, status(404, "the server could not find the requested resource"));
    assertThat(pods("cpu").usage())
        .containsEntry(
            "cpu",
            new MetricAnswer.Unavailable(
                "the cluster does not serve metrics.k8s.io; metrics-server usually does"));
    usage(403, status(403, "pods.metrics.k8s.io is forbidden"));
    assertThat(pods("cpu").usage())
        .containsEntry(
            "cpu",
            new MetricAnswer.Unavailable(
                "metrics.k8s.io: HTTP 403: pods.metrics.k8s.io is forbidden"));
    usage(503, status(503, "service unavailable"));
    assertThat(pods("cpu").usage().get("cpu")).isInstanceOf(MetricAnswer.Unavailable.class);
    for (String body : List.of("{\"kind\":\"PodList\",\"items\":[]}", "{\"kind\":", "[]", "")) {
      usage(200, body);
      assertThat(pods("cpu").usage())
          .as(body)
          .containsEntry(
              "cpu", new MetricAnswer.Unavailable("metrics.k8s.io: the answer is no list of pods"));
    }
  }

  @Test
  void aTargetThatTellsNoPodsHasNone() throws Exception {
    pods();
    assertThat(cluster.pods(TargetRef.deployment("shop", "none"), Set.of("cpu"), NOW))
        .isEqualTo(new PodReport.Unknown("Deployment shop/none tells no label selector"));
    assertThat(cluster.pods(TargetRef.deployment("shop", "../web"), Set.of(), NOW))
        .isInstanceOf(PodReport.Unknown.class);
  }

  @ParameterizedTest
  @CsvSource({
    "30s, 30000",
    "1m0s, 60000",
    "1h2m3.5s, 3723500",
    "0s, 0",
    "'', 60000",
    "15, 60000",
    "-3s, 60000",
    "1e9s, 60000",
    "99999999999h, 60000"
  })
  void aWindowIsAGoDuration(String text, long millis) {
    assertThat(UsageReports.window(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000",
    "250m, 250",
    "0.0001, 1",
    "1n, 1",
    "1Ki, 1024000",
    "5P, 5000000000000000000",
    "99E, 9223372036854775807"
  })
  void quantitiesAreRoundedUpAndSaturate(String text, long milli) {
    assertThat(Quantities.milli(text)).hasValue(milli);
  }

  @ParameterizedTest
  @CsvSource({"''", "-1", "x", "1e999999999", "1.2.3", "NaN", "1 m"})
  void whatIsNoQuantityIsNone(String text) {
    assertThat(Quantities.milli(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web",
        "tier in (a,b),app=web,!canary",
        "env notin (dev),owner",
        "env notin (dev,test)"
      })
  void aSelectorIsAskedForAsItWasGiven(String text) {
    assertThat(LabelSelector.parse(text).text()).isEqualTo(text);
  }
}
