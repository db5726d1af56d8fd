package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules.Range;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.Quota;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pods and what bounds them, as the API server writes them. */
class LivePodReaderTest {
  private static JsonParser json(String text) throws IOException {
    return Json.parser(text.getBytes(StandardCharsets.UTF_8));
  }

  private static LivePod pod(String metadata, String spec, String status) throws IOException {
    return LivePodReader.read(
        json(
            """
            {"metadata":{"namespace":"shop","name":"p",%s},"spec":{%s},"status":{%s}}
            """
                .formatted(metadata, spec, status)));
  }

  private static String owned(String kind, String name) {
    return "\"ownerReferences\":[{\"kind\":\"%s\",\"name\":\"%s\",\"controller\":true}]"
        .formatted(kind, name);
  }

  private static String owner(String metadata) throws IOException {
    return pod(metadata, "\"x\":1", "\"x\":1").workload().toString();
  }

  @Test
  void ownersAreThoseAtTheTop() throws IOException {
    String hash = "\"labels\":{\"pod-template-hash\":\"6d4cf\"},";
    assertThat(owner(hash + owned("ReplicaSet", "web-6d4cf"))).isEqualTo("shop/Deployment/web");
    assertThat(owner(owned("ReplicaSet", "web-6d4cf"))).isEqualTo("shop/ReplicaSet/web-6d4cf");
    assertThat(owner(owned("Job", "nightly-1"))).isEqualTo("shop/Job/nightly-1");
    assertThat(owner(owned("Node", "n1"))).as("a mirror pod").isEqualTo("shop/Pod/p");
    assertThat(owner("\"ownerReferences\":[{\"kind\":\"Backup\",\"name\":\"b\"}]"))
        .as("an owner that does not control it")
        .isEqualTo("shop/Pod/p");
  }

  @Test
  void readsContainersWithTheirRolesRequestsAndKills() throws IOException {
    LivePod pod =
        pod(
            "\"uid\":\"u\"",
            """
            "initContainers":[{"name":"once"},{"name":"side","restartPolicy":"Always"}],
            "containers":[{"name":"app","resources":{"requests":{"cpu":"250m","memory":"64Mi"},
            "limits":{"memory":"1Gi"}}},{"name":"well","restartPolicy":"Always"}]
            """,
            """
            "phase":"Running","startTime":"2026-06-15T08:00:00Z","containerStatuses":[
            {"name":"app","state":{"running":{}},"lastState":{"terminated":
            {"reason":"OOMKilled","finishedAt":"2026-06-15T09:00:00Z"}}},
            {"name":"well","lastState":{"terminated":
            {"reason":"Error","finishedAt":"2026-06-15T09:00:00Z"}}}],
            "initContainerStatuses":[{"name":"side","state":{"terminated":
            {"reason":"OOMKilled","finishedAt":"2026-06-15T10:00:00Z"}},"lastState":{"terminated":
            {"reason":"OOMKilled","finishedAt":"2026-06-15T09:30:00Z"}}}]
            """);
    ContainerResources none = new ContainerResources(ResourceList.NONE, ResourceList.NONE);
    assertThat(pod.containers())
        .containsExactlyInAnyOrder(
            new LivePod.Container("once", Role.INIT, none, Optional.empty()),
            new LivePod.Container(
                "side", Role.SIDECAR, none, Optional.of(Instant.parse("2026-06-15T10:00:00Z"))),
            new LivePod.Container(
                "app",
                Role.MAIN,
                new ContainerResources(
                    ResourceList.of(250, 64 << 20),
                    ResourceList.NONE.with(Resource.MEMORY, 1 << 30)),
                Optional.of(Instant.parse("2026-06-15T09:00:00Z"))),
            new LivePod.Container("well", Role.MAIN, none, Optional.empty()));
    assertThat(pod.started()).contains(Instant.parse("2026-06-15T08:00:00Z"));
    assertThat(pod.there()).isTrue();
  }

  @Test
  void whatHasEndedIsNotThere() throws IOException {
    assertThat(pod("\"uid\":\"u\"", "\"x\":1", "\"phase\":\"Succeeded\"").there()).isFalse();
    assertThat(pod("\"uid\":\"u\"", "\"x\":1", "\"phase\":\"Failed\"").there()).isFalse();
    assertThat(pod("\"uid\":\"u\"", "\"x\":1", "\"phase\":\"Pending\"").there()).isTrue();
    assertThat(
            pod(
                    "\"deletionTimestamp\":\"2026-06-15T08:00:00Z\"",
                    "\"x\":1",
                    "\"phase\":\"Running\"")
                .there())
        .isFalse();
  }

  @Test
  void theTightestOfSeveralRulesHolds() throws IOException {
    NamespaceRulesReader reader = new NamespaceRulesReader();
    reader.limitRange(
        json(
            """
            {"metadata":{"namespace":"shop"},"spec":{"limits":[{"type":"Container",
            "min":{"cpu":"50m"},"max":{"memory":"1Gi"},"maxLimitRequestRatio":{"cpu":"2.5"}},
            {"type":"PersistentVolumeClaim","max":{"storage":"1Gi"}}]}}
            """));
    for (String quota :
        List.of(
            """
            "hard":{"requests.cpu":"4","limits.memory":"8Gi","pods":"9"},
            "used":{"requests.cpu":"1500m","limits.memory":"1Gi","pods":"2"}
            """,
            "\"hard\":{\"cpu\":\"3\"},\"used\":{\"cpu\":\"2\"}")) {
      reader.quota(
          json("{\"metadata\":{\"namespace\":\"shop\"},\"status\":{%s}}".formatted(quota)));
    }
    reader.autoscaler(
        json(
            """
            {"metadata":{"namespace":"shop","name":"h"},"spec":{
            "scaleTargetRef":{"kind":"Deployment","name":"web"},"metrics":[
            {"type":"Resource","resource":{"name":"memory","target":{"averageUtilization":80}}},
            {"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":60}}}]}}
            """));
    reader.autoscaler(
        json(
            """
            {"metadata":{"namespace":"shop","name":"absolute"},"spec":{
            "scaleTargetRef":{"kind":"Deployment","name":"api"},"metrics":[
            {"type":"Resource","resource":{"name":"cpu","target":{"averageValue":"1"}}}]}}
            """));
    LiveUsage.Rules rules = reader.rules().get("shop");
    assertThat(rules).isNotNull();
    assertThat(rules.rules().ranges())
        .containsExactly(
            new Range(
                false,
                ResourceList.NONE.with(Resource.CPU, 50),
                ResourceList.NONE.with(Resource.MEMORY, 1 << 30),
                Map.of(Resource.CPU, 2.5)));
    assertThat(rules.rules().requests())
        .isEqualTo(
            new Quota(
                ResourceList.NONE.with(Resource.CPU, 3000),
                ResourceList.NONE.with(Resource.CPU, 2000)));
    assertThat(rules.rules().limits())
        .isEqualTo(
            new Quota(
                ResourceList.NONE.with(Resource.MEMORY, 8L << 30),
                ResourceList.NONE.with(Resource.MEMORY, 1L << 30)));
    assertThat(rules.targets())
        .isEqualTo(
            Map.of(
                new WorkloadName("shop", "Deployment", "web"),
                new UtilizationTarget("h", Resource.CPU, 60)));
  }
}
