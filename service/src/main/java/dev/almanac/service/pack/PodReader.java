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
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  /** Replicas of one workload; more is a typing mistake. */
  static final int MAX_REPLICAS = 1_000_000;

  private final Quantities quantities;
  private final Map<PodShape, PodShape> shapes = new HashMap<>();

  PodReader(Quantities quantities) {
    this.quantities = quantities;
  }

  /** The pods of an object; nothing when it makes none that run. */
  Optional<PodSet> read(String kind, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    return switch (kind) {
      case "Pod" -> pod(object);
      case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController" ->
          isOwned(metadata)
              ? Optional.empty()
              : replicas(object, Fields.number(spec, "replicas", 1));
      case "Job" -> isOwned(metadata) ? Optional.empty() : replicas(object, atOnce(spec));
      case "DaemonSet" -> Optional.of(daemonSet(object));
      default -> Optional.empty();
    };
  }

  private Optional<PodSet> pod(JsonNode object) {
    String phase = Fields.text(object.path("status"), "phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return Optional.empty(); // it holds no room any more
    }
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    String namespace = namespace(metadata);
    String daemonSet = "";
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (Fields.text(owner, "kind").equals("DaemonSet")) {
        daemonSet = namespace + "/" + Fields.text(owner, "name");
      }
    }
    return Optional.of(
        new PodSet(
            shape(namespace, metadata, spec, 0),
            List.of(name(metadata)),
            Fields.text(spec, "nodeName"),
            daemonSet,
            Fields.number(spec, "priority", 0)));
  }

  private Optional<PodSet> replicas(JsonNode object, int replicas) {
    if (replicas < 0 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("replicas is %,d".formatted(replicas));
    }
    JsonNode template = object.path("spec").path("template");
    int claims = object.path("spec").path("volumeClaimTemplates").size();
    List<String> names = new ArrayList<>(replicas);
    String name = name(object.path("metadata"));
    for (int i = 0; i < replicas; i++) {
      names.add(name + "-" + i);
    }
    return replicas == 0
        ? Optional.empty()
        : Optional.of(
            new PodSet(
                shape(
                    namespace(object.path("metadata")),
                    template.path("metadata"),
                    template.path("spec"),
                    claims),
                names,
                Fields.text(template.path("spec"), "nodeName"),
                "",
                Fields.number(template.path("spec"), "priority", 0)));
  }

  private static int atOnce(JsonNode spec) {
    int parallelism = Fields.number(spec, "parallelism", 1);
    return Math.min(parallelism, Fields.number(spec, "completions", parallelism));
  }

  private PodSet daemonSet(JsonNode object) {
    JsonNode template = object.path("spec").path("template");
    String name = name(object.path("metadata"));
    PodShape shape =
        shape(
            namespace(object.path("metadata")),
            template.path("metadata"),
            template.path("spec"),
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
    String name = Fields.text(metadata, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("metadata.name is missing");
    }
    return namespace(metadata) + "/" + name;
  }

  private PodShape shape(String namespace, JsonNode metadata, JsonNode spec, int claims) {
    Map<String, String> labels = Fields.labels(metadata.path("labels"));
    JsonNode affinity = spec.path("affinity");
    PodShape shape =
        new PodShape(
            namespace,
            labels,
            requests(spec, claims),
            Fields.labels(spec.path("nodeSelector")),
            nodeTerms(affinity.path("nodeAffinity").path(REQUIRED)),
            tolerations(spec.path("tolerations")),
            spreads(spec.path("topologySpreadConstraints"), labels),
            podTerms(affinity.path("podAffinity").path(REQUIRED), namespace, labels),
            podTerms(affinity.path("podAntiAffinity").path(REQUIRED), namespace, labels),
            hostPorts(spec));
    return shapes.computeIfAbsent(shape, s -> s);
  }

  /**
   * What the scheduler sums up (KEP-753): containers and sidecars together, or an init container
   * with the sidecars started before it where that is more; pod-level requests instead where there
   * are any (KEP-2837); the overhead of the runtime class on top.
   */
  private Map<String, Long> requests(JsonNode spec, int claims) {
    Map<String, Long> sum = new LinkedHashMap<>();
    for (JsonNode container : spec.path("containers")) {
      add(sum, requestsOf(container.path("resources")));
    }
    Map<String, Long> sidecars = new LinkedHashMap<>();
    Map<String, Long> most = new LinkedHashMap<>();
    for (JsonNode init : spec.path("initContainers")) {
      Map<String, Long> own = requestsOf(init.path("resources"));
      if (Fields.text(init, "restartPolicy").equals("Always")) {
        add(sum, own);
        add(sidecars, own);
        sidecars.forEach((r, units) -> most.merge(r, units, Math::max));
      } else {
        add(own, sidecars);
        own.forEach((r, units) -> most.merge(r, units, Math::max));
      }
    }
    most.forEach((r, units) -> sum.merge(r, units, Math::max));
    sum.putAll(requestsOf(spec.path("resources")));
    add(sum, quantities(spec.path("overhead")));
    long volumes = claims;
    for (JsonNode volume : spec.path("volumes")) {
      volumes +=
          volume.has("persistentVolumeClaim") || volume.has("ephemeral") || volume.has("csi")
              ? 1
              : 0;
    }
    sum.put(NodeKind.VOLUMES, volumes);
    sum.remove(NodeKind.PODS);
    sum.values().removeIf(units -> units == 0);
    return sum;
  }

  private static void add(Map<String, Long> to, Map<String, Long> more) {
    more.forEach((resource, units) -> to.merge(resource, units, Long::sum));
  }

  /** A limit without a request is the request, as the API server fills in. */
  private Map<String, Long> requestsOf(JsonNode resources) {
    Map<String, Long> requests = quantities(resources.path("limits"));
    requests.putAll(quantities(resources.path("requests")));
    return requests;
  }

  private Map<String, Long> quantities(JsonNode map) {
    return NodeReader.quantities(quantities, map);
  }

  private static List<NodeTerm> nodeTerms(JsonNode required) {
    List<NodeTerm> terms = new ArrayList<>();
    for (JsonNode term : required.path("nodeSelectorTerms")) {
      terms.add(
          new NodeTerm(
              Fields.requirements(term.path("matchExpressions")),
              Fields.requirements(term.path("matchFields"))));
    }
    return terms;
  }

  private static List<Toleration> tolerations(JsonNode tolerations) {
    List<Toleration> all = new ArrayList<>();
    for (JsonNode t : tolerations) {
      all.add(
          new Toleration(
              Fields.text(t, "key"),
              Fields.text(t, "operator").equals("Exists"),
              Fields.text(t, "value"),
              Fields.text(t, "effect")));
    }
    return all;
  }

  private static List<Spread> spreads(JsonNode constraints, Map<String, String> labels) {
    List<Spread> all = new ArrayList<>();
    for (JsonNode c : constraints) {
      if (Fields.text(c, "whenUnsatisfiable").equals("ScheduleAnyway")) {
        continue;
      }
      int maxSkew = Fields.number(c, "maxSkew", 1);
      String key = Fields.text(c, "topologyKey");
      if (maxSkew < 1 || key.isEmpty()) {
        throw new IllegalArgumentException(
            "a topologySpreadConstraint needs a topologyKey and a maxSkew of at least 1");
      }
      all.add(
          new Spread(
              maxSkew,
              key,
              keyed(Fields.selector(c.path("labelSelector")), c, "matchLabelKeys", labels, true),
              Fields.number(c, "minDomains", 1),
              !Fields.text(c, "nodeAffinityPolicy").equals("Ignore"),
              Fields.text(c, "nodeTaintsPolicy").equals("Honor")));
    }
    return all;
  }

  /** {@code matchLabelKeys}: the pod's own value of a label joins the selector. */
  private static Selector keyed(
      Selector selector, JsonNode c, String field, Map<String, String> labels, boolean same) {
    if (selector.absent() || !c.has(field)) {
      return selector;
    }
    List<Requirement> all = new ArrayList<>(selector.requirements());
    for (String key : Fields.texts(c.path(field))) {
      String value = labels.get(key);
      if (value != null) {
        all.add(
            new Requirement(
                key, same ? Requirement.Operator.IN : Requirement.Operator.NOT_IN, List.of(value)));
      }
    }
    return Selector.of(all);
  }

  private static List<PodTerm> podTerms(
      JsonNode required, String namespace, Map<String, String> labels) {
    List<PodTerm> terms = new ArrayList<>();
    for (JsonNode t : required) {
      Selector selector = Fields.selector(t.path("labelSelector"));
      selector = keyed(selector, t, "matchLabelKeys", labels, true);
      selector = keyed(selector, t, "mismatchLabelKeys", labels, false);
      String key = Fields.text(t, "topologyKey");
      if (key.isEmpty()) {
        throw new IllegalArgumentException("a required pod (anti-)affinity needs a topologyKey");
      }
      terms.add(new PodTerm(selector, namespaces(t, namespace), key));
    }
    return terms;
  }

  /** Empty: all. Labels of namespaces are not in the input, but each carries its own name. */
  private static Set<String> namespaces(JsonNode term, String own) {
    Set<String> named = new LinkedHashSet<>(Fields.texts(term.path("namespaces")));
    JsonNode selector = term.path("namespaceSelector");
    if (!selector.isObject()) {
      return named.isEmpty() ? Set.of(own) : named;
    }
    for (Requirement r : Fields.selector(selector).requirements()) {
      if (r.key().equals(NAMESPACE_NAME) && r.operator() == Requirement.Operator.IN) {
        named.addAll(r.values());
        return named;
      }
    }
    return Set.of();
  }

  private static List<HostPort> hostPorts(JsonNode spec) {
    List<HostPort> ports = new ArrayList<>();
    boolean host = spec.path("hostNetwork").asBoolean(false);
    List<JsonNode> containers = new ArrayList<>();
    spec.path("containers").forEach(containers::add);
    for (JsonNode init : spec.path("initContainers")) {
      if (Fields.text(init, "restartPolicy").equals("Always")) {
        containers.add(init);
      }
    }
    for (JsonNode container : containers) {
      for (JsonNode p : container.path("ports")) {
        // On the host's network a container port is a host port; the API server fills it in.
        int port = Fields.number(p, "hostPort", host ? Fields.number(p, "containerPort", 0) : 0);
        if (port > 0) {
          ports.add(new HostPort(port, Fields.text(p, "protocol"), Fields.text(p, "hostIP")));
        }
      }
    }
    return ports;
  }
}
