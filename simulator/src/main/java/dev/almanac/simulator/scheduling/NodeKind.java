package dev.almanac.simulator.scheduling;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node that exists, or a type of node that can be had in one zone.
 *
 * @param name of the node, or of the type
 * @param allocatable units by resource, as in {@link PodShape#requests}; {@link #PODS} is pod slots
 * @param price of one such node for the time that all prices are for
 * @param limit how many there can be; {@link Integer#MAX_VALUE}: any number
 * @param exists whether it is a node that is there
 */
public record NodeKind(
    String name,
    Map<String, String> labels,
    List<Taint> taints,
    Map<String, Long> allocatable,
    double price,
    int limit,
    boolean exists) {

  /** The label whose every node is a domain of its own. */
  public static final String HOSTNAME = "kubernetes.io/hostname";

  /** The label of zones. */
  public static final String ZONE = "topology.kubernetes.io/zone";

  /** The resource of pod slots. */
  public static final String PODS = "pods";

  /** Volumes that can be attached; a node that does not say has no limit. */
  public static final String VOLUMES = "attachable-volumes";

  /** Copies and checks. */
  public NodeKind {
    Map<String, String> named = new HashMap<>(labels);
    if (exists) {
      named.putIfAbsent(HOSTNAME, name);
    }
    labels = Map.copyOf(named);
    taints = List.copyOf(taints);
    allocatable = Map.copyOf(allocatable);
    if (!(price >= 0) || Double.isInfinite(price)) {
      throw new IllegalArgumentException("the price of " + name + " is " + price);
    }
    if (limit < 0 || (exists && limit > 1)) {
      throw new IllegalArgumentException("the limit of " + name + " is " + limit);
    }
  }

  String zone() {
    return labels.getOrDefault(ZONE, "");
  }
}
