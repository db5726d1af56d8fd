package dev.almanac.service.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.testbed.ControlPlane;
import dev.almanac.testbed.PrometheusServer;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * deploy/kustomize applied to a real API server, and the service run as its pod would run it: the
 * Deployment's command line, the ConfigMap's documents as the kubelet mounts them, a token of the
 * service account, a real Prometheus. What it asked of the API is read from the server's audit log.
 */
@Tag("real")
class InstalledServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALMANAC = "system:serviceaccount:almanac:almanac";

  /** Demand of the whole test, in the query's unit. */
  private static final int DEMAND = 600;

  @TempDir Path folder;
  private Path audit;
  private Path mounted;
  private Path token;

  @BeforeEach
  void place() {
    RealParts.prometheus();
    RealParts.controlPlane();
    audit = folder.resolve("audit.jsonl");
    mounted = folder.resolve("etc-almanac");
    token = folder.resolve("token");
  }

  @Test
  void theInstalledServiceScalesWithTheRightsItWasGivenAndUsesNoOther() throws Exception {
    try (PrometheusServer prometheus =
            PrometheusServer.start(folder.resolve("prometheus"), List.of(demand()));
        ControlPlane cluster =
            ControlPlane.start(
                folder.resolve("cluster"),
                Duration.ofSeconds(1),
                "--flag",
                "kube-apiserver=--audit-policy-file=" + auditPolicy(),
                "--flag",
                "kube-apiserver=--audit-log-path=" + audit)) {
      install(cluster, prometheus, 120);
      cluster.kubectl("create", "namespace", "shop");
      cluster.kubectl("create", "deployment", "web", "--image=example/web", "-n", "shop");
      mountConfigMap(cluster);
      renewToken(cluster);
      DecisionFiles decisions = new DecisionFiles(folder.resolve("data/decisions"));
      try (ServiceProcess service =
          new ServiceProcess(
              folder.resolve("service.log"),
              podArguments(cluster),
              Map.of("KUBECONFIG", kubeconfig(cluster).toString()))) {
        service.await("ready", 60, () -> service.status("/readyz") == 200);

        // 600 over 120 x 0.7, the reactive rule's target; the forecast may ask for more.
        service.await("scaled", 60, () -> replicas(cluster, "/spec/replicas") >= 8);
        int first = replicas(cluster, "/spec/replicas");
        service.await("pods", 60, () -> replicas(cluster, "/status/readyReplicas") >= first);
        assertThat(service.log()).contains("shop/web 1 -> ");

        // The kubelet renews the token and the ConfigMap under a running service. Made anew, the
        // account has other tokens, and the old ones are worth nothing.
        cluster.kubectl("delete", "serviceaccount", "almanac", "-n", "almanac");
        install(cluster, prometheus, 60);
        renewToken(cluster);
        mountConfigMap(cluster);
        service.await("scaled again", 60, () -> replicas(cluster, "/spec/replicas") > first);

        assertThat(service.stop()).as("SIGTERM ends it in order").isIn(0, 143);
        assertThat(service.log()).doesNotContain("Exception").doesNotContainIgnoringCase("forbid");
      }
      assertThat(decisions.count()).isPositive();
      onlyGrantedRightsWereUsed();
    }
  }

  /** Each request was one that the two roles allow; the API server refused none. */
  private void onlyGrantedRightsWereUsed() throws IOException {
    Set<String> used = new TreeSet<>();
    List<String> denied = new ArrayList<>();
    for (String line : Files.readAllLines(audit)) {
      JsonNode event = JSON.readTree(line);
      JsonNode resource = event.at("/objectRef/resource");
      if (event.at("/user/username").asText().equals(ALMANAC) && !resource.isMissingNode()) {
        String subresource = event.at("/objectRef/subresource").asText();
        used.add(
            "%s %s%s"
                .formatted(
                    event.at("/verb").asText(),
                    resource.asText(),
                    subresource.isEmpty() ? "" : "/" + subresource));
        if (event.at("/responseStatus/code").asInt() == 403) {
          denied.add(line);
        }
      }
    }
    assertThat(denied).as("refused for want of a right").isEmpty();
    assertThat(used)
        .contains("list deployments", "watch deployments", "list pods", "patch deployments/scale");
  }

  // ---------------------------------------------------------------- what an administrator does

  /** An overlay over the repository's installation, with this Prometheus and this workload. */
  private void install(ControlPlane cluster, PrometheusServer prometheus, int perReplica)
      throws IOException {
    Path overlay = Files.createDirectories(folder.resolve("overlay"));
    Path base = overlay.toRealPath().relativize(RealParts.root().resolve("deploy/kustomize"));
    Files.writeString(
        overlay.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: ["%s"]
        configMapGenerator:
        - name: almanac-config
          namespace: almanac
          behavior: merge
          files: [metric-sources.yaml, web.yaml]
        generatorOptions: {disableNameSuffixHash: true}
        """
            .formatted(base));
    Path shipped = RealParts.root().resolve("deploy/kustomize/config");
    Files.writeString(
        overlay.resolve("metric-sources.yaml"),
        Files.readString(shipped.resolve("metric-sources.yaml"))
            .replace("http://prometheus.monitoring:9090", prometheus.url().toString()));
    Files.writeString(
        overlay.resolve("web.yaml"),
        Files.readString(shipped.resolve("web.yaml"))
            .replaceFirst("query: .*", "query: sum(requests{namespace=\"\\$namespace\"})")
            .replaceFirst("perReplica: .*", "perReplica: " + perReplica + "\n  interval: 1s")
            .replace("stage: Shadow", "stage: Floor"));
    cluster.kubectl("apply", "-k", overlay.toString());
  }

  // ---------------------------------------------------------------- what the kubelet does

  /** The Deployment's own command line, with its paths led into this test's folder. */
  private List<String> podArguments(ControlPlane cluster) throws IOException {
    List<String> arguments = new ArrayList<>();
    JSON.readTree(cluster.get("/apis/apps/v1/namespaces/almanac/deployments/almanac"))
        .at("/spec/template/spec/containers/0/args")
        .forEach(argument -> arguments.add(argument.asText()));
    int listen = arguments.indexOf("--listen");
    arguments.subList(listen, listen + 2).clear();
    arguments.replaceAll(argument ->
        switch (argument) {
          case "/etc/almanac" -> mounted.toString();
          case "/var/lib/almanac" -> folder.resolve("data").toString();
          default -> argument;
        });
    return arguments;
  }

  /** The files are links through a link that is replaced as a whole. */
  private void mountConfigMap(ControlPlane cluster) throws IOException {
    Files.createDirectories(mounted);
    Path version = Files.createTempDirectory(mounted, "..");
    JsonNode data =
        JSON.readTree(cluster.get("/api/v1/namespaces/almanac/configmaps/almanac-config"))
            .at("/data");
    for (Map.Entry<String, JsonNode> file : data.properties()) {
      Files.writeString(version.resolve(file.getKey()), file.getValue().asText());
      Path link = mounted.resolve(file.getKey());
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of("..data", file.getKey()));
      }
    }
    Path next = Files.createSymbolicLink(mounted.resolve("..next"), version.getFileName());
    Files.move(next, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void renewToken(ControlPlane cluster) throws IOException {
    Path next = folder.resolve("token.next");
    Files.writeString(
        next, cluster.kubectl("create", "token", "almanac", "-n", "almanac").getFirst());
    Files.move(next, token, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Where a pod would find token and authority in fixed places. */
  private Path kubeconfig(ControlPlane cluster) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: u, user: {tokenFile: "%s"}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(
                cluster.environment().get("API_SERVER"),
                cluster.environment().get("CA_CERT"),
                token));
  }

  // ---------------------------------------------------------------- the world

  private Path auditPolicy() throws IOException {
    return Files.writeString(
        folder.resolve("audit-policy.yaml"),
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived, ResponseStarted]
        rules:
        - {level: Metadata, users: ["%s"]}
        - {level: None}
        """
            .formatted(ALMANAC));
  }

  /** The same demand from three hours ago until long after this test. */
  private Path demand() throws IOException {
    long now = InstantSource.system().instant().getEpochSecond();
    StringBuilder text = new StringBuilder("# TYPE requests gauge\n");
    for (long at = now - 3 * 3_600; at < now + 1_800; at += 15) {
      text.append("requests{namespace=\"shop\"} ").append(DEMAND).append(' ').append(at);
      text.append('\n');
    }
    return Files.writeString(folder.resolve("demand.om"), text.append("# EOF\n"));
  }

  private static int replicas(ControlPlane cluster, String path) throws IOException {
    String deployment = cluster.get("/apis/apps/v1/namespaces/shop/deployments/web");
    return JSON.readTree(deployment).at(path).asInt(0);
  }
}
