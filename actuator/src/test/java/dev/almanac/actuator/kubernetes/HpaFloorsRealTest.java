package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floors under real HorizontalPodAutoscalers, whose controller follows them, with the rights of
 * deploy/kustomize and no other.
 */
@Tag("real")
class HpaFloorsRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static KubernetesAccess access;

  @BeforeAll
  static void start() throws IOException {
    plane = ControlPlane.start(folder.resolve("plane"), Duration.ofSeconds(1));
    Path kustomize = RealParts.root().resolve("deploy/kustomize");
    plane.kubectl("apply", "-k", kustomize.toString());
    plane.kubectl("apply", "-f", kustomize.resolve("role-hpa-floor.yaml").toString());
    // A workload under HpaFloor needs no right to its scale.
    plane.kubectl("delete", "clusterrolebinding", "almanac-scale");
    plane.kubectl("create", "namespace", "shop");
    access = almanac();
  }

  @AfterAll
  static void stop() {
    if (plane != null) {
      plane.close();
    }
  }

  private static KubernetesAccess almanac() throws IOException {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    Files.writeString(
        mount.resolve("token"),
        plane.kubectl("create", "token", "almanac", "-n", "almanac").getFirst());
    Files.copy(Path.of(plane.environment().get("CA_CERT")), mount.resolve("ca.crt"));
    URI server = URI.create(plane.environment().get("API_SERVER"));
    return KubernetesAccess.find(
        Optional.empty(),
        Map.of(
            "KUBERNETES_SERVICE_HOST", server.getHost(),
            "KUBERNETES_SERVICE_PORT", Integer.toString(server.getPort())),
        mount);
  }

  private static KubernetesCluster open() throws IOException {
    return new KubernetesCluster(
        access, KubernetesOptions.defaults(), System::nanoTime, new SplittableRandom(1));
  }

  private static void create(String yaml) throws IOException {
    Path file = Files.createTempFile(folder, "object", ".yaml");
    Files.writeString(file, yaml);
    plane.kubectl("apply", "-f", file.toString());
  }

  /** A Deployment and its HPA, whose metric has no answer: all that moves it is its bound. */
  private static TargetRef workload(String name, int min, int max) throws IOException {
    create(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: shop}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: main, image: none, resources: {requests: {cpu: 10m}}}]}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: %1$s, namespace: shop}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}
          minReplicas: %2$d
          maxReplicas: %3$d
        """
            .formatted(name, min, max));
    return TargetRef.deployment("shop", name);
  }

  private static TargetFacts facts(KubernetesCluster cluster, TargetRef target) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.floors().observe(target, Instant.now()) instanceof Observed.Known(var facts)
                    ? Optional.of(facts)
                    : Optional.<TargetFacts>empty(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Writes a floor, again after a conflict: the HPA controller writes its status all the time. */
  private static void raise(KubernetesCluster cluster, TargetRef target, int to) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          String version = facts(cluster, target).resourceVersion();
          return cluster.floors().apply(target, to, version, Instant.now())
              instanceof ApplyResult.Applied;
        });
  }

  private static JsonNode hpa(String name) throws IOException {
    return JSON.readTree(
        plane.get("/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/" + name));
  }

  private static int size(String name) throws IOException {
    return JSON.readTree(plane.get("/apis/apps/v1/namespaces/shop/deployments/" + name))
        .at("/spec/replicas")
        .asInt();
  }

  private static void isBackTo(String name, int min) throws IOException {
    assertThat(hpa(name).at("/spec/minReplicas").asInt()).isEqualTo(min);
    assertThat(hpa(name).at("/metadata/annotations").toString()).doesNotContain("almanac.dev");
  }

  @Test
  void theHpaFollowsTheFloorAndGetsItsOwnBack() throws IOException {
    TargetRef web = workload("web", 2, 9);
    try (KubernetesCluster cluster = open()) {
      assertThat(facts(cluster, web).specReplicas()).isEqualTo(2);
      raise(cluster, web, 6);
      assertThat(facts(cluster, web).specReplicas()).as("at once").isEqualTo(6);
      await().atMost(PATIENCE).until(() -> size("web") == 6);
      assertThat(hpa("web").at("/metadata/annotations").toString())
          .contains("\"almanac.dev/found-min-replicas\":\"2\"");
      assertThat(
              plane.kubectl(
                  "get", "hpa", "web", "-n", "shop", "--show-managed-fields", "-o", "yaml"))
          .anyMatch(line -> line.contains("manager: almanac"));

      assertThat(cluster.floors().reachable(web, 50)).as("its maximum").isEqualTo(9);
      assertThat(cluster.floors().reachable(web, 1)).as("its owner's minimum").isEqualTo(2);
      raise(cluster, web, 1);
      isBackTo("web", 2);
    }
  }

  /** Reliability I10: the object itself remembers; another process gives back. */
  @Test
  void aKilledProcessLeavesNothingBehindForTheNextOne() throws Exception {
    TargetRef killed = workload("killed", 3, 9);
    TargetRef kept = workload("kept", 1, 9);
    try (KubernetesCluster cluster = open()) {
      raise(cluster, killed, 7);
      raise(cluster, kept, 4);
    }
    try (KubernetesCluster cluster = open()) {
      cluster.floors().begin(List.of(killed));
      assertThat(cluster.awaitListed(List.of(), PATIENCE)).isTrue();
      assertThat(cluster.floors().giveBackAllBut(List.of(kept)))
          .contains("HorizontalPodAutoscaler shop/killed has its lower bound 3 back");
      isBackTo("killed", 3);
      assertThat(hpa("kept").at("/spec/minReplicas").asInt()).isEqualTo(4);
      raise(cluster, kept, 5);
      assertThat(hpa("kept").at("/metadata/annotations").toString())
          .as("the first finding stays")
          .contains("\"almanac.dev/found-min-replicas\":\"1\"");
      cluster.floors().giveBackAllBut(List.of());
      isBackTo("kept", 1);
    }
  }

  @Test
  void aBoundThatItsOwnerChangesMeanwhileIsTheOwners() throws IOException {
    TargetRef edited = workload("edited", 2, 9);
    try (KubernetesCluster cluster = open()) {
      raise(cluster, edited, 7);
      plane.kubectl("patch", "hpa", "edited", "-n", "shop", "-p", "{\"spec\":{\"minReplicas\":4}}");
      await().atMost(PATIENCE).until(() -> facts(cluster, edited).specReplicas() == 4);
      assertThat(cluster.floors().reachable(edited, 1)).isEqualTo(4);
      raise(cluster, edited, 8);
      raise(cluster, edited, 1);
      isBackTo("edited", 4);
    }
  }

  @Test
  void aWriteToAnOlderVersionIsAConflict() throws IOException {
    TargetRef busy = workload("busy", 2, 9);
    try (KubernetesCluster cluster = open()) {
      String before = facts(cluster, busy).resourceVersion();
      plane.kubectl("annotate", "hpa", "busy", "-n", "shop", "touched=yes");
      assertThat(cluster.floors().apply(busy, 5, before, Instant.now()))
          .isInstanceOf(ApplyResult.Conflict.class);
      raise(cluster, busy, 5);
    }
  }

  @Test
  void withoutAnHpaOrWithTwoThereIsNoFloor() throws IOException {
    TargetRef alone = workload("alone", 2, 9);
    plane.kubectl("delete", "hpa", "alone", "-n", "shop");
    TargetRef twice = workload("twice", 2, 9);
    plane.kubectl("autoscale", "deployment", "twice", "-n", "shop", "--name=second", "--max=5");
    try (KubernetesCluster cluster = open()) {
      await()
          .atMost(PATIENCE)
          .until(() ->
              cluster.floors().observe(alone, Instant.now())
                      instanceof Observed.Unknown(var cause, var why)
                  && cause == Cause.NOT_FOUND
                  && why.contains("HpaFloor needs one"));
      await()
          .atMost(PATIENCE)
          .until(() ->
              cluster.floors().observe(twice, Instant.now())
                      instanceof Observed.Unknown(var cause, var why)
                  && cause == Cause.NOT_SCALABLE
                  && why.contains("both scale"));
    }
  }

  @Test
  void whoSetsASizeItselfStepsBackWhereAnHpaDoesToo() throws IOException {
    TargetRef shared = workload("shared", 2, 9);
    try (KubernetesCluster cluster = open()) {
      assertThat(sized(cluster, shared).surroundings().otherScaler())
          .as("nobody has looked yet")
          .isEmpty();
      cluster.lookForScalers(List.of(shared));
      await()
          .atMost(PATIENCE)
          .until(
              () -> sized(cluster, shared).surroundings().otherScaler(),
              "HorizontalPodAutoscaler shared"::equals);
      assertThat(decision(Stage.FULL, sized(cluster, shared)).reason())
          .isEqualTo(ReasonCode.CONFLICT);
      assertThat(decision(Stage.SHADOW, sized(cluster, shared)).reason())
          .as("who writes nothing is in nobody's way")
          .isEqualTo(ReasonCode.SHADOW);
      plane.kubectl("delete", "hpa", "shared", "-n", "shop");
      await()
          .atMost(PATIENCE)
          .until(() -> sized(cluster, shared).surroundings().otherScaler(), String::isEmpty);
      assertThat(decision(Stage.FULL, sized(cluster, shared)).reason())
          .isEqualTo(ReasonCode.REACTIVE);
    }
  }

  /** The workload's own size, as actuation Scale sees it. */
  private static TargetFacts sized(KubernetesCluster cluster, TargetRef target) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.observe(target, Instant.now()) instanceof Observed.Known(TargetFacts facts)
                    ? Optional.of(facts)
                    : Optional.<TargetFacts>empty(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** One replica serves 100, and 700 are asked for. */
  private static Decision decision(Stage stage, TargetFacts facts) {
    Instant now = Instant.now();
    return new Autoscaler()
        .step(
            ScalingPolicy.of(1, 50, stage, 100),
            new Observation(
                now,
                facts,
                List.of(),
                new Demand(new Reading.Present(700, now)),
                Optional.empty(),
                Optional.empty(),
                Limits.none()),
            AutoscalerState.cold())
        .decision();
  }

  /** KEDA sets its own HPA back to what its ScaledObject says, so that is where the floor goes. */
  @Test
  void theFloorOfAScaledObjectIsSetThere() throws Exception {
    create(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: scaledobjects.keda.sh}
        spec:
          group: keda.sh
          names: {kind: ScaledObject, plural: scaledobjects, singular: scaledobject}
          scope: Namespaced
          versions:
          - name: v1alpha1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """);
    plane.kubectl("wait", "--for=condition=Established", "crd/scaledobjects.keda.sh");
    TargetRef jobs = workload("jobs", 1, 9);
    create(
        """
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: jobs-so, namespace: shop}
        spec: {scaleTargetRef: {name: jobs}, maxReplicaCount: 9}
        """);
    String uid =
        plane
            .kubectl(
                "get", "scaledobject", "jobs-so", "-n", "shop", "-o", "jsonpath={.metadata.uid}")
            .getFirst();
    plane.kubectl(
        "patch",
        "hpa",
        "jobs",
        "-n",
        "shop",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"keda.sh/v1alpha1\",\"kind\":\"ScaledObject\",\"name\":\"jobs-so\",\"uid\":\"%s\"}]}}"
            .formatted(uid));
    String path = "/apis/keda.sh/v1alpha1/namespaces/shop/scaledobjects/jobs-so";
    try (KubernetesCluster cluster = open()) {
      cluster.lookForScalers(List.of(jobs));
      await()
          .atMost(PATIENCE)
          .until(
              () -> sized(cluster, jobs).surroundings().otherScaler(),
              "ScaledObject jobs-so"::equals);
      await()
          .atMost(PATIENCE)
          .until(() -> {
            facts(cluster, jobs);
            return cluster.floors().reachable(jobs, 1) == 1
                && cluster.floors().reachable(jobs, 50) == 9;
          });
      assertThat(facts(cluster, jobs).specReplicas()).as("0, while it runs").isEqualTo(1);
      raise(cluster, jobs, 6);
      JsonNode raised = JSON.readTree(plane.get(path));
      assertThat(raised.at("/spec/minReplicaCount").asInt()).isEqualTo(6);
      assertThat(raised.at("/metadata/annotations").toString()).contains("\"none\"");
      assertThat(hpa("jobs").at("/spec/minReplicas").asInt()).as("KEDA's to change").isEqualTo(1);
      cluster.floors().giveBackAllBut(List.of());
      JsonNode back = JSON.readTree(plane.get(path));
      assertThat(back.at("/spec").has("minReplicaCount")).isFalse();
      assertThat(back.at("/metadata/annotations").toString()).doesNotContain("almanac.dev");
    }
  }

  @Test
  void withoutTheRoleTheReasonIsSaidAndNothingIsWritten() throws IOException {
    TargetRef bare = workload("bare", 2, 9);
    try (KubernetesCluster cluster = open()) {
      TargetFacts facts = facts(cluster, bare);
      plane.kubectl("delete", "clusterrolebinding", "almanac-hpa-floor");
      await()
          .atMost(PATIENCE)
          .until(() ->
              cluster.floors().apply(bare, 5, facts(cluster, bare).resourceVersion(), Instant.now())
                      instanceof ApplyResult.Forbidden(var why)
                  && why.contains("horizontalpodautoscalers"));
      assertThat(facts.specReplicas()).isEqualTo(2);
      assertThat(hpa("bare").at("/spec/minReplicas").asInt()).isEqualTo(2);
      // Without the right to list them, neither a floor nor another autoscaler is seen.
      plane.kubectl(
          "patch",
          "clusterrole",
          "almanac-observe",
          "--type=json",
          "-p",
          "[{\"op\":\"test\",\"path\":\"/rules/2/apiGroups/0\",\"value\":\"autoscaling\"},"
              + "{\"op\":\"remove\",\"path\":\"/rules/2\"}]");
      try (KubernetesCluster late = open()) {
        late.lookForScalers(List.of(bare));
        await()
            .atMost(PATIENCE)
            .until(() ->
                late.floors().observe(bare, Instant.now())
                        instanceof Observed.Unknown(var cause, var _)
                    && cause == Cause.FORBIDDEN);
        assertThat(sized(late, bare).surroundings().otherScaler()).isEmpty();
      }
    } finally {
      Path kustomize = RealParts.root().resolve("deploy/kustomize");
      plane.kubectl("apply", "-f", kustomize.resolve("role-observe.yaml").toString());
      plane.kubectl("apply", "-f", kustomize.resolve("role-hpa-floor.yaml").toString());
    }
  }
}
