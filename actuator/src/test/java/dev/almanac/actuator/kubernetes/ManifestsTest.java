package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * What deploy/kustomize grants and runs: no right more, no protection less (security S1, S3, S4).
 */
class ManifestsTest {

  private static final Path FOLDER = RealParts.root().resolve("deploy/kustomize");

  private static List<Object> documents() throws IOException {
    List<Object> documents = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        new Yaml().loadAll(Files.readString(file)).forEach(documents::add);
      }
    }
    return documents;
  }

  private static List<Object> ofKind(String kind) throws IOException {
    return documents().stream().filter(d -> at(d, "kind").equals(kind)).toList();
  }

  /** Walks down by field names and list positions. */
  private static Object at(Object node, String... path) {
    Object found = node;
    for (String step : path) {
      found =
          found instanceof List<?> list
              ? list.get(Integer.parseInt(step))
              : ((Map<?, ?>) found).get(step);
      assertThat(found).as("%s of %s", step, node).isNotNull();
    }
    return found;
  }

  @Test
  void theRolesGrantWhatIsNeededAndNothingElse() throws IOException {
    List<String> granted = new ArrayList<>();
    for (Object role : ofKind("ClusterRole")) {
      for (Object rule : (List<?>) at(role, "rules")) {
        assertThat(((Map<?, ?>) rule).keySet())
            .isEqualTo(Set.of("apiGroups", "resources", "verbs"));
        for (Object group : (List<?>) at(rule, "apiGroups")) {
          for (Object resource : (List<?>) at(rule, "resources")) {
            for (Object verb : (List<?>) at(rule, "verbs")) {
              granted.add(
                  "%s: %s %s/%s".formatted(at(role, "metadata", "name"), verb, group, resource));
            }
          }
        }
      }
    }
    assertThat(granted)
        .containsExactlyInAnyOrder(
            "almanac-observe: get apps/deployments",
            "almanac-observe: list apps/deployments",
            "almanac-observe: watch apps/deployments",
            "almanac-observe: get apps/statefulsets",
            "almanac-observe: list apps/statefulsets",
            "almanac-observe: watch apps/statefulsets",
            "almanac-observe: get /pods",
            "almanac-observe: list /pods",
            "almanac-observe: watch /pods",
            "almanac-observe: list autoscaling/horizontalpodautoscalers",
            "almanac-observe: watch autoscaling/horizontalpodautoscalers",
            "almanac-observe: get metrics.k8s.io/pods",
            "almanac-observe: list metrics.k8s.io/pods",
            "almanac-hpa-floor: get autoscaling/horizontalpodautoscalers",
            "almanac-hpa-floor: list autoscaling/horizontalpodautoscalers",
            "almanac-hpa-floor: watch autoscaling/horizontalpodautoscalers",
            "almanac-hpa-floor: patch autoscaling/horizontalpodautoscalers",
            "almanac-hpa-floor: get keda.sh/scaledobjects",
            "almanac-hpa-floor: patch keda.sh/scaledobjects",
            "almanac-scale: get apps/deployments/scale",
            "almanac-scale: patch apps/deployments/scale",
            "almanac-scale: get apps/statefulsets/scale",
            "almanac-scale: patch apps/statefulsets/scale");
    assertThat(ofKind("Role")).isEmpty();
    assertThat(ofKind("ClusterRoleBinding")).hasSize(3);
  }

  @Test
  void thePodIsProtected() throws IOException {
    Object pod = at(ofKind("Deployment").getFirst(), "spec", "template", "spec");
    assertThat(pod.toString()).doesNotContain("hostNetwork", "hostPID", "hostIPC");
    assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
    assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
    assertThat(at(pod, "securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
    Object container = at(pod, "containers", "0");
    assertThat(at(container, "image")).isEqualTo("almanac:0.1.0");
    assertThat(at(container, "args"))
        .isEqualTo(
            List.of(
                "serve",
                "--config",
                "/etc/almanac",
                "--data",
                "/var/lib/almanac",
                "--listen",
                "0.0.0.0:8080",
                "--kill-switch",
                "/etc/almanac-stop/stop"));
    assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
    assertThat(at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
    assertThat(at(container, "securityContext", "capabilities", "drop")).isEqualTo(List.of("ALL"));
    assertThat(at(container, "resources", "limits", "memory")).isNotNull();
    assertThat(at(container, "resources", "limits", "cpu")).isNotNull();
    assertThat(at(container, "readinessProbe", "httpGet", "path")).isEqualTo("/readyz");
    assertThat(at(container, "livenessProbe", "httpGet", "path")).isEqualTo("/healthz");
  }

  @Test
  void theNetworkIsClosedButForWhatIsNeeded() throws IOException {
    Object policy = at(ofKind("NetworkPolicy").getFirst(), "spec");
    assertThat(at(policy, "policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
    for (String direction : List.of("ingress", "egress")) {
      for (Object rule : (List<?>) at(policy, direction)) {
        assertThat((List<?>) at(rule, "ports")).isNotEmpty();
      }
    }
  }

  /** What the image runs as, and what it finds there, are said in three places. */
  @Test
  void theImageRunsWhatTheBuildMakesAsWhoTheManifestsSay() throws IOException {
    String image =
        Files.readString(RealParts.root().resolve("deploy/image/Containerfile"))
            .replace("\\\n", " ");
    Object security =
        at(ofKind("Deployment").getFirst(), "spec", "template", "spec", "securityContext");
    assertThat(image)
        .contains("\nUSER " + at(security, "runAsUser") + ":" + at(security, "runAsGroup") + "\n");
    String jar = "/opt/almanac/almanac-service.jar";
    List<?> command =
        image
            .lines()
            .filter(l -> l.startsWith("ENTRYPOINT "))
            .map(l -> (List<?>) new Yaml().load(l.substring("ENTRYPOINT ".length())))
            .findFirst()
            .orElseThrow();
    assertThat(command.getFirst()).isEqualTo("java");
    assertThat(command.getLast()).isEqualTo(jar);
    assertThat(image)
        .contains("/src/service/target/almanac-service.jar /opt/almanac/")
        .contains("/src/service/target/lib /opt/almanac/lib");
    assertThat(Files.readString(RealParts.root().resolve("service/pom.xml")))
        .contains("<finalName>almanac-service</finalName>")
        .contains("<classpathPrefix>lib/</classpathPrefix>");
  }
}
