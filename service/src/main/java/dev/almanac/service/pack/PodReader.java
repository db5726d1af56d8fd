package dev.almanac.service.pack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.simulator.scheduling.HostPort;
import dev.almanac.simulator.scheduling.NodeKind;
import dev.almanac.simulator.scheduling.NodeTerm;
import dev.almanac.simulator.scheduling.PodSet;
import dev.almanac.simulator.scheduling.PodShape;
import dev.almanac.simulator.scheduling.PodTerm;
import dev.almanac.simulator.scheduling.Requirement;
import dev.almanac.simulator.scheduling.Selector;
import dev.almanac.simulator.scheduling.Spread;
import dev.almanac.simulator.scheduling.Toleration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pods, and workloads with a pod template and a number of replicas. */
final class PodReader {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  private static final Set<String> NO_NAMESPACE = Set.of(""); // which is nobody's name

  private static final String TEMPLATE = "spec.template.spec";

  /** What is read of a PodSpec. */
  private static final Set<String> POD =
      Set.of(
          "affinity",
          "containers",
          "hostNetwork",
          "initContainers",
          "nodeName",
          "nodeSelector",
          "overhead",
          "priority",
          "resources",
          "tolerations",
          "topologySpreadConstraints",
          "volumes");

  /** What a PodSpec has besides that looks like one of them. */
  private static final Set<String> NOT_OF_POD = Set.of("ephemeralContainers", "priorityClassName");

  private static final Set<String> CONTAINER = Set.of("ports", "resources", "restartPolicy");
  private static final Set<String> NOT_OF_CONTAINER = Set.of("resizePolicy", "restartPolicyRules");
  private static final Set<String> RESOURCES = Set.of("claims", "limits", "requests");
  private static final Set<String> AFFINITY =
      Set.of("nodeAffinity", "podAffinity", "podAntiAffinity");
  private static final Set<String> RULES =
      Set.of(REQUIRED, "preferredDuringSchedulingIgnoredDuringExecution");
  private static final Set<String> NODE_TERM = Set.of("matchExpressions", "matchFields");
  private static final Set<String> TOLERATION =
      Set.of("effect", "key", "operator", "tolerationSeconds", "value");

  /**
   * Of tolerations, since Kubernetes 1.35 (KEP-5471): alpha and off by default, so that a cluster
   * refuses such pods, and a plan with them would hold nowhere.
   */
  private static final Set<String> COMPARISONS = Set.of("Gt", "Lt");

  private static final Set<String> SPREAD =
      Set.of(
          "labelSelector",
          "matchLabelKeys",
          "maxSkew",
          "minDomains",
          "nodeAffinityPolicy",
          "nodeTaintsPolicy",
          "topologyKey",
          "whenUnsatisfiable");
  private static final Set<String> POD_TERM =
      Set.of(
          "labelSelector",
          "matchLabelKeys",
          "mismatchLabelKeys",
          "namespaceSelector",
          "namespaces",
          "topologyKey");

  private static final int MAX_PORT = 65_535;

  /** Replicas of one workload; more is a typing mistake. */
  static final int MAX_REPLICAS = 1_000_000;

  private final Quantities quantities;
  private final Map<String, Map<String, String>> namespaces;
  private final Map<PodShape, PodShape> shapes = new HashMap<>();
  private boolean asksForNamespaces;

  /**
   * A reader of pods.
   *
   * @param namespaces labels by name; empty where they are not known
   */
  PodReader(Quantities quantities, Map<String, Map<String, String>> namespaces) {
    this.quantities = quantities;
    this.namespaces = namespaces;
  }

  /** Whether any pod so far names namespaces by their labels. */
  boolean asksForNamespaces() {
    return asksForNamespaces;
  }

  /** The pods of an object; nothing when it makes none that run. */
  Optional<PodSet> read(String kind, JsonNode object) {
    JsonNode metadata = Fields.object(object, "metadata");
    JsonNode spec = Fields.object(object, "spec");
    return switch (kind) {
      case "Pod" -> pod(object);
      case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController" ->
          isOwned(metadata)
              ? Optional.empty()
              : replicas(object, Fields.in("spec", () -> Fields.number(spec, "replicas", 1)));
      case "Job" ->
          isOwned(metadata)
              ? Optional.empty()
              : replicas(object, Fields.in("spec", () -> atOnce(spec)));
      case "DaemonSet" -> Optional.of(daemonSet(object));
      default -> Optional.empty();
    };
  }

