package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Cause;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** deploy/kustomize applied to a real API server, and the port run with what it grants. */
@Tag("real")
class InstallationTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final TargetRef WEB = TargetRef.deployment("shop", "web");

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static KubernetesAccess access;

  @BeforeAll
  static void install() throws IOException {
    plane = ControlPlane.start(folder.resolve("plane"), Duration.ofSeconds(1));
    plane.kubectl("apply", "-k", RealParts.root().resolve("deploy/kustomize").toString());
    plane.kubectl("create", "namespace", "shop");
    plane.kubectl("create", "deployment", "web", "--image=example/web", "-n", "shop");
    access = inPodOf("almanac", "almanac");
  }

  @AfterAll
  static void stop() {
    if (plane != null) {
      plane.close();
    }
  }

  /** What a pod of this service account finds in its file system and its environment. */
  private static KubernetesAccess inPodOf(String account, String namespace) throws IOException {
    Path mount = Files.createDirectory(folder.resolve(account));
    String token = plane.kubectl("create", "token", account, "-n", namespace).getFirst();
    Files.writeString(mount.resolve("token"), token);
    Files.copy(Path.of(plane.environment().get("CA_CERT")), mount.resolve("ca.crt"));
    URI server = URI.create(plane.environment().get("API_SERVER"));
    return KubernetesAccess.find(
        Optional.empty(),
        Map.of(
            "KUBERNETES_SERVICE_HOST", server.getHost(),
            "KUBERNETES_SERVICE_PORT", Integer.toString(server.getPort())),
        mount);
  }

  private static KubernetesCluster open(KubernetesOptions options) throws IOException {
    return new KubernetesCluster(access, options, System::nanoTime, new SplittableRandom(1));
  }

  private static Observed.Known awaitKnown(KubernetesCluster cluster) {
    return await()
                .atMost(PATIENCE)
                .until(() -> cluster.observe(WEB, Instant.now()), Observed.Known.class::isInstance)
            instanceof Observed.Known known
        ? known
        : null;
  }

  @Test
  void thePodIsAdmittedUnderTheRestrictedStandard() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    plane.kubectl(
                        "get",
                        "deployment",
                        "almanac",
                        "-n",
                        "almanac",
                        "-o",
                        "jsonpath={.status.readyReplicas}"))
                .containsExactly("1"));
    // And the standard is enforced, so that being admitted means something.
    assertThatThrownBy(
            () -> plane.kubectl("run", "loose", "--image=example/loose", "-n", "almanac"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theServiceAccountMayObserveAndScale() throws IOException {
    try (KubernetesCluster cluster = open(KubernetesOptions.defaults())) {
      Observed.Known known = awaitKnown(cluster);
      int wanted = known.facts().specReplicas() + 1;
      assertThat(cluster.apply(WEB, wanted, known.facts().resourceVersion(), Instant.now()))
          .isInstanceOfAny(ApplyResult.Applied.class, ApplyResult.Conflict.class);
      await()
          .atMost(PATIENCE)
          .until(() -> {
            var facts = awaitKnown(cluster).facts();
            return facts.specReplicas() == wanted
                || cluster.apply(WEB, wanted, facts.resourceVersion(), Instant.now())
                    instanceof ApplyResult.Applied;
          });
      await().atMost(PATIENCE).until(() -> awaitKnown(cluster).facts().readyReplicas() == wanted);
      assertThat(awaitKnown(cluster).facts().startUpTimes().samples()).isPositive();
    }
    assertThat(access.permissions(new Namespaces.All(), System::nanoTime))
        .allSatisfy(p -> assertThat(p.verdict()).isEqualTo(Permission.Verdict.ALLOWED));
  }

  @Test
  void theServiceAccountMayDoNothingElse() throws IOException {
    try (ApiServer api = new ApiServer(access, KubernetesOptions.defaults(), System::nanoTime)) {
      byte[] pause = "{\"spec\":{\"paused\":true}}".getBytes(StandardCharsets.UTF_8);
      byte[] replicas = "{\"spec\":{\"replicas\":9}}".getBytes(StandardCharsets.UTF_8);
      String web = "/apis/apps/v1/namespaces/shop/deployments/web";
      for (Answer answer :
          List.of(
              api.mergePatch(web, "almanac", pause),
              api.mergePatch(web, "almanac", replicas),
              api.mergePatch(web + "/status", "almanac", replicas),
              api.get("/api/v1/namespaces/almanac/secrets"),
              api.get("/api/v1/namespaces/almanac/configmaps"),
              api.get("/api/v1/nodes"),
              api.ask("/api/v1/namespaces/almanac/pods", pause))) {
        assertThat(answer)
            .isInstanceOfSatisfying(
                Answer.Refused.class, refused -> assertThat(refused.code()).isEqualTo(403));
      }
      for (Permission.Action action :
          List.of(
              new Permission.Action("update", "apps", "deployments/scale"),
              new Permission.Action("patch", "apps", "replicasets/scale"),
              new Permission.Action("delete", "", "pods"),
              new Permission.Action("patch", "", "pods"),
              new Permission.Action("impersonate", "", "users"),
              new Permission.Action("escalate", "rbac.authorization.k8s.io", "clusterroles"),
              new Permission.Action("patch", "autoscaling", "horizontalpodautoscalers"))) {
        assertThat(AccessQuestions.mayWe(api, action, "").verdict())
            .as(action.toString())
            .isEqualTo(Permission.Verdict.DENIED);
      }
    }
  }

  /** Reliability F59: a right that is missing costs what it is for, and nothing else. */
  @Test
  void withoutTheRightToScaleEverythingButTheWriteWorks() throws IOException {
    plane.kubectl("delete", "clusterrolebinding", "almanac-scale");
    try (KubernetesCluster cluster = open(KubernetesOptions.defaults())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            Observed.Known known = awaitKnown(cluster);
            assertThat(cluster.apply(WEB, 7, known.facts().resourceVersion(), Instant.now()))
                .isInstanceOfSatisfying(
                    ApplyResult.Forbidden.class,
                    forbidden ->
                        assertThat(forbidden.detail())
                            .contains("deployments.apps \"web\" is forbidden")
                            .contains("deployments/scale"));
          });
      assertThat(cluster.watches())
          .allSatisfy(w -> assertThat(w.state()).isEqualTo(WatchHealth.State.LIVE));
      assertThat(access.permissions(new Namespaces.All(), System::nanoTime))
          .filteredOn(p -> p.verdict() == Permission.Verdict.DENIED)
          .extracting(p -> p.action().toString())
          .containsExactly("patch deployments.apps/scale", "patch statefulsets.apps/scale");
    } finally {
      plane.kubectl("apply", "-k", RealParts.root().resolve("deploy/kustomize").toString());
    }
  }

  /** Security S2: bound in one namespace only, it works there and sees nothing else. */
  @Test
  void worksWithRolesInOneNamespace() throws IOException {
    plane.kubectl("create", "serviceaccount", "local", "-n", "shop");
    for (String role : List.of("almanac-observe", "almanac-scale")) {
      plane.kubectl(
          "create",
          "rolebinding",
          "local-" + role,
          "--clusterrole=" + role,
          "--serviceaccount=shop:local",
          "-n",
          "shop");
    }
    KubernetesAccess local = inPodOf("local", "shop");
    KubernetesOptions shopOnly =
        KubernetesOptions.defaults().with(new Namespaces.Only(Set.of("shop")));
    try (var cluster =
            new KubernetesCluster(local, shopOnly, System::nanoTime, new SplittableRandom(1));
        var greedy =
            new KubernetesCluster(
                local, KubernetesOptions.defaults(), System::nanoTime, new SplittableRandom(1))) {
      awaitKnown(cluster);
      await()
          .atMost(PATIENCE)
          .until(() ->
              greedy.observe(WEB, Instant.now()) instanceof Observed.Unknown(var cause, var why)
                  && cause == Cause.FORBIDDEN
                  && why.contains("at the cluster scope"));
    }
    assertThat(local.permissions(new Namespaces.Only(Set.of("shop")), System::nanoTime))
        .allSatisfy(p -> assertThat(p.verdict()).isEqualTo(Permission.Verdict.ALLOWED));
    assertThat(local.permissions(new Namespaces.All(), System::nanoTime))
        .allSatisfy(p -> assertThat(p.verdict()).isEqualTo(Permission.Verdict.DENIED));
  }
}
