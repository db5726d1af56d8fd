package dev.almanac.service.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.simulator.scheduling.HostPort;
import dev.almanac.simulator.scheduling.NodeKind;
import dev.almanac.simulator.scheduling.PodSet;
import dev.almanac.simulator.scheduling.PodShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from manifests, as the API server and the scheduler understand them. */
class InventoryTest {
  private static final String TYPES =
      """
      ---
      kind: NodeTypeList
      types:
      - {name: m.large, price: 0.1, allocatable: {cpu: 1930m, memory: 7Gi}, zones: [a, b], max: 3}
      """;

  @TempDir private Path folder;

  private Inventory read(String text) {
    try {
      Path file = folder.resolve("in.yaml");
      Files.writeString(file, text);
      return Inventory.read(List.of(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private PodShape pod(String spec) {
    Inventory inventory =
        read("kind: Pod\nmetadata: {name: p, labels: {app: x}}\nspec: {" + spec + "}\n" + TYPES);
    assertThat(inventory.pods()).hasSize(1);
    return inventory.pods().getFirst().shape();
  }

  private static String asks(String what) {
    return "{name: c, resources: {requests: {" + what + "}}}";
  }

  @Test
  void containersAddUpAndLimitsStandInForRequests() {
    PodShape shape =
        pod(
            "containers: [%s, {name: d, resources: {limits: {cpu: 1, nvidia.com/gpu: 2}}}]"
                .formatted(asks("cpu: 500m, memory: 1Gi")));
    assertThat(shape.requests())
        .isEqualTo(Map.of("cpu", 1500L, "memory", 1L << 30, "nvidia.com/gpu", 2L));
  }

  @Test
  void initContainersCountWhereTheyNeedMoreAndSidecarsRunOn() {
    // init 1 alone: 2; sidecar: .5 from then on; init 2 beside it: 2.5; the app beside it: 1.5
    String inits =
        "initContainers: [%s, {name: s, restartPolicy: Always, resources: {requests: {cpu: 500m}}}, %s], "
            .formatted(asks("cpu: 2"), asks("cpu: 2"));
    PodShape shape = pod(inits + "containers: [" + asks("cpu: 1") + "], overhead: {cpu: 100m}");
    assertThat(shape.requests()).isEqualTo(Map.of("cpu", 2600L));
    assertThat(pod(inits + "containers: [" + asks("cpu: 3") + "]").requests())
        .isEqualTo(Map.of("cpu", 3500L));
  }

  @Test
  void requestsOfThePodReplaceThoseOfItsContainers() {
    assertThat(
            pod("containers: [%s], resources: {requests: {cpu: 3}}"
                    .formatted(asks("cpu: 1, memory: 1k")))
                .requests())
        .isEqualTo(Map.of("cpu", 3000L, "memory", 1000L));
  }

  @Test
  void hostPortsOfContainersAndOfTheHostNetwork() {
    assertThat(
            pod("containers: [{ports: [{containerPort: 1, hostPort: 80, protocol: UDP}, {containerPort: 2}]}]")
                .hostPorts())
        .containsExactly(new HostPort(80, "UDP", "0.0.0.0"));
    assertThat(pod("hostNetwork: true, containers: [{ports: [{containerPort: 9100}]}]").hostPorts())
        .containsExactly(new HostPort(9100, "TCP", "0.0.0.0"));
  }

  @Test
  void softRulesAreNotRead() {
    PodShape shape =
        pod(
            "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}], "
                + "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: "
                + "[{weight: 1, podAffinityTerm: {topologyKey: z}}]}}");
    assertThat(shape.spreads()).isEmpty();
    assertThat(shape.antiAffinity()).isEmpty();
  }

  @Test
  void hardRulesAreRead() {
    PodShape shape =
        pod(
            "topologySpreadConstraints: [{maxSkew: 2, topologyKey: z, whenUnsatisfiable: DoNotSchedule, "
                + "labelSelector: {matchLabels: {app: x}}, matchLabelKeys: [app], nodeTaintsPolicy: Honor}], "
                + "nodeSelector: {disk: ssd}, tolerations: [{key: gpu, operator: Exists}], "
                + "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}, {name: w, emptyDir: {}}]");
    assertThat(shape.spreads().getFirst().maxSkew()).isEqualTo(2);
    assertThat(shape.spreads().getFirst().honourTaints()).isTrue();
    assertThat(shape.spreads().getFirst().selector().requirements()).hasSize(2);
    assertThat(shape.nodeSelector()).containsEntry("disk", "ssd");
    assertThat(shape.requests()).isEqualTo(Map.of(NodeKind.VOLUMES, 1L));
  }

  @ParameterizedTest
  @CsvSource({"Deployment,3", "StatefulSet,3", "ReplicaSet,3", "ReplicationController,3", "Job,1"})
  void workloadsMakeReplicas(String kind, int pods) {
    Inventory inventory =
        read(
            "kind: %s\nmetadata: {name: w, namespace: n}\nspec: {replicas: 3, template: {spec: {containers: [{}]}}}\n"
                    .formatted(kind)
                + TYPES);
    assertThat(inventory.pods().getFirst().names()).hasSize(pods).first().isEqualTo("n/w-0");
  }

  @Test
  void whatHoldsNoRoomIsNotCounted() {
    Inventory inventory =
        read(
            """
            kind: Pod
            metadata: {name: done}
            spec: {containers: [{}]}
            status: {phase: Succeeded}
            ---
            kind: ReplicaSet
            metadata: {name: rs, ownerReferences: [{kind: Deployment, name: d, controller: true}]}
            spec: {replicas: 3, template: {spec: {containers: [{}]}}}
            ---
            kind: Deployment
            metadata: {name: off}
            spec: {replicas: 0}
            ---
            kind: ConfigMap
            metadata: {name: c}
            """
                + TYPES);
    assertThat(inventory.pods()).isEmpty();
    assertThat(inventory.notes()).anyMatch(n -> n.contains("ConfigMap=1"));
  }

  @Test
  void podsOfDaemonSetsAreKnownByTheirOwner() {
    Inventory inventory =
        read(
            """
            kind: Pod
            metadata: {name: p, namespace: s, ownerReferences: [{kind: DaemonSet, name: ds}]}
            spec: {nodeName: n1, priority: 7, containers: [{}]}
            """
                + TYPES);
    PodSet set = inventory.pods().getFirst();
    assertThat(set.daemonSet()).isEqualTo("s/ds");
    assertThat(set.node()).isEqualTo("n1");
  }

  @Test
  void nodesWithTaintsVolumesAndPrices() {
    Inventory inventory =
        read(
            """
            kind: Node
            metadata:
              name: n1
              labels: {node.kubernetes.io/instance-type: m.large, failure-domain.beta.kubernetes.io/zone: a}
            spec:
              unschedulable: true
              taints: [{key: k, effect: NoSchedule}, {key: soft, effect: PreferNoSchedule}]
            status: {allocatable: {cpu: "4", memory: 8Gi, pods: "58", attachable-volumes-csi-x: 25}}
            ---
            kind: Node
            metadata: {name: n2, annotations: {almanac.dev/price: "2.5"}}
            status: {capacity: {cpu: 4}}
            ---
            kind: CSINode
            metadata: {name: n1}
            spec: {drivers: [{name: x, allocatable: {count: 7}}]}
            """
                + TYPES);
    NodeKind n1 = inventory.kinds().getFirst();
    assertThat(n1.taints()).hasSize(2);
    assertThat(n1.price()).isEqualTo(0.1);
    assertThat(n1.labels()).containsEntry(NodeKind.ZONE, "a");
    assertThat(n1.allocatable())
        .containsAllEntriesOf(Map.of("cpu", 4000L, NodeKind.PODS, 58L, NodeKind.VOLUMES, 7L));
    NodeKind n2 = inventory.kinds().get(1);
    assertThat(n2.price()).isEqualTo(2.5);
    assertThat(n2.allocatable()).isEqualTo(Map.of("cpu", 4000L, NodeKind.PODS, 110L));
    assertThat(inventory.kinds()).hasSize(4);
    assertThat(inventory.kinds().get(2).limit()).isEqualTo(3);
  }

  @Test
  void withoutAnyPriceEveryNodeCountsOne() {
    Inventory inventory =
        read("kind: Node\nmetadata: {name: n}\nstatus: {allocatable: {cpu: 1}}\n");
    assertThat(inventory.kinds().getFirst().price()).isEqualTo(1);
    assertThat(inventory.notes()).anyMatch(n -> n.contains("counts 1"));
  }

  @Test
  void listsOfListsAndItemsWithoutKind() throws IOException {
    Path file = folder.resolve("list.json");
    Files.writeString(
        file,
        """
        {"apiVersion":"v1","items":[
          {"metadata":{"name":"a"},"spec":{"containers":[{}]}},
          {"kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"cpu":"1e1"}}}
        ],"kind":"List"}
        """);
    Inventory inventory = Inventory.read(List.of(file));
    assertThat(inventory.pods()).hasSize(1);
    assertThat(inventory.kinds().getFirst().allocatable()).containsEntry("cpu", 10_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: Pod\\nspec: {}|Pod: metadata.name is missing",
        "kind: Pod\\nmetadata: {name: p}\\nspec: {containers: [{resources: {requests: {cpu: lots}}}]}|Pod p: cpu: 'lots' is not a quantity",
        "kind: Deployment\\nmetadata: {name: d}\\nspec: {replicas: many}|replicas is 'many'",
        "kind: Deployment\\nmetadata: {name: d}\\nspec: {replicas: 2000000}|replicas is 2,000,000",
        "kind: NodeTypeList\\ntypes: [{name: t, prize: 1}]|a node type has no key 'prize'",
        "kind: NodeTypeList\\ntypes: [{name: t, price: -1, allocatable: {}}]|the price '-1'",
        "kind: NodeTypeList\\ntypes: [{name: t, price: 1}]|needs name, price and allocatable",
        "metadata: {name: x}|an object has no kind",
        "kind: Pod\\nmetadata: &a {name: x}\\nspec: *a|aliases are not read",
        "- just\\n- text|an object has no kind",
        "kind: [unclosed|in.yaml line",
        "kind: ConfigMap|no node and no node type was read"
      })
  void everyMistakeNamesPlaceAndCause(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatIsNotThere() {
    assertThatThrownBy(() -> Inventory.read(List.of(folder.resolve("none.yaml"))))
        .hasMessageContaining("there is no file");
  }
}