  private Optional<PodSet> pod(JsonNode object) {
    String phase = Fields.text(Fields.object(object, "status"), "phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return Optional.empty(); // it holds no room any more
    }
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    String namespace = namespace(metadata);
    String name = name(metadata);
    String daemonSet = "";
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (Fields.text(owner, "kind").equals("DaemonSet")) {
        daemonSet = namespace + "/" + Fields.text(owner, "name");
      }
    }
    return Optional.of(
        new PodSet(
            shape("spec", namespace, metadata, spec, 0),
            List.of(name),
            nodeName("spec", spec),
            daemonSet,
            priority("spec", spec)));
  }

  private Optional<PodSet> replicas(JsonNode object, int replicas) {
    if (replicas < 0 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("spec.replicas is %,d".formatted(replicas));
    }
    if (replicas == 0) {
      return Optional.empty();
    }
    JsonNode template = template(object);
    JsonNode spec = templateSpec(template);
    int claims = object.path("spec").path("volumeClaimTemplates").size();
    List<String> names = new ArrayList<>(replicas);
    String name = name(object.path("metadata"));
    for (int i = 0; i < replicas; i++) {
      names.add(name + "-" + i);
    }
    return Optional.of(
        new PodSet(
            shape(
                TEMPLATE,
                namespace(object.path("metadata")),
                Fields.object(template, "metadata"),
                spec,
                claims),
            names,
            nodeName(TEMPLATE, spec),
            "",
            priority(TEMPLATE, spec)));
  }

  private static JsonNode template(JsonNode object) {
    return Fields.in("spec", () -> Fields.object(object.path("spec"), "template"));
  }

  private static JsonNode templateSpec(JsonNode template) {
    return Fields.in("spec.template", () -> Fields.object(template, "spec"));
  }

  private static String nodeName(String place, JsonNode spec) {
    return Fields.in(place, () -> Fields.text(spec, "nodeName"));
  }

  private static int priority(String place, JsonNode spec) {
    return Fields.in(place, () -> Fields.number(spec, "priority", 0));
  }

  private static int atOnce(JsonNode spec) {
    int parallelism = Fields.number(spec, "parallelism", 1);
    return Math.min(parallelism, Fields.number(spec, "completions", parallelism));
  }

  private PodSet daemonSet(JsonNode object) {
    JsonNode template = template(object);
    String name = name(object.path("metadata"));
    PodShape shape =
        shape(
            TEMPLATE,
            namespace(object.path("metadata")),
            Fields.object(template, "metadata"),
            templateSpec(template),
            0);
    return new PodSet(shape, List.of(name), "", name, 0);
  }

  /** Whether another object makes this one: it is counted there. */
  private static boolean isOwned(JsonNode metadata) {
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        return true;
      }
    }
    return false;
  }

  private static String namespace(JsonNode metadata) {
    String namespace = Fields.text(metadata, "namespace");
    return namespace.isEmpty() ? "default" : namespace;
  }

  private static String name(JsonNode metadata) {
    String name = Fields.in("metadata", () -> Fields.required(metadata, "name"));
    return namespace(metadata) + "/" + name;
  }

  private PodShape shape(
      String place, String namespace, JsonNode metadata, JsonNode spec, int claims) {
    Map<String, String> labels = Fields.labels(metadata, "labels");
    PodShape shape = Fields.in(place, () -> shape(namespace, labels, spec, claims));
    return shapes.computeIfAbsent(shape, s -> s);
  }

  private PodShape shape(String namespace, Map<String, String> labels, JsonNode spec, int claims) {
    Fields.spelt(spec, POD, NOT_OF_POD);
    JsonNode affinity = Fields.object(spec, "affinity", AFFINITY);
    return new PodShape(
        namespace,
        labels,
        requests(spec, claims),
        Fields.labels(spec, "nodeSelector"),
        Fields.in("affinity", () -> nodeTerms(Fields.object(affinity, "nodeAffinity", RULES))),
        Fields.each(spec, "tolerations", PodReader::toleration),
        spreads(spec, labels),
        podTerms(affinity, "podAffinity", namespace, labels),
        podTerms(affinity, "podAntiAffinity", namespace, labels),
        hostPorts(spec));
  }

  /**
   * What the scheduler sums up (KEP-753): containers and sidecars together, or an init container
   * with the sidecars started before it where that is more; pod-level requests instead where there
   * are any (KEP-2837); the overhead of the runtime class on top.
   */
  private Map<String, Long> requests(JsonNode spec, int claims) {
    Map<String, Long> sum = new LinkedHashMap<>();
    List<Map<String, Long>> containers = Fields.each(spec, "containers", this::requestsOf);
    if (containers.isEmpty()) {
      throw new IllegalArgumentException("containers: a pod has at least one");
    }
    containers.forEach(own -> add(sum, own));
    Map<String, Long> sidecars = new LinkedHashMap<>();
    Map<String, Long> most = new LinkedHashMap<>();
    List<Map<String, Long>> inits = Fields.each(spec, "initContainers", this::requestsOf);
    for (int i = 0; i < inits.size(); i++) {
      Map<String, Long> own = inits.get(i);
      if (isSidecar(spec.path("initContainers").get(i))) {
        add(sum, own);
        add(sidecars, own);
        sidecars.forEach((r, units) -> most.merge(r, units, Math::max));
      } else {
        add(own, sidecars);
        own.forEach((r, units) -> most.merge(r, units, Math::max));
      }
    }
    most.forEach((r, units) -> sum.merge(r, units, Math::max));
    // Defaulting of the API server: a limit of the pod is its request where no container has one.
    JsonNode ofPod = Fields.object(spec, "resources", RESOURCES);
    Fields.in("resources", () -> quantities(ofPod, "limits")).forEach(sum::putIfAbsent);
    sum.putAll(Fields.in("resources", () -> quantities(ofPod, "requests")));
    add(sum, quantities(spec, "overhead"));
    long volumes = claims;
    for (boolean isAttached : Fields.each(spec, "volumes", PodReader::isAttached)) {
      volumes += isAttached ? 1 : 0;
    }
    sum.put(NodeKind.VOLUMES, volumes);
    sum.remove(NodeKind.PODS);
    sum.values().removeIf(units -> units == 0);
    return sum;
  }

  private static boolean isAttached(JsonNode volume) {
    return volume.has("persistentVolumeClaim") || volume.has("ephemeral") || volume.has("csi");
  }

  private static boolean isSidecar(JsonNode initContainer) {
    return Fields.text(initContainer, "restartPolicy").equals("Always");
  }

  private static void add(Map<String, Long> to, Map<String, Long> more) {
    more.forEach((resource, units) -> to.merge(resource, units, Long::sum));
  }

  /** A limit without a request is the request, as the API server fills in. */
  private Map<String, Long> requestsOf(JsonNode container) {
    Fields.spelt(container, CONTAINER, NOT_OF_CONTAINER);
    JsonNode resources = Fields.object(container, "resources", RESOURCES);
    return Fields.in(
        "resources",
        () -> {
          Map<String, Long> requests = quantities(resources, "limits");
          requests.putAll(quantities(resources, "requests"));
          return requests;
        });
  }

  private Map<String, Long> quantities(JsonNode parent, String field) {
    return NodeReader.quantities(quantities, parent, field);
  }

  private static List<NodeTerm> nodeTerms(JsonNode nodeAffinity) {
    JsonNode required = Fields.in("nodeAffinity", () -> Fields.object(nodeAffinity, REQUIRED));
    if (!required.isObject()) {
      return List.of();
    }
    return Fields.in(
        "nodeAffinity." + REQUIRED,
        () -> {
          List<NodeTerm> terms = Fields.each(required, "nodeSelectorTerms", PodReader::nodeTerm);
          if (terms.isEmpty()) {
            throw new IllegalArgumentException("nodeSelectorTerms: at least one is needed");
          }
          return terms;
        });
  }

  private static NodeTerm nodeTerm(JsonNode term) {
    Fields.only(term, NODE_TERM);
    return new NodeTerm(
        Fields.requirements(term, "matchExpressions"), Fields.requirements(term, "matchFields"));
  }

  private static Toleration toleration(JsonNode t) {
    Fields.only(t, TOLERATION);
    String key = Fields.text(t, "key");
    if (COMPARISONS.contains(Fields.text(t, "operator"))) {
      throw new IllegalArgumentException(
          "operator is '%s', which needs the alpha feature TaintTolerationComparisonOperators;"
                  .formatted(Fields.text(t, "operator"))
              + " only Equal and Exists are read");
    }
    boolean exists = Fields.choice(t, "operator", "Equal", "Exists").equals("Exists");
    if (key.isEmpty() && !exists) {
      throw new IllegalArgumentException("key is missing; without one the operator is Exists");
    }
    String effect =
        Fields.text(t, "effect").isEmpty()
            ? ""
            : Fields.choice(t, "effect", "NoSchedule", "PreferNoSchedule", "NoExecute");
    return new Toleration(key, exists, Fields.text(t, "value"), effect);
  }

  private static List<Spread> spreads(JsonNode spec, Map<String, String> labels) {
    List<Spread> all = new ArrayList<>();
    Fields.each(spec, "topologySpreadConstraints", c -> spread(c, labels))
        .forEach(s -> s.ifPresent(all::add));
    return all;
  }

  private static Optional<Spread> spread(JsonNode c, Map<String, String> labels) {
    Fields.only(c, SPREAD);
    if (Fields.choice(c, "whenUnsatisfiable", "DoNotSchedule", "ScheduleAnyway")
        .equals("ScheduleAnyway")) {
      return Optional.empty();
    }
    return Optional.of(
        new Spread(
            Fields.number(c, "maxSkew", 1, 1, Integer.MAX_VALUE),
            Fields.required(c, "topologyKey"),
            keyed(Fields.selector(c, "labelSelector"), c, "matchLabelKeys", labels, true),
            Fields.number(c, "minDomains", 1, 1, Integer.MAX_VALUE),
            Fields.choice(c, "nodeAffinityPolicy", "Honor", "Ignore").equals("Honor"),
            Fields.choice(c, "nodeTaintsPolicy", "Ignore", "Honor").equals("Honor")));
  }

  /** {@code matchLabelKeys}: the pod's own value of a label joins the selector. */
  private static Selector keyed(
      Selector selector, JsonNode c, String field, Map<String, String> labels, boolean same) {
    if (selector.absent() || !c.has(field)) {
      return selector;
    }
    List<Requirement> all = new ArrayList<>(selector.requirements());
    for (String key : Fields.texts(c, field)) {
      String value = labels.get(key);
      if (value != null) {
        all.add(
            new Requirement(
                key, same ? Requirement.Operator.IN : Requirement.Operator.NOT_IN, List.of(value)));
      }
    }
    return Selector.of(all);
  }

  private List<PodTerm> podTerms(
      JsonNode affinity, String field, String namespace, Map<String, String> labels) {
    return Fields.in(
        "affinity",
        () -> {
          JsonNode rules = Fields.object(affinity, field, RULES);
          return Fields.in(
              field, () -> Fields.each(rules, REQUIRED, t -> podTerm(t, namespace, labels)));
        });
  }

  private PodTerm podTerm(JsonNode t, String namespace, Map<String, String> labels) {
    Fields.only(t, POD_TERM);
    Selector selector = Fields.selector(t, "labelSelector");
    selector = keyed(selector, t, "matchLabelKeys", labels, true);
    selector = keyed(selector, t, "mismatchLabelKeys", labels, false);
    return new PodTerm(selector, namespaces(t, namespace), Fields.required(t, "topologyKey"));
  }

  /**
   * Empty: all. Where no namespace is in the input, all that is known of their labels is that each
   * carries its own name; what asks for others is taken for all namespaces.
   */
  private Set<String> namespaces(JsonNode term, String own) {
    Set<String> named = new LinkedHashSet<>(Fields.texts(term, "namespaces"));
    if (!Fields.object(term, "namespaceSelector").isObject()) {
      return named.isEmpty() ? Set.of(own) : named;
    }
    Selector selector = Fields.selector(term, "namespaceSelector");
    if (selector.requirements().isEmpty()) {
      return Set.of();
    }
    asksForNamespaces = true;
    namespaces.forEach((name, labels) -> {
      if (selector.matches(labels)) {
        named.add(name);
      }
    });
    if (!namespaces.isEmpty()) {
      return named.isEmpty() ? NO_NAMESPACE : named;
    }
    for (Requirement r : selector.requirements()) {
      if (r.key().equals(NAMESPACE_NAME) && r.operator() == Requirement.Operator.IN) {
        named.addAll(r.values());
        return named;
      }
    }
    return Set.of();
  }

  private static List<HostPort> hostPorts(JsonNode spec) {
    List<HostPort> ports = new ArrayList<>();
    boolean host = Fields.flag(spec, "hostNetwork");
    Fields.each(spec, "containers", c -> ports.addAll(portsOf(c, host)));
    Fields.each(spec, "initContainers", c -> isSidecar(c) ? ports.addAll(portsOf(c, host)) : false);
    return ports;
  }

  private static List<HostPort> portsOf(JsonNode container, boolean host) {
    List<HostPort> ports = new ArrayList<>();
    Fields.each(container, "ports", p -> hostPort(p, host))
        .forEach(port -> port.ifPresent(ports::add));
    return ports;
  }

  /** On the host's network a container port is a host port; the API server fills it in. */
  private static Optional<HostPort> hostPort(JsonNode p, boolean host) {
    int otherwise = host ? Fields.number(p, "containerPort", 0, 0, MAX_PORT) : 0;
    int port = Fields.number(p, "hostPort", otherwise, 0, MAX_PORT);
    String protocol = Fields.choice(p, "protocol", "TCP", "UDP", "SCTP");
    return port == 0
        ? Optional.empty()
        : Optional.of(new HostPort(port, protocol, Fields.text(p, "hostIP")));
  }
}
