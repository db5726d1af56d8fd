package dev.almanac.service.pack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.simulator.scheduling.NodeKind;
import dev.almanac.simulator.scheduling.Taint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Nodes, and our own list of node types with prices. */
final class NodeReader {

  /** Annotation or label of a node with its price. */
  static final String PRICE = "almanac.dev/price";

  static final String INSTANCE_TYPE = "node.kubernetes.io/instance-type";

  private static final String OLD_ZONE = "failure-domain.beta.kubernetes.io/zone";

  /** What the kubelet allows where nothing else is said ({@code --max-pods}). */
  private static final long DEFAULT_PODS = 110;

  private static final Set<String> TYPE_KEYS =
      Set.of("name", "price", "allocatable", "zones", "labels", "taints", "max");

  private static final Set<String> TAINT = Set.of("effect", "key", "timeAdded", "value");

  private final Quantities quantities;

  NodeReader(Quantities quantities) {
    this.quantities = quantities;
  }

  /** A node as it is, its price still open. */
  record FoundNode(
      String name,
      Map<String, String> labels,
      List<Taint> taints,
      Map<String, Long> allocatable,
      OptionalDouble price) {}

  FoundNode node(JsonNode object) {
    JsonNode metadata = Fields.object(object, "metadata");
    String name = Fields.in("metadata", () -> Fields.required(metadata, "name"));
    Map<String, String> labels = Fields.labels(metadata, "labels");
    String oldZone = labels.get(OLD_ZONE);
    if (oldZone != null) {
      labels.putIfAbsent(NodeKind.ZONE, oldZone);
    }
    JsonNode spec = Fields.object(object, "spec");
    List<Taint> taints = Fields.in("spec", () -> taints(spec));
    if (Fields.in("spec", () -> Fields.flag(spec, "unschedulable"))
        && !taints.contains(Taint.UNSCHEDULABLE)) {
      taints.add(Taint.UNSCHEDULABLE);
    }
    JsonNode status = Fields.object(object, "status");
    String given =
        Fields.in("status", () -> Fields.object(status, "allocatable")).isObject()
            ? "allocatable"
            : "capacity";
    Map<String, Long> allocatable = Fields.in("status", () -> allocatable(status, given));
    String price = Fields.text(metadata.path("annotations"), PRICE);
    price = price.isEmpty() ? labels.getOrDefault(PRICE, "") : price;
    return new FoundNode(
        name,
        labels,
        taints,
        allocatable,
        price.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(price(price)));
  }

  private Map<String, Long> allocatable(JsonNode parent, String field) {
    Map<String, Long> all = quantities(quantities, parent, field);
    all.putIfAbsent(NodeKind.PODS, DEFAULT_PODS);
    Map<String, Long> known = new LinkedHashMap<>();
    all.forEach((resource, units) -> {
      if (resource.startsWith(NodeKind.VOLUMES)) {
        known.merge(NodeKind.VOLUMES, units, Math::min);
      } else {
        known.put(resource, units);
      }
    });
    return known;
  }

  /** Quantities by resource; empty where there are none. */
  static Map<String, Long> quantities(Quantities quantities, JsonNode parent, String field) {
    Map<String, Long> units = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : Fields.object(parent, field).properties()) {
      String resource = e.getKey();
      try {
        units.put(resource, quantities.read(e.getValue().asText(), resource.equals("cpu")));
      } catch (IllegalArgumentException problem) {
        throw new IllegalArgumentException(field + "." + resource + ": " + problem.getMessage());
      }
    }
    return units;
  }

  private static List<Taint> taints(JsonNode parent) {
    List<Taint> all = new ArrayList<>();
    for (Taint taint : Fields.each(parent, "taints", NodeReader::taint)) {
      if (!taint.effect().equals("PreferNoSchedule")) {
        all.add(taint);
      }
    }
    return all;
  }

  private static Taint taint(JsonNode t) {
    Fields.only(t, TAINT);
    String key = Fields.required(t, "key");
    String effect = Fields.required(t, "effect");
    Fields.choice(t, "effect", "NoSchedule", "PreferNoSchedule", "NoExecute");
    return new Taint(key, Fields.text(t, "value"), effect);
  }

  private static double price(String text) {
    double price;
    try {
      price = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      price = Double.NaN;
    }
    if (!(price >= 0 && price <= 1e9)) {
      throw new IllegalArgumentException("price is '" + text + "', not a number from 0 to 1e9");
    }
    return price;
  }

  /** One kind for each zone of a type. */
  List<NodeKind> type(JsonNode type) {
    Fields.only(type, TYPE_KEYS);
    String name = Fields.text(type, "name");
    String given = Fields.text(type, "price");
    String missing =
        name.isEmpty()
            ? "name"
            : given.isEmpty()
                ? "price"
                : Fields.object(type, "allocatable").isObject() ? "" : "allocatable";
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          missing + " is missing; a node type needs name, price and allocatable");
    }
    double price = price(given);
    int max = Fields.number(type, "max", Integer.MAX_VALUE, 0, Integer.MAX_VALUE);
    Map<String, String> labels = Fields.labels(type, "labels");
    labels.putIfAbsent(INSTANCE_TYPE, name);
    List<Taint> taints = taints(type);
    Map<String, Long> allocatable = allocatable(type, "allocatable");
    List<String> zones = Fields.texts(type, "zones");
    List<NodeKind> kinds = new ArrayList<>();
    if (zones.isEmpty()) {
      kinds.add(new NodeKind(name, labels, taints, allocatable, price, max, false));
    }
    for (String zone : zones) {
      Map<String, String> there = new LinkedHashMap<>(labels);
      there.put(NodeKind.ZONE, zone);
      kinds.add(new NodeKind(name, there, taints, allocatable, price, max, false));
    }
    return kinds;
  }
}
