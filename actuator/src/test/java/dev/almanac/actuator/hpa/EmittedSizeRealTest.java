package dev.almanac.actuator.hpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.actuator.hpa.MetricsApis.Answer;
import dev.almanac.actuator.hpa.MetricsApis.Question;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real HorizontalPodAutoscaler with the metric of docs/guides/beside-an-hpa.md follows the sizes
 * that {@code actuation: Emit} publishes, through an adapter that serves external.metrics.k8s.io.
 */
@Tag("real")
class EmittedSizeRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Pattern METRIC =
      Pattern.compile("```text\n(- type: External\n.*?)```", Pattern.DOTALL);

  private final AtomicReference<OptionalInt> emitted = new AtomicReference<>(OptionalInt.empty());

  @Test
  void theHpaFollowsTheSizeAndStaysWhereItIsMissing(@TempDir Path folder) throws Exception {
    try (ControlPlane plane =
            ControlPlane.start(
                folder,
                Duration.ofSeconds(1),
                "--flag",
                "kube-controller-manager=--horizontal-pod-autoscaler-downscale-stabilization=3s");
        MetricsApis apis =
            new MetricsApis(
                folder.resolve("server.crt"), folder.resolve("server.key"), this::answer)) {
      apis.registerWith(plane);
      Path objects = Files.writeString(folder.resolve("web.yaml"), objects());
      plane.kubectl("apply", "-f", objects.toString());

      emitted.set(OptionalInt.of(7));
      becomes(plane, 7);

      emitted.set(OptionalInt.empty());
      await()
          .atMost(PATIENCE)
          .until(() -> hpa(plane).toString().contains("FailedGetExternalMetric"));
      assertThat(size(plane)).isEqualTo(7);

      emitted.set(OptionalInt.of(17));
      becomes(plane, 17);
      await().atMost(PATIENCE).until(() -> hpa(plane).at("/status/currentReplicas").asInt() == 17);
      emitted.set(OptionalInt.of(18));
      await().atMost(PATIENCE).until(() -> hpa(plane).toString().contains("1059m"));
      assertThat(size(plane)).as("one more of seventeen is inside the tolerance").isEqualTo(17);

      emitted.set(OptionalInt.of(4));
      becomes(plane, 4);
    }
  }

  private Answer answer(Question question) {
    assertThat(question.app()).contains("name=web", "namespace=shop");
    OptionalInt size = emitted.get();
    String items =
        size.isPresent()
            ? """
            {"metricName":"almanac_emitted_replicas","metricLabels":{},"timestamp":"%s","value":"%d"}
            """
                .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), size.getAsInt())
            : "";
    return new Answer(
        200,
        """
        {"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1",
         "metadata":{},"items":[%s]}
        """
            .formatted(items));
  }

  private static String objects() throws IOException {
    String guide = Files.readString(RealParts.root().resolve("docs/guides/beside-an-hpa.md"));
    Matcher metric = METRIC.matcher(guide);
    assertThat(metric.find()).isTrue();
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: main, image: none}]}
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web, namespace: shop}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      minReplicas: 2
      maxReplicas: 30
      metrics:
    %s
    """
        .formatted(metric.group(1).indent(2));
  }

  private static void becomes(ControlPlane plane, int size) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(size(plane)).isEqualTo(size));
  }

  private static int size(ControlPlane plane) throws IOException {
    return JSON.readTree(plane.get("/apis/apps/v1/namespaces/shop/deployments/web"))
        .at("/spec/replicas")
        .asInt();
  }

  private static JsonNode hpa(ControlPlane plane) throws IOException {
    return JSON.readTree(
        plane.get("/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web"));
  }
}
