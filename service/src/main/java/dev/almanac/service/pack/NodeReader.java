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
    JsonNode metadata = object.path("metadata");
    String name = Fields.text(metadata, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("metadata.name is missing");
    }
    Map<String, String> labels = Fields.labels(metadata.path("labels"));
    String oldZone = labels.get(OLD_ZONE);
    if (oldZone != null) {
      labels.putIfAbsent(NodeKind.ZONE, oldZone);
    }
    List<Taint> taints = taints(object.path("spec").path("taints"));
    if (object.path("spec").path("unschedulable").asBoolean(false)
        && !taints.contains(Taint.UNSCHEDULABLE)) {
      taints.add(Taint.UNSCHEDULABLE);
    }
    JsonNode status = object.path("status");
    JsonNode given = status.path("allocatable");
    Map<String, Long> allocatable = allocatable(given.isObject() ? given : status.path("capacity"));
    String price = Fields.text(metadata.path("annotations"), PRICE);
    price = price.isEmpty() ? labels.getOrDefault(PRICE, "") : price;
    return new FoundNode(
        name,
        labels,
        taints,
        allocatable,
        price.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(price(price)));
  }

  private Map<String, Long> allocatable(JsonNode map) {
    Map<String, Long> all = quantities(quantities, map);
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

  static Map<String, Long> quantities(Quantities quantities, JsonNode map) {
    Map<String, Long> units = new LinkedHashMap<>();
    map.properties()
        .forEach(e -> {
          try {
            units.put(e.getKey(), quantities.read(e.getValue().asText(), e.getKey().equals("cpu")));
          } catch (IllegalArgumentException problem) {
            throw new IllegalArgumentException(e.getKey() + ": " + problem.getMessage());
          }
        });
    return units;
  }

  private static List<Taint> taints(JsonNode taints) {
    List<Taint> all = new ArrayList<>();
    for (JsonNode t : taints) {
      String effect = Fields.text(t, "effect");
      if (!effect.equals("PreferNoSchedule")) {
        all.add(new Taint(Fields.text(t, "key"), Fields.text(t, "value"), effect));
      }
    }
    return all;
  }

  private static double price(String text) {
    double price;
    try {
      price = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      price = Double.NaN;
    }
    if (!(price >= 0 && price <= 1e9)) {
      throw new IllegalArgumentException("the price '" + text + "' is not a number from 0 to 1e9");
    }
    return price;
  }

  /** One kind for each zone of a type. */
  List<NodeKind> type(JsonNode type) {
    type.fieldNames()
        .forEachRemaining(key -> {
          if (!TYPE_KEYS.contains(key)) {
            throw new IllegalArgumentException(
                "a node type has no key '%s'; it has %s"
                    .formatted(key, TYPE_KEYS.stream().sorted().toList()));
          }
        });
    String name = Fields.text(type, "name");
    if (name.isEmpty() || !type.path("allocatable").isObject()) {
      throw new IllegalArgumentException("a node type needs name, price and allocatable");
    }
    double price = price(Fields.text(type, "price"));
    int max = Fields.number(type, "max", Integer.MAX_VALUE);
    if (max < 0) {
      throw new IllegalArgumentException(name + ": max is " + max);
    }
    Map<String, String> labels = Fields.labels(type.path("labels"));
    labels.putIfAbsent(INSTANCE_TYPE, name);
    List<Taint> taints = taints(type.path("taints"));
    Map<String, Long> allocatable = allocatable(type.path("allocatable"));
    List<String> zones = Fields.texts(type.path("zones"));
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
