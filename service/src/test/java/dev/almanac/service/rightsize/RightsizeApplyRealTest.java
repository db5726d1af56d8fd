package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.service.cli.CommandRun;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Running pods of a real API server are resized in place and get their own back, with the rights of
 * deploy/rightsize/apply.yaml and no other.
 */
@Tag("real")
class RightsizeApplyRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long MI = 1L << 20;

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static Path kubeconfig;

  /** Advice for a container, in millicores and MiB; a negative limit is none. */
  private record Advised(
      String namespace,
      String name,
      long cpu,
      long memory,
      long cpuLimit,
      long memoryLimit,
      String hpa) {}

  @BeforeAll
  static void start() throws IOException {
    plane = ControlPlane.start(folder.resolve("plane"), Duration.ZERO);
    plane.kubectl("create", "namespace", "almanac");
    plane.kubectl(
        "apply",
        "-n",
        "almanac",
        "-f",
        RealParts.root().resolve("deploy/rightsize/apply.yaml").toString());
    kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: almanac}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: almanac, user: {token: "%s"}}]
        """
            .formatted(
                plane.environment().get("API_SERVER"),
                plane.environment().get("CA_CERT"),
                plane
                    .kubectl("create", "token", "almanac-rightsize-apply", "-n", "almanac")
                    .getFirst()));
  }

  @AfterAll
  static void stop() {
    if (plane != null) {
      plane.close();
    }
  }

  /** A namespace with a Deployment whose pods all run. */
  private static void workload(
      String namespace, String name, int replicas, String resources, String annotations)
      throws IOException {
    plane.send(
        "POST",
        "/api/v1/namespaces",
        "application/json",
        "{\"metadata\": {\"name\": \"%s\"}}".formatted(namespace));
    Path file = Files.createTempFile(folder, "object", ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %2$s, namespace: %1$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata: {labels: {app: %2$s}, annotations: %5$s}
            spec: {containers: [{name: app, image: none, resources: %4$s}]}
        """
            .formatted(namespace, name, replicas, resources, annotations));
    plane.kubectl("apply", "-f", file.toString());
    await()
        .atMost(PATIENCE)
        .until(() ->
            pods(namespace, name).values().stream()
                    .filter(p -> p.path("status").path("phase").asText().equals("Running"))
                    .count()
                == replicas);
  }

  private static Map<String, JsonNode> pods(String namespace, String app) throws IOException {
    Map<String, JsonNode> pods = new TreeMap<>();
    JsonNode list =
        JSON.readTree(
            plane.get("/api/v1/namespaces/%s/pods?labelSelector=app=%s".formatted(namespace, app)));
    list.path("items").forEach(pod -> pods.put(pod.path("metadata").path("name").asText(), pod));
    return pods;
  }

  /** Requests and limits of each pod, as its node has them. */
  private static List<String> actual(String namespace, String app) throws IOException {
    List<String> actual = new ArrayList<>();
    for (JsonNode pod : pods(namespace, app).values()) {
      assertThat(pod.path("spec").path("containers").get(0).path("resources"))
          .isEqualTo(pod.path("status").path("containerStatuses").get(0).path("resources"));
      actual.add(
          pod.path("status")
              .path("containerStatuses")
              .get(0)
              .path("resources")
              .toString()
              .replace("\"", ""));
    }
    return actual;
  }

  private static Path report(Instant to, Advised... rows) throws IOException {
    var root = JSON.createObjectNode();
    root.put("to", to.toString());
    var containers = root.putArray("containers");
    for (Advised row : rows) {
      var one = containers.addObject();
      one.put("namespace", row.namespace()).put("kind", "Deployment").put("name", row.name());
      one.put("container", "app").put("guessed", false).put("changes", true);
      var advised = one.putObject("advised");
      advised
          .putObject("requests")
          .put("cpu_millicores", row.cpu())
          .put("memory_bytes", row.memory() * MI);
      var limits = advised.putObject("limits");
      if (row.cpuLimit() >= 0) {
        limits.put("cpu_millicores", row.cpuLimit());
      }
      if (row.memoryLimit() >= 0) {
        limits.put("memory_bytes", row.memoryLimit() * MI);
      }
      if (!row.hpa().isEmpty()) {
        one.putObject("hpa").put("name", row.hpa());
      }
    }
    Path file = Files.createTempFile(folder, "report", ".json");
    Files.writeString(file, root.toString());
    return file;
  }

  private static Path policy(String namespace, String spec) throws IOException {
    Path file = Files.createTempFile(folder, "policy", ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: almanac.dev/v1alpha1
        kind: ResourcePolicy
        metadata: {name: all, namespace: %s}
        spec: %s
        """
            .formatted(namespace, spec));
    return file;
  }

  private static CommandRun apply(Path report, Path policies, Path state, String... more) {
    List<String> args =
        new ArrayList<>(List.of("apply", report.toString(), "--policies", policies.toString()));
    args.addAll(List.of(more));
    return rightsize(state, args);
  }

  private static CommandRun rightsize(Path state, List<String> verb) {
    List<String> args = new ArrayList<>(List.of("rightsize"));
    args.addAll(verb);
    args.addAll(
        List.of("--state", state.toString(), "--kubeconfig", kubeconfig.toString(), "-o", "json"));
    return CommandRun.run(args.toArray(String[]::new));
  }

  private static Map<String, Integer> summary(CommandRun printed) throws IOException {
    assertThat(printed.out()).as(printed.err()).isNotEmpty();
    Map<String, Integer> summary = new TreeMap<>();
    JSON.readTree(printed.out())
        .path("summary")
        .properties()
        .forEach(e -> summary.put(e.getKey(), e.getValue().asInt()));
    return summary;
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }

  @Test
  void goesDownInStepsAndGivesBackWhatWasThere() throws IOException {
    workload("steps", "web", 3, "{requests: {cpu: 1, memory: 1Gi}, limits: {memory: 2Gi}}", "{}");
    Path report = report(now(), new Advised("steps", "web", 700, 1536, -1, 2048, ""));
    Path policies = policy("steps", "{mode: Resize}");
    Path state = folder.resolve("steps.json");
    List<String> found = actual("steps", "web");

    CommandRun dry = apply(report, policies, state, "--dry-run");
    assertThat(summary(dry)).isEqualTo(Map.of("would_resize", 3));
    assertThat(dry.code()).isZero();
    assertThat(actual("steps", "web")).isEqualTo(found);
    assertThat(state).doesNotExist();

    CommandRun first = apply(report, policies, state);
    assertThat(summary(first)).as(first.out()).isEqualTo(Map.of("resized", 3));
    assertThat(first.out()).contains("app: CPU 1>800m, memory 1Gi>1.5Gi, a step");
    assertThat(actual("steps", "web"))
        .hasSize(3)
        .containsOnly("{limits:{memory:2Gi},requests:{cpu:800m,memory:1536Mi}}");
    assertThat(summary(apply(report, policies, state))).isEqualTo(Map.of("resized", 3));
    assertThat(actual("steps", "web"))
        .containsOnly("{limits:{memory:2Gi},requests:{cpu:700m,memory:1536Mi}}");
    assertThat(summary(apply(report, policies, state))).isEqualTo(Map.of("right", 3));

    CommandRun undone = rightsize(state, List.of("undo"));
    assertThat(summary(undone)).as(undone.out()).isEqualTo(Map.of("resized", 3));
    assertThat(actual("steps", "web")).isEqualTo(found);
    assertThat(summary(rightsize(state, List.of("undo")))).isEmpty();
  }

  @Test
  void takesBackWhatNoNodeCanGiveAndDoesNotAskAgain() throws IOException {
    workload(
        "full",
        "web",
        2,
        "{requests: {cpu: 100m, memory: 64Mi}}",
        "{testbed.almanac.dev/resize: Infeasible}");
    Path report = report(now(), new Advised("full", "web", 900, 64, -1, -1, ""));
    Path policies = policy("full", "{mode: Resize}");
    Path state = folder.resolve("full.json");

    CommandRun first = apply(report, policies, state, "--wait", "20s");
    assertThat(summary(first)).as(first.out()).isEqualTo(Map.of("infeasible", 2));
    assertThat(first.out()).contains("taken back: Node didn't have enough capacity");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(actual("full", "web")).containsOnly("{requests:{cpu:100m,memory:64Mi}}"));
    List<String> before = generations("full", "web");
    CommandRun again = apply(report, policies, state);
    assertThat(again.out()).contains("its node could never give as much");
    assertThat(generations("full", "web")).isEqualTo(before);
  }

  @Test
  void aNodeWithoutRoomIsLeftToTry() throws IOException {
    workload(
        "busy",
        "web",
        4,
        "{requests: {cpu: 100m, memory: 64Mi}}",
        "{testbed.almanac.dev/resize: Deferred}");
    Path report = report(now(), new Advised("busy", "web", 900, 64, -1, -1, ""));
    CommandRun printed =
        apply(report, policy("busy", "{mode: Resize}"), folder.resolve("busy.json"));
    // Three were tried, and none said that the fourth would do better.
    assertThat(summary(printed)).as(printed.out()).isEqualTo(Map.of("deferred", 3, "next_run", 1));
    assertThat(printed.code()).isZero();
  }

  private static List<String> generations(String namespace, String app) throws IOException {
    return pods(namespace, app).values().stream()
        .map(pod -> pod.path("metadata").path("generation").asText())
        .toList();
  }

  @Test
  void whatMayNotChangeStays() throws IOException {
    workload("kept", "report", 1, "{requests: {cpu: 1, memory: 1Gi}}", "{}");
    workload("kept", "scaled", 1, "{requests: {cpu: 1, memory: 1Gi}}", "{}");
    workload(
        "kept",
        "solid",
        1,
        "{requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}",
        "{}");
    Path policies = policy("kept", "{mode: Resize}");
    Files.writeString(
        policies,
        Files.readString(policies)
            + """
            ---
            apiVersion: almanac.dev/v1alpha1
            kind: ResourcePolicy
            metadata: {name: report, namespace: kept}
            spec: {targetRef: {kind: Deployment, name: report}, mode: Report}
            """);
    Path report =
        report(
            now(),
            new Advised("kept", "report", 500, 512, -1, -1, ""),
            new Advised("kept", "scaled", 500, 512, -1, -1, "scaled-hpa"),
            new Advised("kept", "solid", 1000, 512, 1000, 512, ""),
            new Advised("elsewhere", "web", 500, 512, -1, -1, ""));
    CommandRun printed = apply(report, policies, folder.resolve("kept.json"));
    assertThat(summary(printed)).as(printed.out()).isEqualTo(Map.of("not_allowed", 2));
    assertThat(printed.out())
        .contains("HPA scaled-hpa goes by its requests")
        .contains("the memory limit of app is not lowered, as its use is not known");
    for (String name : List.of("report", "scaled", "solid")) {
      assertThat(actual("kept", name).getFirst()).contains("requests:{cpu:1,memory:1Gi}");
    }
  }

  @Test
  void aQuotaIsToldAndNothingElseIsTried() throws IOException {
    workload("tight", "web", 2, "{requests: {cpu: 100m, memory: 64Mi}}", "{}");
    plane.kubectl("create", "quota", "q", "-n", "tight", "--hard=requests.cpu=300m");
    Path report = report(now(), new Advised("tight", "web", 900, 64, -1, -1, ""));
    CommandRun printed =
        apply(report, policy("tight", "{mode: Resize}"), folder.resolve("tight.json"));
    assertThat(summary(printed)).as(printed.out()).isEqualTo(Map.of("next_run", 1, "refused", 1));
    assertThat(printed.out()).contains("exceeded quota: q");
    assertThat(printed.code()).isEqualTo(1);
  }

  /** Where a policy resizes, these rights are asked for, and none that only scaling needs. */
  @Test
  void theDoctorAsksForTheRightToResize() throws IOException {
    Path policies = policy("doctor", "{mode: Resize}");
    CommandRun sound = doctor(policies, kubeconfig);
    assertThat(sound.out()).contains("ok    rights: all 4 that are needed");
    assertThat(sound.out())
        .contains("WRONG metrics.k8s.io: the cluster does not serve metrics.k8s.io");
    assertThat(sound.code()).as(sound.out()).isEqualTo(1);

    CommandRun reportsOnly = doctor(policy("doctor", "{mode: Report}"), kubeconfig);
    assertThat(reportsOnly.out()).contains("patch deployments.apps/scale: denied");

    plane.kubectl("create", "serviceaccount", "reader", "-n", "almanac");
    Path reader = folder.resolve("reader");
    Files.writeString(
        reader,
        Files.readString(kubeconfig)
            .replaceFirst(
                "token: \"[^\"]*\"",
                "token: \"%s\""
                    .formatted(
                        plane.kubectl("create", "token", "reader", "-n", "almanac").getFirst())));
    CommandRun denied = doctor(policies, reader);
    assertThat(denied.out()).contains("WRONG right: patch pods/resize in doctor: denied");
    assertThat(denied.code()).isEqualTo(1);
  }

  private static CommandRun doctor(Path policies, Path access) {
    return CommandRun.run(
        "doctor",
        "--config",
        policies.toString(),
        "--data",
        folder.resolve("data").toString(),
        "--kubeconfig",
        access.toString());
  }

  @Test
  void oldAdviceAndNoPoliciesAreErrors() throws IOException {
    Path state = folder.resolve("errors.json");
    Path old = report(now().minus(Duration.ofDays(3)));
    CommandRun tooOld = apply(old, policy("steps", "{mode: Resize}"), state);
    assertThat(tooOld.code()).isEqualTo(2);
    assertThat(tooOld.err()).contains("more than 36h ago; make it again, or give --max-age");
    Path none = Files.createTempFile(folder, "none", ".yaml");
    Files.writeString(
        none,
        """
        apiVersion: almanac.dev/v1alpha1
        kind: MetricSource
        metadata: {name: p}
        spec: {url: "http://p"}
        """);
    CommandRun noPolicy = apply(report(now()), none, state);
    assertThat(noPolicy.code()).isEqualTo(2);
    assertThat(noPolicy.err()).contains("holds no ResourcePolicy");
    CommandRun noReport = apply(none, policy("steps", "{mode: Resize}"), state);
    assertThat(noReport.code()).isEqualTo(2);
    assertThat(noReport.err()).contains("is not JSON");
  }
}
