package dev.almanac.actuator.hpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.actuator.kubernetes.KubernetesAccess;
import dev.almanac.actuator.kubernetes.KubernetesCluster;
import dev.almanac.actuator.kubernetes.KubernetesOptions;
import dev.almanac.predictor.cluster.PodReport;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.PodReadings;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.MetricTarget;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import dev.almanac.testbed.ControlPlane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Usage read through the port from a real API server, with an aggregated metrics API, beside the
 * HPA of kube-controller-manager on the same Deployment: both see the same percent of the same
 * pods.
 */
@Tag("real")
class SamePodsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final TargetRef TARGET = TargetRef.deployment(World.NAMESPACE, "w001");
  private static final String HPA =
      "/apis/autoscaling/v2/namespaces/%s/horizontalpodautoscalers".formatted(World.NAMESPACE);
  private static final MetricSpec CPU =
      new MetricSpec.Resource("cpu", new MetricTarget.Utilization(50));

  @TempDir Path folder;

  /** Usage of every pod, in milli-cores. */
  private final AtomicInteger each = new AtomicInteger(160);

  /** So many pods, in the order of their names, have no sample. */
  private final AtomicInteger silent = new AtomicInteger();

  private final AtomicReference<List<String>> names = new AtomicReference<>(List.of());

  @Test
  void theHpaAndWeSeeTheSame() throws Exception {
    try (ControlPlane plane = ControlPlane.start(folder, Duration.ofSeconds(1));
        MetricsApis apis =
            new MetricsApis(
                folder.resolve("server.crt"), folder.resolve("server.key"), _ -> usage());
        KubernetesCluster cluster =
            new KubernetesCluster(
                KubernetesAccess.find(Optional.of(plane.kubeconfig()), Map.of()),
                KubernetesOptions.defaults(),
                System::nanoTime,
                new SplittableRandom(1))) {
      await().atMost(PATIENCE).until(() -> report(cluster) instanceof PodReport.Unknown);
      apis.registerWith(plane);
      create(plane);
      await()
          .atMost(PATIENCE)
          .until(() ->
              report(cluster) instanceof PodReport.Known known
                  && known.pods().size() == 3
                  && known.pods().stream().allMatch(p -> p.ready() == Ready.TRUE));
      names.set(((PodReport.Known) report(cluster)).pods().stream().map(p -> p.name()).toList());

      same(plane, cluster, 80);
      each.set(60);
      same(plane, cluster, 30);
      silent.set(1);
      each.set(190);
      same(plane, cluster, 95);
      MetricReading read = read(cluster);
      assertThat(read.reading()).isInstanceOf(Reading.Partial.class);
      assertThat(read.pods().orElseThrow().missingPods()).isEqualTo(1);
      silent.set(3);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(read(cluster).reading()).isEqualTo(new Reading.NoData("no samples")));
    }
  }

  /** Waits until both say so, each for itself. */
  private void same(ControlPlane plane, KubernetesCluster cluster, int percent) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          JsonNode status = JSON.readTree(plane.get(HPA + "/w001")).path("status");
          assertThat(status.at("/currentMetrics/0/resource/current/averageUtilization").asInt(-1))
              .as(status.toString())
              .isEqualTo(percent);
        });
    double ours =
        switch (read(cluster).reading()) {
          case Reading.Present(double value, var _) -> value;
          case Reading.Partial(double value, var _, var _) -> value;
          case Reading other -> throw new AssertionError(other.toString());
        };
    assertThat(ours).isEqualTo(percent);
  }

  private static PodReport report(KubernetesCluster cluster) {
    cluster.observe(TARGET, Instant.now());
    return cluster.pods(TARGET, Set.of("cpu"), Instant.now());
  }

  private static MetricReading read(KubernetesCluster cluster) {
    PodReport.Known known = (PodReport.Known) report(cluster);
    return PodReadings.read(
        CPU, known.usage().get("cpu"), known.pods(), Instant.now(), Duration.ofMinutes(2));
  }

  private MetricsApis.Answer usage() {
    Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<String> items = new ArrayList<>();
    for (String pod :
        names.get().subList(Math.min(silent.get(), names.get().size()), names.get().size())) {
      items.add(
          """
          {"metadata":{"name":"%s","namespace":"%s","labels":{"app":"w001"}},"timestamp":"%s","window":"1s",
           "containers":[{"name":"main","usage":{"cpu":"%dm","memory":"1Mi"}}]}
          """
              .formatted(pod, World.NAMESPACE, at, each.get()));
    }
    return new MetricsApis.Answer(
        200,
        "{\"kind\":\"PodMetricsList\",\"apiVersion\":\"metrics.k8s.io/v1beta1\",\"metadata\":{},\"items\":[%s]}"
            .formatted(String.join(",", items)));
  }

  private void create(ControlPlane plane) throws java.io.IOException {
    Path file =
        Files.writeString(
            folder.resolve("w001.yaml"),
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: w001, namespace: %1$s}
            spec:
              replicas: 3
              selector: {matchLabels: {app: w001}}
              template:
                metadata: {labels: {app: w001}}
                spec:
                  containers: [{name: main, image: none, resources: {requests: {cpu: 200m}}}]
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: w001, namespace: %1$s}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: w001}
              minReplicas: 1
              maxReplicas: 9
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
              behavior: {scaleUp: {selectPolicy: Disabled}, scaleDown: {selectPolicy: Disabled}}
            """
                .formatted(World.NAMESPACE));
    plane.kubectl("apply", "-f", file.toString());
  }
}
