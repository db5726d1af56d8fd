package dev.almanac.actuator.kubernetes;

import static dev.almanac.actuator.kubernetes.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesAccessTest {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  @TempDir Path folder;

  @Test
  void looksWhereKubectlLooks() throws IOException {
    try (FakeApiServer server = new FakeApiServer()) {
      Path config = server.kubeconfig(folder);
      Path home = folder.resolve("home");
      Files.createDirectories(home.resolve(".kube"));
      Path usual = Files.copy(config, home.resolve(".kube/config"));
      Map<String, String> both =
          Map.of("KUBECONFIG", config + java.io.File.pathSeparator + "/other", "HOME", home + "");

      assertThat(origin(Optional.of(usual), both)).endsWith(usual.toString());
      assertThat(origin(Optional.empty(), both)).endsWith(config.toString());
      assertThat(origin(Optional.empty(), Map.of("HOME", home + ""))).endsWith(usual.toString());
    }
  }

  private static String origin(Optional<Path> named, Map<String, String> environment)
      throws IOException {
    return KubernetesAccess.find(named, environment).origin();
  }

  @Test
  void saysWhatToDoWhenThereIsNoCluster() {
    assertThatThrownBy(() -> KubernetesAccess.find(Optional.empty(), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("set KUBECONFIG");
    assertThatThrownBy(
            () -> KubernetesAccess.find(Optional.empty(), Map.of("KUBERNETES_SERVICE_HOST", "::1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("service account token");
    assertThatThrownBy(() -> KubernetesAccess.find(Optional.of(folder.resolve("none")), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not exist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "kind: Config",
        "current-context: x",
        "{apiVersion: v1, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}]}",
        "{apiVersion: v1, token: canary-token-4711, contexts: {",
        "{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c,"
            + " cluster: {server: 'http://127.0.0.1:1'}}], users: [{name: u, user:"
            + " {client-certificate-data: bm8=, client-key-data: canary-token-4711}}]}"
      })
  void anUnusableKubeconfigIsToldWithoutItsSecrets(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("config"), yaml);
    assertThatThrownBy(() -> KubernetesAccess.kubeconfig(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be used")
        .hasMessageNotContaining("canary");
  }

  @Test
  void asksTheServerWhoItIs() throws IOException {
    try (FakeApiServer server = new FakeApiServer()) {
      KubernetesAccess access = KubernetesAccess.kubeconfig(server.kubeconfig(folder));
      server.when(
          r -> r.path().equals("/version"),
          (request, connection) ->
              connection.json(200, "{\"major\":\"1\",\"new\":{},\"gitVersion\":\"v1.99.0\"}"));
      assertThat(access.health(System::nanoTime)).isEqualTo(new ServerHealth.Up("v1.99.0"));

      server.behave();
      for (String body : new String[] {"<html>", "{}", "[]", ""}) {
        server.once(
            r -> r.path().equals("/version"), (request, connection) -> connection.json(200, body));
        assertThat(access.health(System::nanoTime)).isInstanceOf(ServerHealth.Down.class);
      }
      server.close();
      assertThat(access.health(System::nanoTime))
          .isInstanceOfSatisfying(
              ServerHealth.Down.class,
              down -> assertThat(down.detail()).contains("onnect").doesNotContain("canary"));
    }
  }

  @Test
  void asksWhatWeMay() throws IOException {
    try (FakeApiServer server = new FakeApiServer()) {
      KubernetesAccess access = KubernetesAccess.kubeconfig(server.kubeconfig(folder));
      server.when(
          r -> r.path().equals(REVIEWS),
          (request, connection) -> {
            boolean scale = request.body().contains("\"subresource\":\"scale\"");
            boolean shop = request.body().contains("\"namespace\":\"shop\"");
            String verdict = scale && !shop ? "false,\"reason\":\"no rule\\nfor it\"" : "true";
            connection.json(
                201, "{\"spec\":{\"allowed\":7},\"status\":{\"allowed\":" + verdict + "}}");
          });
      var everywhere = access.permissions(new Namespaces.All(), System::nanoTime);
      assertThat(everywhere)
          .contains(
              new Permission(
                  new Permission.Action("patch", "apps", "deployments/scale"),
                  "",
                  Permission.Verdict.DENIED,
                  "no rule for it"))
          .contains(
              new Permission(
                  new Permission.Action("list", "", "pods"), "", Permission.Verdict.ALLOWED, ""));
      assertThat(everywhere)
          .extracting(p -> p.action().toString())
          .contains("patch deployments.apps/scale", "watch pods");
      var two = access.permissions(new Namespaces.Only(Set.of("shop", "yard")), System::nanoTime);
      assertThat(two).hasSize(2 * everywhere.size());
      assertThat(two)
          .filteredOn(p -> p.verdict() == Permission.Verdict.DENIED)
          .hasSize(2)
          .allSatisfy(p -> assertThat(p.namespace()).isEqualTo("yard"));
    }
  }

  @Test
  void anAnswerThatNeverCameIsNeitherYesNorNo() throws IOException {
    try (FakeApiServer server = new FakeApiServer()) {
      KubernetesAccess access = KubernetesAccess.kubeconfig(server.kubeconfig(folder));
      server.when(
          r -> true, (request, connection) -> connection.json(500, status(500, "etcd is away")));
      assertThat(access.permissions(new Namespaces.All(), System::nanoTime))
          .isNotEmpty()
          .allSatisfy(p -> {
            assertThat(p.verdict()).isEqualTo(Permission.Verdict.UNKNOWN);
            assertThat(p.detail()).isEqualTo("HTTP 500: etcd is away");
          });
      assertThat(server.requests(r -> true)).hasSize(1); // The rest would be no better.
    }
  }

  /** Reliability F52: a new token is used as soon as the old one is refused. */
  @Test
  void aTokenFileIsReadAgainAfterA401() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "first");
    try (FakeApiServer server = new FakeApiServer()) {
      Path config = server.kubeconfig(folder);
      Files.writeString(
          config,
          Files.readString(config)
              .replace("token: canary-token-4711", "tokenFile: \"" + token + "\""));
      KubernetesAccess access = KubernetesAccess.kubeconfig(config);
      server.when(
          r -> true,
          (request, connection) -> {
            boolean known = "Bearer second".equals(request.headers().get("authorization"));
            connection.json(known ? 200 : 401, status(401, "Unauthorized"));
          });
      try (ApiServer api = new ApiServer(access, KubernetesOptions.defaults(), System::nanoTime)) {
        assertThat(api.get("/version")).isInstanceOf(Answer.Refused.class);
        Files.writeString(token, "second");
        api.get("/version"); // Refused as well, or already with the new one.
        assertThat(api.get("/version")).isInstanceOf(Answer.Ok.class);
      }
    }
  }
}
