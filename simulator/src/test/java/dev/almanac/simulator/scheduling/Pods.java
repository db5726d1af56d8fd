package dev.almanac.simulator.scheduling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods and nodes in few words, for tests. */
final class Pods {
  private String namespace = "default";
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Map<String, Long> requests = new LinkedHashMap<>();
  private final Map<String, String> nodeSelector = new LinkedHashMap<>();
  private final List<NodeTerm> nodeTerms = new ArrayList<>();
  private final List<Toleration> tolerations = new ArrayList<>();
  private final List<Spread> spreads = new ArrayList<>();
  private final List<PodTerm> affinity = new ArrayList<>();
  private final List<PodTerm> antiAffinity = new ArrayList<>();
  private final List<HostPort> hostPorts = new ArrayList<>();

  /** Pods labelled {@code app}, of so many millicores. */
  static Pods app(String app, long cpu) {
    Pods pods = new Pods();
    pods.labels.put("app", app);
    pods.requests.put("cpu", cpu);
    return pods;
  }

  Pods needs(String resource, long units) {
    requests.put(resource, units);
    return this;
  }

  Pods in(String other) {
    namespace = other;
    return this;
  }

  Pods selects(String key, String value) {
    nodeSelector.put(key, value);
    return this;
  }

  Pods admits(Requirement... all) {
    nodeTerms.add(new NodeTerm(List.of(all), List.of()));
    return this;
  }

  Pods tolerates(String key) {
    tolerations.add(new Toleration(key, true, "", ""));
    return this;
  }

  Pods spread(String key, int maxSkew) {
    spreads.add(new Spread(maxSkew, key, apps(labels.getOrDefault("app", "")), 1, true, false));
    return this;
  }

  Pods spreadBy(Spread spread) {
    spreads.add(spread);
    return this;
  }

  Pods near(String app, String key) {
    affinity.add(new PodTerm(apps(app), Set.of(namespace), key));
    return this;
  }

  Pods apartFrom(String app, String key) {
    antiAffinity.add(new PodTerm(apps(app), Set.of(namespace), key));
    return this;
  }

  Pods port(int port) {
    hostPorts.add(new HostPort(port, "TCP", ""));
    return this;
  }

  private static Selector apps(String app) {
    return Selector.of(List.of(Requirement.equal("app", app)));
  }

  PodShape shape() {
    return new PodShape(
        namespace,
        labels,
        requests,
        nodeSelector,
        nodeTerms,
        tolerations,
        spreads,
        affinity,
        antiAffinity,
        hostPorts);
  }

  /** So many of them, without a node. */
  PodSet times(int n) {
    return set(n, "", "");
  }

  /** So many of them on a node. */
  PodSet on(String node, int n) {
    return set(n, node, "");
  }

  /** A daemonset. */
  PodSet everywhere() {
    return set(1, "", labels.get("app"));
  }

  private PodSet set(int n, String node, String daemonSet) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      names.add(namespace + "/" + labels.get("app") + (node.isEmpty() ? "" : "@" + node) + "-" + i);
    }
    return new PodSet(shape(), names, node, daemonSet, 0);
  }

  /** A type of node with so many millicores and 110 pods. */
  static NodeKind type(String name, long cpu, double price, String zone) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("type", name);
    if (!zone.isEmpty()) {
      labels.put(NodeKind.ZONE, zone);
    }
    return new NodeKind(name, labels, List.of(), room(cpu), price, Integer.MAX_VALUE, false);
  }

  /** A node that is there. */
  static NodeKind node(String name, long cpu, double price, String zone) {
    return new NodeKind(name, Map.of(NodeKind.ZONE, zone), List.of(), room(cpu), price, 1, true);
  }

  static NodeKind tainted(NodeKind kind, String key) {
    return new NodeKind(
        kind.name(),
        kind.labels(),
        List.of(new Taint(key, "", "NoSchedule")),
        kind.allocatable(),
        kind.price(),
        kind.limit(),
        kind.exists());
  }

  static NodeKind limited(NodeKind kind, int limit) {
    return new NodeKind(
        kind.name(),
        kind.labels(),
        kind.taints(),
        kind.allocatable(),
        kind.price(),
        limit,
        kind.exists());
  }

  static NodeKind with(NodeKind kind, String resource, long units) {
    Map<String, Long> more = new LinkedHashMap<>(kind.allocatable());
    more.put(resource, units);
    return new NodeKind(
        kind.name(), kind.labels(), kind.taints(), more, kind.price(), kind.limit(), kind.exists());
  }

  private static Map<String, Long> room(long cpu) {
    return Map.of("cpu", cpu, NodeKind.PODS, 110L);
  }
}
