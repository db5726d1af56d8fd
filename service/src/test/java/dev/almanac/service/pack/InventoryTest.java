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
import java.util.Set;
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

  /** What API server 1.36 fills in when asked by server-side dry run. */
  @Test
  void aLimitOfThePodIsItsRequestWhereNoContainerHasOne() {
    String limits = ", resources: {limits: {cpu: 3, memory: 3k}}";
    assertThat(pod("containers: [%s]".formatted(asks("cpu: 1")) + limits).requests())
        .isEqualTo(Map.of("cpu", 1000L, "memory", 3000L));
    assertThat(
            pod("containers: [{}], initContainers: [%s]".formatted(asks("cpu: 2")) + limits)
                .requests())
        .isEqualTo(Map.of("cpu", 2000L, "memory", 3000L));
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
                + "[{weight: 1, podAffinityTerm: {topologyKey: z}}]}}, containers: [{}]");
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
                + "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}, {name: w, emptyDir: {}}], "
                + "containers: [{}]");
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
  void aNodeHasThePriceOfItsTypeInItsZone() {
    String node = "kind: Node\nmetadata: {name: n%s, labels: {%s: t, %s: %s}}\n---\n";
    String type = "- {name: t, price: %s, allocatable: {cpu: 1}, zones: [%s]}\n";
    Inventory inventory =
        read(
            node.formatted("a", NodeReader.INSTANCE_TYPE, NodeKind.ZONE, "a")
                + node.formatted("c", NodeReader.INSTANCE_TYPE, NodeKind.ZONE, "c")
                + "kind: NodeTypeList\ntypes:\n"
                + type.formatted(1, "a")
                + type.formatted(2, "b"));
    assertThat(inventory.kinds()).extracting(NodeKind::price).containsExactly(1.0, 2.0, 1.0, 2.0);
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
        "kind: Pod\\nmetadata: {name: p}\\nspec: {containers: [{resources: {requests: {cpu: lots}}}]}|Pod p: spec.containers[0].resources.requests.cpu: 'lots' is not a quantity",
        "kind: Deployment\\nmetadata: {name: d}\\nspec: {replicas: many}|replicas is 'many'",
        "kind: Deployment\\nmetadata: {name: d}\\nspec: {replicas: 2000000}|replicas is 2,000,000",
        "kind: NodeTypeList\\ntypes: [{name: t, prize: 1}]|NodeTypeList: types[0].prize is not known here; there are allocatable",
        "kind: NodeTypeList\\ntypes: [{name: t, price: -1, allocatable: {}}]|types[0].price is '-1', not a number",
        "kind: NodeTypeList\\ntypes: [{name: t, price: 1}]|types[0].allocatable is missing; a node type needs name, price and allocatable",
        "metadata: {name: x}|an object has no kind",
        "kind: Pod\\nmetadata: &a {name: x}\\nspec: *a|aliases are not read",
        "- just\\n- text|items hold a string, not an object",
        "kind: [unclosed|in.yaml line",
        "kind: ConfigMap|no node and no node type was read"
      })
  void everyMistakeNamesPlaceAndCause(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(message);
  }

  private Set<String> namespacesOf(String term, String objects) {
    String pod =
        "kind: Pod\nmetadata: {name: p, namespace: own}\nspec: {containers: [{}], affinity: {podAffinity: "
            + "{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k, labelSelector: {}, "
            + term
            + "}]}}}\n";
    return read(pod + objects + TYPES).pods().getFirst().shape().affinity().getFirst().namespaces();
  }

  /** An empty set stands for every namespace, one of a name that no namespace has for none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "namespaces: []|own|own",
        "namespaces: [a, b]|a b|a b",
        "namespaceSelector: {}|*|*",
        "namespaceSelector: {matchLabels: {team: x}}|*|a b",
        "namespaceSelector: {matchLabels: {team: y}}|*|c",
        "namespaceSelector: {matchLabels: {team: z}}|*|none",
        "'namespaces: [d], namespaceSelector: {matchLabels: {team: x}}'|*|a b d",
        "'namespaces: [d], namespaceSelector: {matchLabels: {team: z}}'|*|d",
        "'namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}'|*|e",
        "'namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [a, f]}]}'|a f|a",
      })
  void namespacesAreSelectedByTheLabelsThatTheyHave(String term, String without, String with) {
    assertThat(namespacesOf(term, "")).isEqualTo(words(without));
    String objects =
        "---\nkind: Namespace\nmetadata: {name: a, labels: {team: x}}\n"
            + "---\nkind: Namespace\nmetadata: {name: b, labels: {team: x}}\n"
            + "---\nkind: Namespace\nmetadata: {name: c, labels: {team: y}}\n"
            + "---\nkind: Namespace\nmetadata: {name: e}\n";
    assertThat(namespacesOf(term, objects)).isEqualTo(words(with));
  }

  private static Set<String> words(String text) {
    return switch (text) {
      case "*" -> Set.of();
      case "none" -> Set.of("");
      default -> Set.of(text.split(" "));
    };
  }

  /** Read as missing, each would make the pod smaller or freer than it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "containers: {name: c}|spec.containers is an object, not a list",
        "containers: []|spec.containers: a pod has at least one",
        "container: [{}]|spec.container is not known; did you mean containers?",
        "containers: [c]|spec.containers[0] is a string, not an object",
        "containers: [{}, {resource: {}}]|spec.containers[1].resource is not known; did you mean resources?",
        "containers: [{resources: {request: {cpu: 1}}}]|spec.containers[0].resources.request is not known here",
        "containers: [{resources: {requests: [cpu]}}]|spec.containers[0].resources.requests is a list, not an object",
        "containers: [{ports: [{hostPort: 70000}]}]|spec.containers[0].ports[0].hostPort is 70000, not 0 to 65535",
        "containers: [{ports: [{hostPort: 1, protocol: tcp}]}]|ports[0].protocol is 'tcp', not one of TCP, UDP, SCTP",
        "initContainers: [{}, {resources: {limits: {cpu: 1x}}}]|spec.initContainers[1].resources.limits.cpu: '1x' is not",
        "overhead: [1]|spec.overhead is a list, not an object",
        "hostNetwork: maybe|spec.hostNetwork is not true or false",
        "nodeSelector: [disk]|spec.nodeSelector is a list, not an object",
        "nodeSelector: {disk: {a: b}}|spec.nodeSelector.disk is an object, not text",
        "tolerations: {key: k}|spec.tolerations is an object, not a list",
        "tolerations: [{key: k, operator: exists}]|spec.tolerations[0].operator is 'exists', not one of Equal, Exists",
        "tolerations: [{key: k, effect: noSchedule}]|spec.tolerations[0].effect is 'noSchedule', not one of",
        "tolerations: [{value: k}]|spec.tolerations[0].key is missing",
        "tolerations: [{key: k, operator: Gt, value: '5'}]|spec.tolerations[0].operator is 'Gt', which needs the alpha feature",
        "affinity: {nodeAffinity: {required: {}}}|spec.affinity.nodeAffinity.required is not known here",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}|Execution.nodeSelectorTerms: at least one is needed",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: In}]}]}}}|nodeSelectorTerms[0].matchExpressions[0].values of In are []",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: Gt, values: [x]}]}]}}}|values of Gt are [x]",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{operator: Exists}]}]}}}|matchExpressions[0].key is missing",
        "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {topologyKey: k}}}|spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution is an object, not a list",
        "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}}|Execution[0].topologyKey is missing",
        "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k, labelSelector: {app: x}}]}}|Execution[0].labelSelector.app is not known here",
        "topologySpreadConstraints: [{topologyKey: k, whenUnsatisfiable: Never}]|spec.topologySpreadConstraints[0].whenUnsatisfiable is 'Never'",
        "topologySpreadConstraints: [{topologyKey: k, maxSkew: 0}]|maxSkew is 0, not at least 1",
        "topologySpreadConstraints: [{topologyKey: k, minDomains: 0}]|minDomains is 0, not at least 1",
        "topologySpreadConstraints: [{topologyKey: k, nodeTaintsPolicy: Honour}]|nodeTaintsPolicy is 'Honour', not one of Ignore, Honor"
      })
  void whatHasAnotherFormIsNotTakenForMissing(String spec, String message) {
    String all = spec.startsWith("container") ? spec : "containers: [{}], " + spec;
    assertThatThrownBy(() -> pod(all))
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith(folder.resolve("in.yaml") + ": Pod p: spec.")
        .hasMessageContaining(message);
    String workload =
        "kind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {" + all + "}}}\n";
    assertThatThrownBy(() -> read(workload))
        .hasMessageContaining("Deployment d: spec.template.spec.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: t, price: 1, allocatable: {cpu: 1}, zones: a}|types[0].zones is a string, not a list",
        "{name: t, price: 1, allocatable: {cpu: 1}, taints: k}|types[0].taints is a string, not a list",
        "{name: t, price: 1, allocatable: {cpu: 1}, taints: [{key: k, effect: never}]}|types[0].taints[0].effect is 'never'",
        "{name: t, price: 1, allocatable: {cpu: 1}, max: -1}|types[0].max is -1, not at least 0",
        "{name: t, price: 1, allocatable: {cpu: x}}|types[0].allocatable.cpu: 'x' is not a quantity",
        "{name: t, allocatable: {cpu: 1}}|types[0].price is missing",
        "{name: t, price: 1, allocatable: {}}, {name: t, price: 2, allocatable: {}}|types[1].name: the type 't' was read before",
        "{name: t, price: 1, allocatable: {}, zones: [a, b]}, {name: t, price: 2, allocatable: {}, zones: [b]}|was read before for zone b"
      })
  void mistakesInNodeTypesSayWhichTypeItIs(String types, String message) {
    assertThatThrownBy(() -> read("kind: NodeTypeList\ntypes: [" + types + "]\n"))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void mistakesOfYamlAreToldWhole() {
    assertThatThrownBy(() -> read("kind: Pod\n\tmetadata: {}\n"))
        .hasMessageContaining("in.yaml line 2: while scanning for the next token, found character");
    assertThatThrownBy(() -> read("kind: Pod\nspec: {}\nspec: {}\n"))
        .hasMessageContaining("Duplicate field 'spec'");
    assertThatThrownBy(() -> read("kind: Pod\nspec: {<<: {a: b}}\n"))
        .hasMessageContaining("line 2: YAML merge keys are not read");
  }

  @Test
  void aListInAListIsItsItems() throws IOException {
    Path file = folder.resolve("list.json");
    Files.writeString(
        file,
        """
        {"kind":"List","items":[
          {"kind":"PodList","items":[{"metadata":{"name":"a"},"spec":{"containers":[{}]}}]},
          {"kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"cpu":1}}}]}
        """);
    assertThat(Inventory.read(List.of(file)).pods()).hasSize(1);
  }

  @Test
  void thatThereAreNoPodsIsSaid() {
    assertThat(read(TYPES).notes()).containsExactly("no pods were read");
  }

  @Test
  void aFileThatIsNotThere() {
    assertThatThrownBy(() -> Inventory.read(List.of(folder.resolve("none.yaml"))))
        .hasMessageContaining("there is no file");
  }
}
