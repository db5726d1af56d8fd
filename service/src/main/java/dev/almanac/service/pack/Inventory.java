package dev.almanac.service.pack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.service.pack.NodeReader.FoundNode;
import dev.almanac.simulator.scheduling.NodeKind;
import dev.almanac.simulator.scheduling.PodSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the files hold: pods, nodes and node types.
 *
 * @param notes what the reader of the result should know about the input
 */
public record Inventory(List<PodSet> pods, List<NodeKind> kinds, List<String> notes) {

  /** Copies the lists. */
  public Inventory {
    pods = List.copyOf(pods);
    kinds = List.copyOf(kinds);
    notes = List.copyOf(notes);
  }

  /**
   * Reads files; every file may hold every kind of object.
   *
   * @throws ManifestException with file, object, cause and fix
   */
  public static Inventory read(List<Path> files) {
    Collecting all = collect(files, Map.of());
    if (all.podReader.asksForNamespaces()
        && !all.namespaces.isEmpty()
        && files.stream().allMatch(Files::isRegularFile)) { // a pipe cannot be read again
      all = collect(files, all.namespaces); // they may stand behind the pods that ask for them
    }
    return all.inventory();
  }

  private static Collecting collect(List<Path> files, Map<String, Map<String, String>> namespaces) {
    Collecting all = new Collecting(namespaces);
    ManifestFiles manifests = new ManifestFiles();
    for (Path file : files) {
      manifests.read(file, all::take);
    }
    return all;
  }

  private static final class Collecting {
    private final Quantities quantities = new Quantities();
    private final PodReader podReader;
    private final NodeReader nodeReader = new NodeReader(quantities);
    private final List<PodSet> pods = new ArrayList<>();
    private final Map<String, FoundNode> nodes = new LinkedHashMap<>();
    private final List<NodeKind> types = new ArrayList<>();
    private final Set<String> typeNames = new HashSet<>();
    private final Map<String, Long> volumeLimits = new HashMap<>();
    private final Map<String, Map<String, String>> namespaces = new TreeMap<>(); // labels
    private final Map<String, Integer> ignored = new TreeMap<>();

    Collecting(Map<String, Map<String, String>> known) {
      podReader = new PodReader(quantities, known);
    }

    void take(String kind, JsonNode object) {
      try {
        switch (kind) {
          case "Node" -> addNode(nodeReader.node(object));
          case "NodeTypeList" -> Fields.each(object, "types", this::addType);
          case "NodeType" -> addType(object);
          case "Namespace" -> addNamespace(object.path("metadata"));
          case "CSINode" -> readVolumeLimit(object);
          case "Pod",
              "Deployment",
              "StatefulSet",
              "ReplicaSet",
              "ReplicationController",
              "Job",
              "DaemonSet" ->
              podReader.read(kind, object).ifPresent(pods::add);
          case "" -> throw new IllegalArgumentException("an object has no kind");
          default -> ignored.merge(kind, 1, Integer::sum);
        }
      } catch (IllegalArgumentException e) {
        String name = Fields.text(object.path("metadata"), "name");
        throw new IllegalArgumentException(
            (kind.isEmpty() ? "" : kind + (name.isEmpty() ? "" : " " + name) + ": ")
                + e.getMessage());
      }
    }

    private boolean addType(JsonNode type) {
      for (NodeKind kind : nodeReader.type(type)) {
        String zone = zone(kind.labels());
        if (!typeNames.add(kind.name() + "/" + zone)) {
          throw new IllegalArgumentException(
              "name: the type '%s' was read before%s"
                  .formatted(kind.name(), zone.isEmpty() ? "" : " for zone " + zone));
        }
        types.add(kind);
      }
      return true;
    }

    private static String zone(Map<String, String> labels) {
      return labels.getOrDefault(NodeKind.ZONE, "");
    }

    private void addNode(FoundNode node) {
      if (nodes.putIfAbsent(node.name(), node) != null) {
        throw new IllegalArgumentException("a node of this name was read before");
      }
    }

    private void addNamespace(JsonNode metadata) {
      String name = Fields.in("metadata", () -> Fields.required(metadata, "name"));
      Map<String, String> labels = new TreeMap<>(Fields.labels(metadata, "labels"));
      labels.put(PodReader.NAMESPACE_NAME, name); // the API server sees to it
      namespaces.put(name, labels);
    }

    private void readVolumeLimit(JsonNode csiNode) {
      String name = Fields.text(csiNode.path("metadata"), "name");
      for (JsonNode driver : csiNode.path("spec").path("drivers")) {
        int count = Fields.number(driver.path("allocatable"), "count", -1);
        if (count >= 0) {
          volumeLimits.merge(name, (long) count, Math::min);
        }
      }
    }

    Inventory inventory() {
      List<String> notes = new ArrayList<>();
      Map<String, Double> typePrice = new HashMap<>();
      for (NodeKind type : types) {
        typePrice.put(type.name(), type.price());
        typePrice.put(type.name() + "/" + zone(type.labels()), type.price());
      }
      boolean priced =
          !types.isEmpty() || nodes.values().stream().anyMatch(n -> n.price().isPresent());
      int unknown = 0;
      List<NodeKind> kinds = new ArrayList<>();
      for (FoundNode n : nodes.values()) {
        Map<String, Long> allocatable = new LinkedHashMap<>(n.allocatable());
        Long volumes = volumeLimits.get(n.name());
        if (volumes != null) {
          allocatable.merge(NodeKind.VOLUMES, volumes, Math::min);
        }
        String type = n.labels().getOrDefault(NodeReader.INSTANCE_TYPE, "");
        Double listed = typePrice.getOrDefault(type + "/" + zone(n.labels()), typePrice.get(type));
        double price;
        if (n.price().isPresent()) {
          price = n.price().getAsDouble();
        } else if (listed != null) {
          price = listed;
        } else {
          price = priced ? 0 : 1;
          unknown += priced ? 1 : 0;
        }
        kinds.add(new NodeKind(n.name(), n.labels(), n.taints(), allocatable, price, 1, true));
      }
      kinds.addAll(types);
      if (kinds.isEmpty()) {
        throw new ManifestException(
            "no node and no node type was read; give --nodes a file with Node objects or a"
                + " NodeTypeList");
      }
      if (!priced) {
        notes.add("no prices were given: every node counts 1");
      }
      if (unknown > 0) {
        notes.add(
            unknown
                + " nodes have no price: they count as paid for (set the annotation "
                + NodeReader.PRICE
                + ", or list their instance type)");
      }
      if (pods.isEmpty()) {
        notes.add("no pods were read");
      }
      if (!ignored.isEmpty()) {
        notes.add("objects that are neither pods nor nodes were skipped: " + ignored);
      }
      return new Inventory(pods, kinds, notes);
    }
  }
}
