package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.almanac.service.cli.CommandRun;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.PrometheusServer;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two weeks of 200 workloads in a real Prometheus, every special case among them, and a real API
 * server that has to accept what is advised.
 */
@Tag("real")
class RightsizeRealTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  @TempDir static Path folder;
  private static PrometheusServer prometheus;
  private static World world;
  private static Path advice;
  private static CommandRun printed;
  private static JsonNode report;
  private static final Map<String, JsonNode> ROWS = new HashMap<>();

  @BeforeAll
  static void readTwoWeeks() throws IOException {
    RealParts.prometheus();
    world = new World(InstantSource.system().instant().minus(Duration.ofMinutes(10)));
    SpecialCases.fill(world);
    Path file = world.write(folder.resolve("world.om"));
    prometheus = PrometheusServer.start(folder.resolve("prometheus"), List.of(file));
    Files.delete(file);
    advice = folder.resolve("advice");
    printed = rightsize("--out", advice.toString(), "-o", "json");
    assertThat(printed.code()).as(printed.err()).isZero();
    report = JSON.readTree(printed.out());
    report.path("containers").forEach(row -> ROWS.put(row.path("key").asText(), row));
  }

  @AfterAll
  static void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
  }

  private static CommandRun rightsize(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "rightsize",
                "--prometheus",
                prometheus.url().toString(),
                "--until",
                world.end().toString()));
    args.addAll(List.of(more));
    return CommandRun.run(args.toArray(String[]::new));
  }

  private static JsonNode row(String key) {
    JsonNode row = ROWS.get(key);
    assertThat(row).as("%s among %s", key, ROWS.keySet()).isNotNull();
    return row;
  }

  /** Bounds of the advised request in millicores and MiB, as the case's usage asks for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the pods of the ReplicaSet before used 800 MiB, and count
          special/Deployment/web/app       | 200 | 240 |  840 | 1060 | saving
          # the sidecar is no init container; it is sized with its pod
          special/Deployment/mesh/proxy    |  20 |  25 |   60 |   75 | saving
          special/Deployment/mesh/app      | 300 | 340 |  310 |  360 | good
          # 2 GiB of heap and 300 MiB beside it, of which 700 MiB were ever used
          special/Deployment/java-api/app  | 400 | 450 | 2348 | 2360 | saving
          # killed at 256 MiB; its usage never said so
          special/Deployment/leaky/app     |  50 |  60 |  300 |  350 | critical
          # uses 450m and is denied 400m; 256 MiB is no more than it is worth to lower
          special/Deployment/held/app      | 830 | 950 |  256 |  256 | critical
          # three hours of every Saturday
          special/Deployment/weekly/app    | 1990 | 2010 | 300 | 360 | warning
          # one of three pods does the work
          special/StatefulSet/db/app       | 1000 | 1150 | 1550 | 1800 | warning
          # one of four needs three times the memory
          special/DaemonSet/agent/app      |  20 |  25 |  185 |  220 | warning
          special/CronJob/nightly/app      | 800 | 900 |  515 |  600 | saving
          special/Pod/debug/app            |  10 |  12 |   20 |   26 | saving
          special/StrimziPodSet/kafka/app  | 500 | 550 |  920 | 1070 | saving
          # 90 % of it is what 60 % of 1 were
          special/Deployment/scaled/app    | 667 | 667 |  340 |  340 | saving
          special/Deployment/twice/app     | 300 | 330 |  310 |  360 | saving
          special/Deployment/nonsense/app  | 300 | 330 |  310 |  360 | saving
          special/Deployment/halfbyte/app  | 300 | 330 |  310 |  360 | warning
          special/Deployment/free/app      | 300 | 330 |  310 |  360 | warning
          special/Deployment/solid/app     | 300 | 330 |  310 |  360 | saving
          # asks for 1 core and 1 GiB; quota and range leave less
          tight/Deployment/grows/app       | 499 | 499 |  512 |  512 | warning
          dark/Deployment/lamp/app         | 300 | 330 |  310 |  360 | warning
          """)
  void everySpecialCaseGetsItsAdvice(
      String key, long leastCpu, long mostCpu, long leastMemory, long mostMemory, String severity) {
    JsonNode requests = row(key).path("advised").path("requests");
    assertThat(requests.path("cpu_millicores").asLong()).isBetween(leastCpu, mostCpu);
    assertThat(requests.path("memory_bytes").asLong() / World.MI)
        .isBetween(leastMemory, mostMemory);
    assertThat(row(key).path("severity").asText()).isEqualTo(severity);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          special/Deployment/java-api/app | jvm_heap    | may grow to 2Gi, and 300Mi are not heap
          special/Deployment/leaky/app    | oom_killed  | killed 10 times at a limit of up to 256Mi
          special/Deployment/held/app     | throttled   | held back by its limit of 500m for 100 %
          special/Deployment/weekly/app   | weekly_peak | needs 2 every
          special/Deployment/scaled/app   | hpa         | below 667m in all, HPA scaled
          special/CronJob/nightly/app     | runs        | 14 runs
          special/Deployment/twice/app    | note        | jobs cadvisor, kubelet scrape the same cAdvisor
          special/Deployment/nonsense/app | note        | negative or not finite
          special/Deployment/halfbyte/app | odd_request | "512Mi" is meant
          special/Deployment/free/app     | best_effort | nothing is requested
          special/Deployment/solid/app    | guaranteed  | limits equal requests
          tight/Deployment/grows/app      | limit_range | memory to 512Mi
          tight/Deployment/grows/app      | quota       | leaves no more
          tight/Deployment/grows/app      | burstable   | 1m below its limit
          dark/Deployment/lamp/app        | note        | guessed from pod names
          """)
  void everySpecialCaseSaysWhy(String key, String code, String text) {
    List<String> texts = new ArrayList<>();
    for (JsonNode reason : row(key).path("reasons")) {
      if (reason.path("code").asText().equals(code)) {
        texts.add(reason.path("text").asText());
      }
    }
    assertThat(texts).as("%s", row(key)).anyMatch(t -> t.contains(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          special/Deployment/young/app    | not_enough_history | not enough history: 20 min of 3 d needed
          special/Job/once/app            | not_enough_history | not enough history: 1 of 3 runs needed
          special/Deployment/mesh/migrate | init_container     | counts only where it is more
          """)
  void whatCannotBeSaidIsARowOfItsOwn(String key, String why, String text) {
    assertThat(row(key).path("refused").path("why").asText()).isEqualTo(why);
    assertThat(row(key).path("refused").path("text").asText()).contains(text);
    assertThat(row(key).has("advised")).isFalse();
  }

  @Test
  void allWorkloadsAreThereAndTheStoreWasAskedFewQuestions() {
    long workloads =
        ROWS.keySet().stream().map(k -> k.substring(0, k.lastIndexOf('/'))).distinct().count();
    assertThat(workloads).isEqualTo(200);
    // A handful a namespace and metric, not one a pod.
    assertThat(printed.err()).containsPattern("in [0-9]{2} queries");
    assertThat(report.path("summary").path("waste_usd").asDouble()).isBetween(5_000.0, 10_000.0);
  }

  @Test
  void theSameRunAgainChangesNoFile() throws IOException {
    Map<Path, String> before = files();
    assertThat(rightsize("--out", advice.toString()).code()).isZero();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aRunThatBrokeOffGoesOnWithoutAskingAgain() throws IOException {
    Path out = Files.createDirectory(folder.resolve("resumed"));
    List<String> asked = new ArrayList<>();
    // The second namespace is not there: the run ends behind the first.
    for (String second : List.of("nowhere", "dark")) {
      CommandRun run =
          rightsize("--namespace", "tight," + second, "--out", out.toString(), "--resume");
      assertThat(run.code()).as(run.err()).isEqualTo(second.equals("dark") ? 0 : 2);
      asked.add(run.err());
    }
    CommandRun whole = rightsize("--namespace", "dark", "-o", "csv");
    assertThat(Files.readString(out.resolve("report.json")))
        .contains("tight/Deployment/grows/app", "dark/Deployment/lamp/app");
    assertThat(out.resolve(".run")).doesNotExist();
    assertThat(queries(asked.get(1)))
        .as("tight was not read again")
        .isEqualTo(queries(whole.err()));
  }

  private static String queries(String err) {
    return err.replaceAll("(?s).*in ([0-9]+) queries.*", "$1");
  }

  private static Map<Path, String> files() throws IOException {
    Map<Path, String> files = new HashMap<>();
    try (Stream<Path> paths = Files.walk(advice)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(path, Files.readString(path));
      }
    }
    return files;
  }

  @Test
  void theApiServerAcceptsEveryPatchAndEveryPodMadeOfIt() throws Exception {
    RealParts.controlPlane();
    try (ControlPlane cluster = ControlPlane.start(folder.resolve("cluster"), Duration.ZERO)) {
      for (String namespace : new String[] {"special", "tight"}) {
        create(cluster, "/api/v1/namespaces", object("v1", "Namespace", "", namespace));
      }
      tighten(cluster);
      int patched = 0;
      for (String namespace : new String[] {"special", "tight"}) {
        try (Stream<Path> files = Files.list(advice.resolve(namespace))) {
          for (Path file : files.toList()) {
            if (!file.endsWith("kustomization.yaml")) {
              accept(cluster, namespace, YAML.readTree(Files.readString(file)));
              patched++;
            }
          }
        }
      }
      assertThat(patched).isGreaterThanOrEqualTo(16);
    }
  }

  @Test
  void theNightlyRunIsAdmittedUnderTheRestrictedStandardAndHasNoRights() throws Exception {
    RealParts.controlPlane();
    try (ControlPlane cluster = ControlPlane.start(folder.resolve("nightly"), Duration.ZERO)) {
      ObjectNode namespace = object("v1", "Namespace", "", "almanac");
      ((ObjectNode) namespace.path("metadata"))
          .putObject("labels")
          .put("pod-security.kubernetes.io/enforce", "restricted");
      create(cluster, "/api/v1/namespaces", namespace);
      cluster.kubectl("apply", "-k", RealParts.root().resolve("deploy/rightsize").toString());
      JsonNode job =
          JSON.readTree(
              cluster.get("/apis/batch/v1/namespaces/almanac/cronjobs/almanac-rightsize"));
      ObjectNode pod = object("v1", "Pod", "almanac", "tonight");
      pod.set(
          "spec", job.path("spec").path("jobTemplate").path("spec").path("template").path("spec"));
      HttpResponse<String> made =
          cluster.send(
              "POST",
              "/api/v1/namespaces/almanac/pods?dryRun=All",
              "application/json",
              pod.toString());
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      assertThat(cluster.get("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"))
          .doesNotContain("almanac-rightsize");
      assertThat(pod.path("spec").path("automountServiceAccountToken").asBoolean(true)).isFalse();
    }
  }

  /** The objects that the series of namespace tight speak of. */
  private static void tighten(ControlPlane cluster) {
    ObjectNode range = object("v1", "LimitRange", "tight", "lr");
    range.set(
        "spec",
        tree(
            """
            {"limits": [{"type": "Container", "max": {"cpu": "2", "memory": "512Mi"},
              "min": {"cpu": "50m", "memory": "16Mi"}}]}\
            """));
    create(cluster, "/api/v1/namespaces/tight/limitranges", range);
    ObjectNode quota = object("v1", "ResourceQuota", "tight", "rq");
    quota.set("spec", tree("{\"hard\": {\"requests.cpu\": \"1\"}}"));
    create(cluster, "/api/v1/namespaces/tight/resourcequotas", quota);
  }

  /** Makes the workload as it is, lets the server patch it dry, and makes a pod of the outcome. */
  private static void accept(ControlPlane cluster, String namespace, JsonNode patch)
      throws IOException {
    String kind = patch.path("kind").asText();
    String name = patch.path("metadata").path("name").asText();
    String group = patch.path("apiVersion").asText();
    String path =
        "/apis/%s/namespaces/%s/%ss".formatted(group, namespace, kind.toLowerCase(Locale.ROOT));
    ObjectNode workload = object(group, kind, namespace, name);
    ObjectNode podSpec = podSpec(namespace, kind, name);
    ObjectNode template = JSON.createObjectNode();
    template.putObject("metadata").putObject("labels").put("app", name);
    template.set("spec", podSpec);
    ObjectNode spec = workload.putObject("spec");
    if (kind.equals("CronJob")) {
      podSpec.put("restartPolicy", "Never");
      spec.put("schedule", "0 2 * * *");
      spec.putObject("jobTemplate").putObject("spec").set("template", template);
    } else {
      spec.putObject("selector").putObject("matchLabels").put("app", name);
      spec.set("template", template);
      if (kind.equals("Deployment")) {
        spec.put("replicas", 0);
      }
    }
    create(cluster, path, workload);
    HttpResponse<String> answer =
        cluster.send("PATCH", path + "/" + name + "?dryRun=All", STRATEGIC, patch.toString());
    assertThat(answer.statusCode()).as("%s: %s", patch, answer.body()).isEqualTo(200);
    JsonNode after = JSON.readTree(answer.body()).path("spec");
    JsonNode patchedPod =
        (kind.equals("CronJob") ? after.path("jobTemplate").path("spec") : after)
            .path("template")
            .path("spec");
    assertThat(patchedPod.path("containers")).as("merged by name").hasSize(1);
    ObjectNode pod = object("v1", "Pod", namespace, name + "-new");
    pod.set("spec", patchedPod);
    HttpResponse<String> made =
        cluster.send(
            "POST",
            "/api/v1/namespaces/%s/pods?dryRun=All".formatted(namespace),
            "application/json",
            pod.toString());
    assertThat(made.statusCode()).as("%s: %s", name, made.body()).isEqualTo(201);
    String before = row("%s/%s/%s/app".formatted(namespace, kind, name)).path("now").toString();
    boolean guaranteed = name.equals("solid");
    assertThat(JSON.readTree(made.body()).path("status").path("qosClass").asText())
        .as("of %s, which asked for %s", name, before)
        .isEqualTo(guaranteed ? "Guaranteed" : "Burstable");
  }

  /** The containers with what the report says that they ask for now. */
  private static ObjectNode podSpec(String namespace, String kind, String name) {
    ObjectNode spec = JSON.createObjectNode();
    ArrayNode containers = spec.putArray("containers");
    String prefix = "%s/%s/%s/".formatted(namespace, kind, name);
    ROWS.forEach((key, row) -> {
      if (!key.startsWith(prefix)) {
        return;
      }
      String role = row.path("role").asText();
      ArrayNode to =
          role.equals("main")
              ? containers
              : spec.path("initContainers").isMissingNode()
                  ? spec.putArray("initContainers")
                  : (ArrayNode) spec.path("initContainers");
      ObjectNode container = to.addObject();
      container.put("name", row.path("container").asText());
      container.put("image", "example/app");
      if (role.equals("sidecar")) {
        container.put("restartPolicy", "Always");
      }
      ObjectNode resources = container.putObject("resources");
      for (String what : new String[] {"requests", "limits"}) {
        JsonNode amounts = row.path("now").path(what);
        ObjectNode list = resources.putObject(what);
        if (amounts.has("cpu_millicores")) {
          list.put("cpu", amounts.path("cpu_millicores").asLong() + "m");
        }
        if (amounts.has("memory_bytes")) {
          list.put("memory", amounts.path("memory_bytes").asText());
        }
      }
    });
    return spec;
  }

  private static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", apiVersion);
    object.put("kind", kind);
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void create(ControlPlane cluster, String path, ObjectNode object) {
    HttpResponse<String> made = cluster.send("POST", path, "application/json", object.toString());
    assertThat(made.statusCode()).as("%s: %s", object, made.body()).isEqualTo(201);
  }
}
