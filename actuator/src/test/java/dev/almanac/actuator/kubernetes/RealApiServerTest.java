package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.testbed.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port against a real control plane: API server, controllers and scheduler. */
@Tag("real")
class RealApiServerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LAG = Duration.ofSeconds(3);

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static KubernetesCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    plane = ControlPlane.start(folder.resolve("plane"), LAG);
    cluster = open(KubernetesOptions.defaults());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (plane != null) {
      plane.close();
    }
  }

  private static KubernetesCluster open(KubernetesOptions options) throws IOException {
    KubernetesAccess access = KubernetesAccess.find(Optional.of(plane.kubeconfig()), Map.of());
    return new KubernetesCluster(access, options, System::nanoTime, new SplittableRandom(1));
  }

  private static void create(String yaml) throws IOException {
    Path file = Files.createTempFile(folder, "object", ".yaml");
    Files.writeString(file, yaml);
    plane.kubectl("apply", "-f", file.toString());
  }

  private static String workload(String kind, String name, int replicas) {
    return """
    apiVersion: apps/v1
    kind: %s
    metadata: {name: %s, namespace: default}
    spec:
      replicas: %d
      selector: {matchLabels: {app: %s}}
      template:
        metadata: {labels: {app: %s}}
        spec:
          containers: [{name: main, image: example/%s}]
    """
        .formatted(kind, name, replicas, name, name, name);
  }

  private static TargetFacts awaitFacts(TargetRef target, Predicate<TargetFacts> condition) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                cluster.observe(target, Instant.now()) instanceof Observed.Known(var facts)
                    ? Optional.of(facts).filter(condition)
                    : Optional.<TargetFacts>empty(),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void observesAndScalesADeployment() throws IOException {
    TargetRef web = TargetRef.deployment("default", "web");
    create(workload("Deployment", "web", 3));
    Instant before = Instant.now();
    TargetFacts facts = awaitFacts(web, f -> f.readyReplicas() == 3 && !f.rollout());
    assertThat(facts.specReplicas()).isEqualTo(3);
    assertThat(facts.statusReplicas()).isEqualTo(3);
    assertThat(facts.observedAt()).isBetween(before.minusSeconds(60), Instant.now());

    ApplyResult result = cluster.apply(web, 5, facts.resourceVersion(), Instant.now());
    assertThat(result).isInstanceOf(ApplyResult.Applied.class);
    String version = ((ApplyResult.Applied) result).resourceVersion();
    // At once, before the watch has told.
    assertThat(cluster.observe(web, Instant.now()))
        .isInstanceOfSatisfying(
            Observed.Known.class, known -> assertThat(known.facts().specReplicas()).isEqualTo(5));
    assertThat(Version.isOlder(facts.resourceVersion(), version)).isTrue();
    awaitFacts(web, f -> f.readyReplicas() == 5 && !f.rollout());
    assertThat(
            plane.kubectl(
                "get",
                "deployment",
                "web",
                "--show-managed-fields",
                "-o",
                "jsonpath={.metadata.managedFields[*].manager}"))
        .singleElement()
        .asString()
        .contains("almanac");
  }

  @Test
  void observesAndScalesAStatefulSet() throws IOException {
    TargetRef db = new TargetRef("apps/v1", "StatefulSet", "default", "db");
    create(workload("StatefulSet", "db", 1));
    TargetFacts facts = awaitFacts(db, f -> f.readyReplicas() == 1 && !f.rollout());
    assertThat(cluster.apply(db, 2, facts.resourceVersion(), Instant.now()))
        .isInstanceOf(ApplyResult.Applied.class);
    awaitFacts(db, f -> f.specReplicas() == 2 && f.readyReplicas() == 2 && !f.rollout());
  }

  @Test
  void refusesToOverwriteWhatSomebodyElseHasChanged() throws IOException {
    TargetRef shared = TargetRef.deployment("default", "shared");
    create(workload("Deployment", "shared", 1));
    TargetFacts seen = awaitFacts(shared, f -> f.readyReplicas() == 1 && !f.rollout());
    plane.kubectl("scale", "deployment", "shared", "--replicas", "4");

    ApplyResult late = cluster.apply(shared, 2, seen.resourceVersion(), Instant.now());
    assertThat(late).isInstanceOf(ApplyResult.Conflict.class);
    // The next look is newer than what was refused, whatever the watch has told so far.
    Observed again = cluster.observe(shared, Instant.now());
    assertThat(again).isInstanceOf(Observed.Known.class);
    TargetFacts now = ((Observed.Known) again).facts();
    assertThat(now.specReplicas()).isEqualTo(4);
    assertThat(Version.isOlder(seen.resourceVersion(), now.resourceVersion())).isTrue();
  }

  @Test
  void knowsWhoHasSetTheSizeAndWhetherAPersonHasPausedIt() throws IOException {
    TargetRef fought = TargetRef.deployment("default", "fought");
    create(workload("Deployment", "fought", 1));
    TargetFacts seen = awaitFacts(fought, f -> f.readyReplicas() == 1 && !f.rollout());
    assertThat(seen.surroundings().foreignWrite()).isPresent();
    assertThat(seen.surroundings().paused()).isFalse();

    assertThat(cluster.apply(fought, 2, seen.resourceVersion(), Instant.now()))
        .isInstanceOf(ApplyResult.Applied.class);
    awaitFacts(fought, f -> f.readyReplicas() == 2 && f.surroundings().foreignWrite().isEmpty());
    plane.kubectl("scale", "deployment", "fought", "--replicas", "3");
    TargetFacts set =
        awaitFacts(
            fought, f -> f.specReplicas() == 3 && f.surroundings().foreignWrite().isPresent());
    assertThat(set.surroundings().foreignWrite().orElseThrow().manager()).startsWith("kubectl");
    plane.kubectl("annotate", "deployment", "fought", "almanac.dev/paused=true");
    awaitFacts(fought, f -> f.surroundings().paused());
  }

  @Test
  void measuresTheTimeFromCreatedToReady() throws IOException {
    TargetRef slow = TargetRef.deployment("default", "slow");
    // Asked for first, so that its pods are seen from their creation on.
    cluster.observe(slow, Instant.now());
    create(
        workload("Deployment", "slow", 4)
            .replace(
                "metadata: {labels: {app: slow}}",
                "metadata: {labels: {app: slow}, annotations:"
                    + " {testbed.almanac.dev/start-up-lag: 8s}}"));
    TargetFacts facts =
        awaitFacts(slow, f -> f.readyReplicas() == 4 && f.startUpTimes().samples() == 4);
    assertThat(facts.startUpTimes().p50())
        .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(20)); // whole seconds, busy machine
    assertThat(facts.startUpTimes().p90()).isGreaterThanOrEqualTo(facts.startUpTimes().p50());

    // Who comes later finds the same in the pods that are there.
    try (KubernetesCluster later = open(KubernetesOptions.defaults())) {
      assertThat(later.awaitListed(List.of(slow), PATIENCE)).isTrue();
      assertThat(later.observe(slow, Instant.now()))
          .isInstanceOfSatisfying(
              Observed.Known.class,
              known -> assertThat(known.facts().startUpTimes()).isEqualTo(facts.startUpTimes()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSizeThatAQuotaRefusesIsNoRolloutAndANewTemplateIs() throws IOException {
    plane.kubectl("create", "namespace", "tight");
    TargetRef tight = TargetRef.deployment("tight", "tight");
    create(workload("Deployment", "tight", 2).replace("default", "tight"));
    TargetFacts facts = awaitFacts(tight, f -> f.readyReplicas() == 2 && !f.rollout());
    plane.kubectl("create", "quota", "pods", "--hard=pods=2", "-n", "tight");
    assertThat(cluster.apply(tight, 5, facts.resourceVersion(), Instant.now()))
        .isInstanceOf(ApplyResult.Applied.class);
    awaitFacts(tight, f -> f.specReplicas() == 5 && f.readyReplicas() == 2 && !f.rollout());

    TargetFacts refused = awaitFacts(tight, f -> f.surroundings().quota().isPresent());
    assertThat(refused.surroundings().quota()).contains(new Surroundings.QuotaRoom("pods", 0));

    plane.kubectl("set", "image", "deployment/tight", "main=example/other", "-n", "tight");
    awaitFacts(tight, TargetFacts::rollout);
  }

  @Test
  void scalesAnyKindWithAScaleSubresource() throws IOException {
    create(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gangs.example.dev}
        spec:
          group: example.dev
          scope: Namespaced
          names: {plural: gangs, singular: gang, kind: Gang}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
            subresources:
              status: {}
              scale:
                specReplicasPath: .spec.size
                statusReplicasPath: .status.size
                labelSelectorPath: .status.selector
        """);
    plane.kubectl("wait", "--for=condition=Established", "crd/gangs.example.dev");
    create(
        """
        apiVersion: example.dev/v1
        kind: Gang
        metadata: {name: gang, namespace: default}
        spec: {size: 2}
        """);
    plane.kubectl(
        "patch",
        "gang",
        "gang",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"size\":2,\"selector\":\"gang=one,!canary\"}}");
    for (String pod : List.of("gang-a", "gang-b")) {
      create(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: %s, namespace: default, labels: {gang: one}}
          spec: {containers: [{name: main, image: example/gang}]}
          """
              .formatted(pod));
    }
    TargetRef gang = new TargetRef("example.dev/v1", "Gang", "default", "gang");
    TargetFacts facts =
        awaitFacts(gang, f -> f.readyReplicas() == 2 && f.startUpTimes().samples() == 2);
    assertThat(facts.specReplicas()).isEqualTo(2);
    assertThat(facts.statusReplicas()).isEqualTo(2);

    assertThat(cluster.apply(gang, 7, facts.resourceVersion(), Instant.now()))
        .isInstanceOf(ApplyResult.Applied.class);
    assertThat(awaitFacts(gang, f -> true).specReplicas()).isEqualTo(7);
    assertThat(cluster.apply(gang, 3, facts.resourceVersion(), Instant.now()))
        .isInstanceOf(ApplyResult.Conflict.class);
    assertThat(plane.kubectl("get", "gang", "gang", "-o", "jsonpath={.spec.size}"))
        .containsExactly("7");
  }

  @Test
  void saysWhyNothingIsKnown() {
    awaitCause(TargetRef.deployment("default", "nobody"), Cause.NOT_FOUND);
    awaitCause(new TargetRef("v1", "ConfigMap", "default", "kube-root-ca.crt"), Cause.NOT_SCALABLE);
    awaitCause(new TargetRef("none.dev/v1", "None", "default", "none"), Cause.NOT_SCALABLE);
    assertThat(cluster.apply(TargetRef.deployment("default", "nobody"), 3, "1", Instant.now()))
        .isInstanceOf(ApplyResult.Gone.class);
  }

  private static void awaitCause(TargetRef target, Cause cause) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(cluster.observe(target, Instant.now()))
                .isInstanceOfSatisfying(
                    Observed.Unknown.class,
                    unknown -> assertThat(unknown.cause()).isEqualTo(cause)));
  }

  @Test
  void tellsWhoTheServerIsAndWhatWeMay() throws IOException {
    KubernetesAccess access = KubernetesAccess.find(Optional.of(plane.kubeconfig()), Map.of());
    assertThat(access.health(System::nanoTime))
        .isInstanceOfSatisfying(
            ServerHealth.Up.class, up -> assertThat(up.version()).startsWith("v1."));
    assertThat(access.permissions(new Namespaces.All(), System::nanoTime))
        .hasSize(10)
        .allSatisfy(p -> assertThat(p.verdict()).isEqualTo(Permission.Verdict.ALLOWED));
  }

  /** Reliability F42, F45: an API server that goes away and comes back. */
  @Test
  void survivesARestartOfTheControlPlane() throws IOException {
    WatchTimes brisk =
        new WatchTimes(
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofMinutes(30),
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    TargetRef steady = TargetRef.deployment("default", "steady");
    create(workload("Deployment", "steady", 1));
    awaitFacts(steady, f -> f.readyReplicas() == 1);
    try (KubernetesCluster impatient = open(KubernetesOptions.defaults().with(brisk))) {
      await()
          .atMost(PATIENCE)
          .until(() -> impatient.observe(steady, Instant.now()) instanceof Observed.Known);

      plane.close();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(impatient.observe(steady, Instant.now()))
                  .isInstanceOfSatisfying(
                      Observed.Unknown.class,
                      unknown -> assertThat(unknown.cause()).isEqualTo(Cause.STALE)));
      assertThat(impatient.apply(steady, 2, "1", Instant.now()))
          .isInstanceOf(ApplyResult.Failed.class);

      plane = ControlPlane.start(folder.resolve("plane"), LAG);
      plane.kubectl("scale", "deployment", "steady", "--replicas", "3");
      await()
          .atMost(PATIENCE)
          .until(() ->
              impatient.observe(steady, Instant.now()) instanceof Observed.Known(var facts)
                  && facts.specReplicas() == 3
                  && facts.readyReplicas() == 3);
    }
    awaitFacts(steady, f -> f.readyReplicas() == 3); // The default times recover as well.
  }
}
