package dev.almanac.actuator.kubernetes;

import static dev.almanac.actuator.kubernetes.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.actuator.kubernetes.ScaleKinds.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaleKindsTest {
  private static final String GROUP = "/apis/example.dev/v1";
  private static final String KINDS =
      """
      {"kind":"APIResourceList","groupVersion":"example.dev/v1","resources":[
        {"name":"gangs","kind":"Gang","namespaced":true,"verbs":["get"],"new":[{}]},
        {"name":"gangs/scale","kind":"Scale","namespaced":true,"group":"autoscaling","version":"v1"},
        {"name":"gangs/status","kind":"Gang","namespaced":true},
        {"name":"hermits","kind":"Hermit","namespaced":true},
        {"name":"worlds","kind":"World","namespaced":false},
        {"name":"worlds/scale","kind":"Scale","namespaced":false},
        {"name":"../secrets","kind":"Trap","namespaced":true},
        {"name":"../secrets/scale","kind":"Scale","namespaced":true}]}
      """;

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private FakeApiServer server;
  private ApiServer api;
  private ScaleKinds kinds;

  @BeforeEach
  void start() throws IOException {
    server = new FakeApiServer();
    KubernetesAccess access = KubernetesAccess.kubeconfig(server.kubeconfig(folder));
    api = new ApiServer(access, KubernetesOptions.defaults(), nanos::get);
    kinds = new ScaleKinds(api, nanos::get);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    server.close();
  }

  private void serve(int code, String body) {
    server.behave();
    server.when(r -> r.path().equals(GROUP), (request, connection) -> connection.json(code, body));
  }

  private Kind find(String kind) {
    return kinds.find("example.dev/v1", kind);
  }

  private int asked() {
    return server.requests(r -> true).size();
  }

  @Test
  void findsKindsWithAScale() {
    serve(200, KINDS);
    assertThat(find("Gang")).isEqualTo(new Kind.Scalable(GROUP, "gangs"));
    assertThat(find("Hermit"))
        .isEqualTo(new Kind.NotScalable("Hermit of example.dev/v1 has no scale subresource"));
    assertThat(find("World")).isInstanceOf(Kind.NotScalable.class);
    assertThat(find("Trap")).isInstanceOf(Kind.NotScalable.class);
    assertThat(find("Nobody"))
        .isEqualTo(
            new Kind.NotScalable("the cluster has no namespaced kind Nobody of example.dev/v1"));
    assertThat(kinds.find("v1", "ReplicationController")).isInstanceOf(Kind.NotScalable.class);
    assertThat(server.requests(r -> true))
        .extracting(FakeApiServer.Request::path)
        .containsExactly(GROUP, "/api/v1");
  }

  @Test
  void asksAgainSoonAfterANoAndLateAfterAYes() {
    serve(200, KINDS);
    find("Gang");
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    find("Gang");
    assertThat(asked()).isEqualTo(1);
    serve(200, KINDS.replace("Hermit", "Recluse").replace("hermits", "recluses"));
    find("Recluse"); // The definition was installed just now.
    assertThat(asked()).isEqualTo(2);
    find("Recluse");
    assertThat(asked()).isEqualTo(2);
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());
    find("Gang");
    assertThat(asked()).isEqualTo(3);
  }

  @Test
  void aServerThatDoesNotAnswerChangesNothingThatIsKnown() {
    serve(500, status(500, "etcd is away"));
    assertThat(find("Gang")).isInstanceOf(Kind.Unknown.class);
    find("Gang");
    assertThat(asked()).isEqualTo(1); // Not again at once.
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    serve(200, KINDS);
    assertThat(find("Gang")).isInstanceOf(Kind.Scalable.class);
    serve(503, "");
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());
    assertThat(find("Gang")).isInstanceOf(Kind.Scalable.class);
    assertThat(asked()).isEqualTo(3);
  }

  @Test
  void whatIsNoListOfKindsIsNoAnswer() {
    for (String body : new String[] {"<html>", "{}", "[]", "{\"kind\":\"APIResourceList\""}) {
      serve(200, body);
      assertThat(find("Gang")).isInstanceOf(Kind.Unknown.class);
      nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    }
  }
}
