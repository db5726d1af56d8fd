package dev.almanac.service.pack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random nodes, pods that are on them, and pods that look for a place, made so that many sets can
 * be in one cluster at once: the nodes of a set carry its label and names of zones of their own,
 * its pods select them, and their rules on other pods ask for the set's label too.
 */
final class SchedulerSets {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String NAMESPACE = "sets";
  private static final String SET = "set";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String HOST = "kubernetes.io/hostname";

  /**
   * One set.
   *
   * @param bound pods with a node
   * @param pending pods without one, and the rules that each has, for tables
   */
  record Set(
      String name,
      List<ObjectNode> nodes,
      List<ObjectNode> bound,
      List<ObjectNode> pending,
      Map<String, String> rules) {}

  private SchedulerSets() {}

  /**
   * Whether two kinds of pods look for a place in a set. Where nodes are scarce, who waits is then
   * a matter of the order, which is the scheduler's, and not of what fits.
   */
  static boolean isContested(int number) {
    return number % 5 == 4;
  }

  /** The set of that number: the same one every time. */
  static Set of(int number) {
    Random random = new Random(0x5eed0000L + number);
    String name = "s" + number;
    List<ObjectNode> nodes = new ArrayList<>();
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      nodes.add(node(name, i, random));
    }
    List<ObjectNode> bound = new ArrayList<>();
    for (int i = random.nextInt(count * 2); i > 0; i--) {
      bound.add(boundPod(name, i, random.nextInt(count), random));
    }
    Map<String, String> rules = new LinkedHashMap<>();
    List<ObjectNode> pending = new ArrayList<>();
    for (int group = isContested(number) ? 1 : 0; group >= 0; group--) {
      long seed = random.nextLong();
      int replicas = 1 + random.nextInt(3);
      for (int i = 0; i < replicas; i++) { // replicas of a group are equal
        pending.add(pendingPod(name, group, i, new Random(seed), rules));
      }
    }
    return new Set(name, nodes, bound, pending, rules);
  }

  private static ObjectNode node(String set, int i, Random random) {
    ObjectNode node = object("v1", "Node", set + "-n" + i, "");
    ObjectNode labels = labels(node).put(SET, set).put(HOST, set + "-n" + i);
    labels.put(ZONE, set + "-" + "abc".charAt(i % 3));
    labels.put("kubernetes.io/os", "linux").put("kubernetes.io/arch", "amd64");
    if (random.nextInt(3) == 0) {
      labels.put("disk", random.nextBoolean() ? "ssd" : "hdd");
    }
    if (random.nextInt(4) == 0) {
      labels.put("generation", Integer.toString(3 + random.nextInt(4)));
    }
    ObjectNode spec = node.putObject("spec");
    if (random.nextInt(5) == 0) {
      spec.putArray("taints")
          .addObject()
          .put("key", "dedicated")
          .put("value", random.nextBoolean() ? "db" : "batch")
          .put("effect", random.nextInt(4) == 0 ? "PreferNoSchedule" : "NoSchedule");
    }
    if (random.nextInt(25) == 0) {
      spec.put("unschedulable", true);
    }
    ObjectNode capacity = JSON.createObjectNode();
    capacity.put("cpu", Integer.toString(2 << random.nextInt(3)));
    capacity.put("memory", (4 << random.nextInt(3)) + "Gi");
    capacity.put("pods", Integer.toString(random.nextInt(6) == 0 ? 3 : 20));
    if (random.nextInt(5) == 0) {
      capacity.put("example.com/gpu", Integer.toString(1 + random.nextInt(2)));
    }
    ObjectNode status = node.putObject("status");
    status.set("capacity", capacity);
    status.set("allocatable", capacity.deepCopy());
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", "True")
        .put("reason", "KubeletReady");
    return node;
  }

  private static ObjectNode boundPod(String set, int i, int node, Random random) {
    ObjectNode pod = pod(set, "there-" + i, "app" + random.nextInt(3));
    ObjectNode spec = spec(pod);
    spec.put("nodeName", set + "-n" + node);
    ObjectNode requests = container(spec, "main");
    requests.put("cpu", 100 * (1 + random.nextInt(10)) + "m");
    requests.put("memory", 256 * (1 + random.nextInt(6)) + "Mi");
    if (random.nextInt(4) == 0) {
      away(spec, set, "app" + random.nextInt(3), random.nextBoolean() ? HOST : ZONE);
    }
    return pod;
  }

  private static ObjectNode pendingPod(
      String set, int group, int i, Random random, Map<String, String> rules) {
    String app = "app" + random.nextInt(4);
    ObjectNode pod = pod(set, "new-%d-%d".formatted(group, i), app);
    List<String> has = new ArrayList<>();
    ObjectNode spec = spec(pod);
    spec.putObject("nodeSelector").put(SET, set);
    ObjectNode requests = container(spec, "main");
    requests.put("cpu", 100 * (1 + random.nextInt(36)) + "m");
    requests.put("memory", 256 * (1 + random.nextInt(28)) + "Mi");
    if (random.nextInt(5) == 0) {
      requests.put("example.com/gpu", "1");
      ((ObjectNode) spec.path("containers").path(0).path("resources"))
          .putObject("limits")
          .put("example.com/gpu", "1");
      has.add("extended resource");
    }
    if (random.nextInt(6) == 0) {
      initContainer(spec, random);
      has.add("init container");
    }
    if (random.nextInt(5) == 0) {
      ((ObjectNode) spec.get("nodeSelector")).put("disk", "ssd");
      has.add("node selector");
    }
    if (random.nextInt(5) == 0) {
      nodeAffinity(spec, random);
      has.add("node affinity");
    }
    if (random.nextInt(3) == 0) {
      ObjectNode toleration = ((ArrayNode) spec.get("tolerations")).addObject();
      toleration.put("key", "dedicated");
      if (random.nextBoolean()) {
        toleration.put("operator", "Exists");
      } else {
        toleration.put("operator", "Equal").put("value", "db");
      }
      has.add("toleration");
    }
    if (random.nextInt(6) == 0) {
      ((ObjectNode) spec.path("containers").path(0))
          .putArray("ports")
          .addObject()
          .put("containerPort", 8080)
          .put("hostPort", 8080)
          .put("protocol", "TCP");
      has.add("host port");
    }
    switch (random.nextInt(7)) {
      case 0 -> {
        away(spec, set, app, HOST);
        has.add("anti-affinity to itself, hosts");
      }
      case 1 -> {
        away(spec, set, "app" + random.nextInt(3), ZONE);
        has.add("anti-affinity, zones");
      }
      case 2 -> {
        spread(spec, set, app, ZONE, 1 + random.nextInt(2));
        has.add("spread over zones");
      }
      case 3 -> {
        near(spec, set, "app" + random.nextInt(3), random.nextBoolean() ? HOST : ZONE);
        has.add("affinity");
      }
      default -> {}
    }
    rules.put(
        pod.path("metadata").path("name").asText(),
        has.isEmpty() ? "requests" : String.join(", ", has));
    return pod;
  }

  private static void initContainer(ObjectNode spec, Random random) {
    ObjectNode init = spec.putArray("initContainers").addObject();
    init.put("name", "init").put("image", "none");
    if (random.nextBoolean()) {
      init.put("restartPolicy", "Always"); // a sidecar: its requests add up
    }
    init.putObject("resources")
        .putObject("requests")
        .put("cpu", 100 * (1 + random.nextInt(40)) + "m");
  }

  private static void nodeAffinity(ObjectNode spec, Random random) {
    ObjectNode expression =
        affinity(spec)
            .putObject("nodeAffinity")
            .putObject("requiredDuringSchedulingIgnoredDuringExecution")
            .putArray("nodeSelectorTerms")
            .addObject()
            .putArray("matchExpressions")
            .addObject();
    switch (random.nextInt(4)) {
      case 0 -> expression.put("key", "disk").put("operator", "In").putArray("values").add("ssd");
      case 1 ->
          expression.put("key", "disk").put("operator", "NotIn").putArray("values").add("hdd");
      case 2 -> expression.put("key", "generation").put("operator", "Exists");
      default ->
          expression.put("key", "generation").put("operator", "Gt").putArray("values").add("4");
    }
  }

  private static void away(ObjectNode spec, String set, String app, String topology) {
    podTerm(affinity(spec).putObject("podAntiAffinity"), set, app, topology);
  }

  private static void near(ObjectNode spec, String set, String app, String topology) {
    podTerm(affinity(spec).putObject("podAffinity"), set, app, topology);
  }

  private static void podTerm(ObjectNode kind, String set, String app, String topology) {
    ObjectNode term = kind.putArray("requiredDuringSchedulingIgnoredDuringExecution").addObject();
    term.put("topologyKey", topology);
    term.putObject("labelSelector").putObject("matchLabels").put(SET, set).put("app", app);
  }

  private static void spread(
      ObjectNode spec, String set, String app, String topology, int maxSkew) {
    ObjectNode constraint = spec.putArray("topologySpreadConstraints").addObject();
    constraint.put("maxSkew", maxSkew).put("topologyKey", topology);
    constraint.put("whenUnsatisfiable", "DoNotSchedule");
    constraint.putObject("labelSelector").putObject("matchLabels").put(SET, set).put("app", app);
  }

  private static ObjectNode affinity(ObjectNode spec) {
    return spec.has("affinity") ? (ObjectNode) spec.get("affinity") : spec.putObject("affinity");
  }

  private static ObjectNode pod(String set, String name, String app) {
    ObjectNode pod = object("v1", "Pod", set + "-" + name, NAMESPACE);
    labels(pod).put(SET, set).put("app", app);
    return pod;
  }

  /** With tolerations of what the node controller says of nodes on which no kubelet reports. */
  private static ObjectNode spec(ObjectNode pod) {
    ObjectNode spec = pod.putObject("spec");
    spec.put("terminationGracePeriodSeconds", 0).put("automountServiceAccountToken", false);
    ArrayNode tolerations = spec.putArray("tolerations");
    for (String key : List.of("not-ready", "unreachable")) {
      tolerations.addObject().put("key", "node.kubernetes.io/" + key).put("operator", "Exists");
    }
    return spec;
  }

  private static ObjectNode container(ObjectNode spec, String name) {
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", name).put("image", "none");
    return container.putObject("resources").putObject("requests");
  }

  private static ObjectNode object(String version, String kind, String name, String namespace) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", version).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    metadata.putObject("labels");
    return object;
  }

  private static ObjectNode labels(ObjectNode object) {
    return (ObjectNode) object.path("metadata").path("labels");
  }
}
