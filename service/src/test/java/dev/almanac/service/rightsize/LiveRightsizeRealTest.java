package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.service.cli.CommandRun;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Live samples of a real API server, with the rights of deploy/rightsize/live.yaml and no other.
 * metrics.k8s.io is first absent, then registered with nobody behind it, then served by the API
 * server itself out of objects of that group, which a CustomResourceDefinition allows.
 */
@Tag("real")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LiveRightsizeRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Longer than the time that an answer may take. */
  private static final Duration STOPPED = Duration.ofSeconds(15);

  private static final String METRICS = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods";

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static Path kubeconfig;

  @BeforeAll
  static void start() throws IOException {
    plane = ControlPlane.start(folder.resolve("plane"), Duration.ZERO);
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: almanac
          labels: {pod-security.kubernetes.io/enforce: restricted}
        """);
    plane.kubectl(
        "apply",
        "-n",
        "almanac",
        "-f",
        RealParts.root().resolve("deploy/rightsize/live.yaml").toString());
    kubeconfig = as("almanac-rightsize-live");
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: LimitRange
        metadata: {name: lr, namespace: shop}
        spec: {limits: [{type: Container, max: {memory: 300Mi}}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: app, image: none, resources: {requests: {cpu: 1, memory: 64Mi}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web, namespace: shop}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 2
          metrics:
          - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 30}}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly, namespace: shop}
        spec:
          schedule: "0 3 * * *"
          jobTemplate:
            spec:
              template:
                metadata: {labels: {app: nightly}}
                spec: {restartPolicy: Never, containers: [{name: run, image: none}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: bare, namespace: shop, labels: {app: bare}}
        spec: {containers: [{name: app, image: none}]}
        """);
    plane.kubectl("create", "job", "-n", "shop", "nightly-1", "--from=cronjob/nightly");
    await().atMost(PATIENCE).until(() -> pods("web").size() == 2 && pods("nightly").size() == 1);
  }

  @AfterAll
  static void stop() {
    if (plane != null) {
      plane.close();
    }
  }

  private static void apply(String manifests) throws IOException {
    Path file = Files.createTempFile(folder, "objects", ".yaml");
    Files.writeString(file, manifests);
    plane.kubectl("apply", "-f", file.toString());
  }

  /** A kubeconfig with the token of a service account of the namespace almanac. */
  private static Path as(String account) throws IOException {
    Path file = folder.resolve(account);
    Files.writeString(
        file,
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
                plane.kubectl("create", "token", account, "-n", "almanac").getFirst()));
    return file;
  }

  private static List<String> pods(String app) throws IOException {
    List<String> names = new ArrayList<>();
    JsonNode list =
        JSON.readTree(plane.get("/api/v1/namespaces/shop/pods?labelSelector=app=" + app));
    list.path("items").forEach(pod -> names.add(pod.path("metadata").path("name").asText()));
    return names;
  }

  private static CommandRun live(Path as, Path usage, String... more) {
    List<String> args = new ArrayList<>(List.of("rightsize", "--live", usage.toString()));
    args.addAll(List.of("--kubeconfig", as.toString()));
    args.addAll(List.of(more));
    return CommandRun.run(args.toArray(String[]::new));
  }

  /** Says what a pod uses, as of now. */
  private static void uses(String pod, String container, String cpu, String memory) {
    ObjectNode metrics = JSON.createObjectNode();
    metrics.put("apiVersion", "metrics.k8s.io/v1beta1").put("kind", "PodMetrics");
    metrics.putObject("metadata").put("name", pod).put("namespace", "shop");
    metrics.put(
        "timestamp", InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS).toString());
    metrics.put("window", "15.2s");
    metrics
        .putArray("containers")
        .addObject()
        .put("name", container)
        .putObject("usage")
        .put("cpu", cpu)
        .put("memory", memory);
    plane.send("DELETE", METRICS + "/" + pod, "application/json", "");
    HttpResponse<String> made = plane.send("POST", METRICS, "application/json", metrics.toString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  private static JsonNode row(CommandRun run, String workload) throws IOException {
    assertThat(run.out()).as(run.err()).isNotEmpty();
    for (JsonNode row : JSON.readTree(run.out()).path("containers")) {
      if (row.path("name").asText().equals(workload)) {
        return row;
      }
    }
    throw new AssertionError("no " + workload + " in " + run.out());
  }

  @Test
  @Order(1)
  void aClusterWithoutTheApiSaysSo() {
    CommandRun run = live(kubeconfig, folder.resolve("absent"));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("the cluster does not serve metrics.k8s.io: install metrics-server");
  }

  @Test
  @Order(2)
  void anApiThatDoesNotAnswerSaysSo() throws IOException {
    apply(
        """
        apiVersion: apiregistration.k8s.io/v1
        kind: APIService
        metadata: {name: v1beta1.metrics.k8s.io}
        spec:
          group: metrics.k8s.io
          version: v1beta1
          insecureSkipTLSVerify: true
          groupPriorityMinimum: 100
          versionPriority: 100
          service: {namespace: shop, name: nobody}
        """);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          CommandRun run = live(kubeconfig, folder.resolve("silent"));
          assertThat(run.code()).as(run.err()).isEqualTo(3);
          assertThat(run.err())
              .contains("metrics.k8s.io does not answer (HTTP 503")
              .contains("kubectl get apiservice v1beta1.metrics.k8s.io");
        });
    plane.kubectl("delete", "apiservice", "v1beta1.metrics.k8s.io");
    apply(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: pods.metrics.k8s.io
          annotations: {api-approved.kubernetes.io: "unapproved, testing"}
        spec:
          group: metrics.k8s.io
          scope: Namespaced
          names: {plural: pods, singular: podmetrics, kind: PodMetrics, listKind: PodMetricsList}
          versions:
          - name: v1beta1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """);
    await()
        .atMost(PATIENCE)
        .until(() -> plane.send("GET", METRICS, "application/json", "").statusCode() == 200);
  }

  @Test
  @Order(3)
  void aRightThatIsMissingIsNamed() throws IOException {
    plane.kubectl("create", "serviceaccount", "nobody", "-n", "almanac");
    Path nobody = as("nobody");
    CommandRun run = live(nobody, folder.resolve("denied"));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("the right to list pods.metrics.k8s.io in the whole cluster is missing");
    plane.kubectl(
        "create", "clusterrole", "usage", "--verb=list", "--resource=pods.metrics.k8s.io");
    plane.kubectl(
        "create",
        "rolebinding",
        "usage",
        "-n",
        "shop",
        "--clusterrole=usage",
        "--serviceaccount=almanac:nobody");
    uses("bare", "app", "1m", "1Mi");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(live(nobody, folder.resolve("denied"), "--namespace", "shop").err())
                .contains("the right to list pods in shop is missing"));
  }

  @Test
  @Order(4)
  void samplesForAWhileAndSaysHowMuchIsMissing() throws IOException {
    for (String pod : pods("web")) {
      uses(pod, "app", "123456789n", "131072Ki");
    }
    uses(pods("nightly").getFirst(), "run", "250m", "64Mi");
    uses("bare", "app", "-5", "64Mi");
    Path usage = folder.resolve("young");
    CommandRun run = live(kubeconfig, usage, "--watch", "2s", "--every", "1s", "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).as("none is counted twice").contains("4 samples of pods");
    assertThat(row(run, "web").toString())
        .contains("\"kind\":\"Deployment\"", "not enough history: 5 min of 3 d needed");
    assertThat(row(run, "nightly").toString())
        .contains("\"kind\":\"CronJob\"", "not enough history: 1 of 3 runs needed");
    assertThat(row(run, "bare").path("kind").asText()).isEqualTo("Pod");
    assertThat(run.out()).contains("1 amounts that are negative or no amount at all");
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(usage, 14)) {
      NamespaceUsage.Container app =
          checkpoints
              .read("shop")
              .workload(new NamespaceUsage.Owner("Deployment", "web"))
              .containers
              .get("app");
      // Within the first ten minutes of its pods.
      assertThat(app.starting.window(app.starting.first(), 1)).containsExactly(0.124f);
      assertThat(app.memory.window(app.memory.first(), 1)).containsExactly(128 << 20);
    }
  }

  @Test
  @Order(5)
  void whatWasSeenBeforeIsTheHistory() throws IOException {
    Path folderOfUsage = folder.resolve("old");
    Instant now = InstantSource.system().instant();
    long last = now.getEpochSecond() / UsageCheckpoints.CELL_SECONDS;
    NamespaceUsage.Owner web = new NamespaceUsage.Owner("Deployment", "web");
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folderOfUsage, 14)) {
      NamespaceUsage kept = checkpoints.read("shop");
      for (long cell = last - 4 * 288; cell < last; cell++) {
        kept.beginCell(cell);
        NamespaceUsage.Container app =
            kept.workload(web)
                .containers
                .computeIfAbsent("app", _ -> new NamespaceUsage.Container());
        kept.workload(web).pods.raise(cell, 2);
        app.cpu.raise(cell, 0.35 + 0.01 * (cell % 7));
        app.memory.raise(cell, (500L + cell % 13) << 20);
      }
      checkpoints.write("shop", kept);
    }
    pods("web").forEach(pod -> uses(pod, "app", "360m", "505Mi"));
    CommandRun run = live(kubeconfig, folderOfUsage, "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode row = row(run, "web");
    assertThat(row.path("advised").path("requests").path("memory_bytes").asLong())
        .as("the LimitRange allows no more: %s", row)
        .isEqualTo(300L << 20);
    assertThat(row.path("advised").path("requests").path("cpu_millicores").asInt())
        .isBetween(400, 480);
    assertThat(row.path("now").path("requests").path("cpu_millicores").asInt()).isEqualTo(1000);
    assertThat(row.path("hpa").path("target_percent").asInt())
        .as("scales at the load at which it scaled: %s", row)
        .isBetween(60, 80);
    assertThat(row.path("pods").asInt()).isEqualTo(2);
    assertThat(live(kubeconfig, folderOfUsage).out()).contains("shop/web app");
  }

  @Test
  @Order(6)
  void doctorSaysWhetherTheApiAnswers() throws IOException {
    Path policies = folder.resolve("policies.yaml");
    Files.writeString(
        policies,
        """
        apiVersion: almanac.dev/v1alpha1
        kind: ResourcePolicy
        metadata: {name: all, namespace: shop}
        spec: {mode: Resize}
        """);
    String[] doctor = {
      "doctor",
      "--config",
      policies.toString(),
      "--data",
      folder.resolve("data").toString(),
      "--kubeconfig",
      kubeconfig.toString()
    };
    assertThat(CommandRun.run(doctor).out()).contains("ok    metrics.k8s.io: usage of 4 pods");
    for (String pod : List.of("web", "nightly", "bare")) {
      pods(pod).forEach(name -> plane.send("DELETE", METRICS + "/" + name, "text/plain", ""));
    }
    plane.send("DELETE", METRICS + "/bare", "text/plain", "");
    assertThat(CommandRun.run(doctor).out())
        .contains("WRONG metrics.k8s.io: it answers, but has no usage of any pod");
  }

  @Test
  @Order(8)
  void aCheckpointThatIsDamagedIsPutAsideAndSaid() throws IOException {
    Path usage = Files.createDirectory(folder.resolve("damaged"));
    Path file = usage.resolve("shop.usage");
    Files.writeString(file, "not one of ours");
    CommandRun run = live(kubeconfig, usage);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("shop.usage is damaged", "shop.usage.aside-1");
    assertThat(usage.resolve("shop.usage.aside-1")).hasContent("not one of ours");
  }

  /** The command as a process of its own, that can be killed at any instant. */
  private static Process start(Path usage) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.almanac.service.Main",
            "rightsize",
            "--live",
            usage.toString(),
            "--kubeconfig",
            kubeconfig.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("killed.log").toFile())
        .start();
  }

  private static boolean isWhole(Path usage, long cell, int containers) throws IOException {
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(usage, 14)) {
      NamespaceUsage kept = checkpoints.read("shop");
      NamespaceUsage.Workload old = kept.workload(new NamespaceUsage.Owner("Deployment", "old"));
      return checkpoints.notes().isEmpty()
          && old.containers.size() == containers
          && old.containers.get("c7").memory.window(cell, 1)[0] == (float) (cell * 7919 % 100_003);
    }
  }

  @Test
  @Order(10)
  void aRunThatIsKilledWhileItWritesLosesNothingThatWasThere() throws Exception {
    Path usage = folder.resolve("killed");
    int containers = 300;
    long last = InstantSource.system().instant().getEpochSecond() / UsageCheckpoints.CELL_SECONDS;
    long first = last - 13 * 288;
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(usage, 14)) {
      NamespaceUsage kept = checkpoints.read("shop");
      for (long cell = first; cell < last; cell++) {
        kept.beginCell(cell);
        NamespaceUsage.Workload old = kept.workload(new NamespaceUsage.Owner("Deployment", "old"));
        old.pods.raise(cell, 1);
        for (int i = 0; i < containers; i++) {
          NamespaceUsage.Container c =
              old.containers.computeIfAbsent("c" + i, _ -> new NamespaceUsage.Container());
          c.memory.raise(cell, (cell * 7919 * Math.max(1, i - 6)) % 100_003); // Compresses badly.
        }
      }
      checkpoints.write("shop", kept);
    }
    uses("bare", "app", "10m", "64Mi");
    Path part = usage.resolve("shop.usage.part");
    int whileWriting = 0;
    for (int kill = 0; kill < 4; kill++) {
      Files.deleteIfExists(part);
      Process run = start(usage);
      while (run.isAlive() && !Files.exists(part)) {
        Thread.onSpinWait();
      }
      run.destroyForcibly().waitFor();
      whileWriting += Files.exists(part) ? 1 : 0;
      assertThat(isWhole(usage, last - 5, containers)).as("after kill %d", kill).isTrue();
    }
    assertThat(whileWriting).as("killed before the file was in its place").isPositive();
    uses("bare", "app", "10m", "65Mi");
    CommandRun after = live(kubeconfig, usage, "-o", "json");
    assertThat(after.code()).as(after.err()).isZero();
    assertThat(after.err()).contains("1 samples of pods");
    assertThat(part).as("what was left is written over").doesNotExist();
    assertThat(isWhole(usage, last - 5, containers)).isTrue();
    assertThat(row(after, "bare").path("kind").asText()).isEqualTo("Pod");
  }

  private static void signal(String name, String process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, process).start().waitFor()).isZero();
  }

  @Test
  @Order(11)
  void anApiServerThatStopsForAWhileCostsThatWhile() throws Exception {
    uses("bare", "app", "10m", "64Mi");
    Path usage = folder.resolve("stopped");
    String server = plane.environment().get("KUBE_APISERVER_PID");
    FutureTask<Boolean> stop =
        new FutureTask<>(() -> {
          Thread.sleep(Duration.ofSeconds(5));
          signal("STOP", server);
          try {
            Thread.sleep(STOPPED);
          } finally {
            signal("CONT", server);
          }
          uses("bare", "app", "20m", "64Mi");
          return true;
        });
    Thread.ofVirtual().start(stop);
    CommandRun run =
        live(
            kubeconfig,
            usage,
            "--watch",
            STOPPED.plusSeconds(25).toSeconds() + "s",
            "--every",
            "1s",
            "-o",
            "json");
    assertThat(stop.get()).isTrue();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("almanac: no sample at ").contains("2 samples of pods");
    assertThat(run.out())
        .contains("of 41 samples could not be taken: the API server did not answer for pods")
        .contains("of 41 samples fell out: the one before took too long");
    assertThat(row(run, "bare").path("kind").asText()).isEqualTo("Pod");
  }

  @Test
  @Order(9)
  void theCronJobIsAdmittedUnderTheRestrictedStandardAndMayOnlyRead() throws IOException {
    JsonNode job =
        JSON.readTree(
            plane.get("/apis/batch/v1/namespaces/almanac/cronjobs/almanac-rightsize-live"));
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", "tonight").put("namespace", "almanac");
    pod.set(
        "spec", job.path("spec").path("jobTemplate").path("spec").path("template").path("spec"));
    HttpResponse<String> made =
        plane.send(
            "POST",
            "/api/v1/namespaces/almanac/pods?dryRun=All",
            "application/json",
            pod.toString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(pod.at("/spec/containers/0/env/0/value").asText())
        .as("a JVM's own quarter of 512Mi is too little for a namespace of 2,000 containers")
        .isEqualTo("-XX:MaxRAMPercentage=70");
    JsonNode role =
        JSON.readTree(
            plane.get("/apis/rbac.authorization.k8s.io/v1/clusterroles/almanac-rightsize-live"));
    Map<String, JsonNode> verbs = new TreeMap<>();
    role.path("rules").forEach(rule -> verbs.put(rule.path("resources").toString(), rule));
    assertThat(verbs.values())
        .allSatisfy(rule ->
            assertThat(rule.path("verbs").toString()).isIn("[\"list\"]", "[\"get\",\"list\"]"));
  }
}
