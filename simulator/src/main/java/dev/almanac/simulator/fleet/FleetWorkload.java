package dev.almanac.simulator.fleet;

import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.queueing.Service;
import java.util.List;
import java.util.Optional;

/**
 * A workload of a fleet.
 *
 * @param name unique in its fleet
 * @param demand what it has to serve
 * @param perReplica demand that one Ready pod serves, finite, above 0
 * @param minReplicas at least 1
 * @param maxReplicas at least {@code minReplicas}, up to {@value #MOST_REPLICAS}
 * @param startUp from a place on a node until Ready; random times are drawn once a rise
 * @param requests of one pod, with its init containers and overhead
 * @param nodeGroups names of the groups whose nodes it tolerates and selects; empty: all
 * @param maxZoneSkew most pods that one zone may have over another, 0: zones are balanced where
 *     there is room, as the scheduler's default constraints do
 * @param priority higher ones are placed first, and take places of lower ones where there is none
 * @param control who sets its replicas
 * @param service how requests are served, for latency; empty: not computed
 * @param budget that removals of nodes respect; empty: pods are moved at any time
 */
public record FleetWorkload(
    String name,
    FleetDemand demand,
    double perReplica,
    int minReplicas,
    int maxReplicas,
    StartUpLag startUp,
    Resources requests,
    List<String> nodeGroups,
    int maxZoneSkew,
    int priority,
    Control control,
    Optional<Service> service,
    Optional<DisruptionBudget> budget) {

  /** No workload is larger. */
  public static final int MOST_REPLICAS = 1_000_000;

  /** Copies; refuses values out of bounds. */
  public FleetWorkload {
    nodeGroups = List.copyOf(nodeGroups);
    if (!(perReplica > 0) || Double.isInfinite(perReplica)) {
      throw new IllegalArgumentException(
          "%s: perReplica must be finite and above 0, was %s".formatted(name, perReplica));
    }
    if (minReplicas < 1 || maxReplicas < minReplicas || maxReplicas > MOST_REPLICAS) {
      throw new IllegalArgumentException(
          "%s: need 1 <= minReplicas <= maxReplicas <= %,d, was %d and %d"
              .formatted(name, MOST_REPLICAS, minReplicas, maxReplicas));
    }
    if (control instanceof Control.Fixed(int n) && (n < minReplicas || n > maxReplicas)) {
      throw new IllegalArgumentException(
          "%s: %d fixed replicas lie outside its bounds %d to %d"
              .formatted(name, n, minReplicas, maxReplicas));
    }
    if (maxZoneSkew < 0) {
      throw new IllegalArgumentException(name + ": maxZoneSkew must not be negative");
    }
  }

  /** A workload whose pods may be moved at any time. */
  public FleetWorkload(
      String name,
      FleetDemand demand,
      double perReplica,
      int minReplicas,
      int maxReplicas,
      StartUpLag startUp,
      Resources requests,
      List<String> nodeGroups,
      int maxZoneSkew,
      int priority,
      Control control,
      Optional<Service> service) {
    this(
        name,
        demand,
        perReplica,
        minReplicas,
        maxReplicas,
        startUp,
        requests,
        nodeGroups,
        maxZoneSkew,
        priority,
        control,
        service,
        Optional.empty());
  }

  /** The same with a budget. */
  public FleetWorkload with(DisruptionBudget other) {
    return with(demand, startUp, requests, control, Optional.of(other));
  }

  /** The same under another control. */
  public FleetWorkload with(Control other) {
    return with(demand, startUp, requests, other, budget);
  }

  /** The same with other demand. */
  public FleetWorkload with(FleetDemand other) {
    return with(other, startUp, requests, control, budget);
  }

  /** The same with other requests. */
  public FleetWorkload with(Resources other) {
    return with(demand, startUp, other, control, budget);
  }

  /** The same with another start-up time. */
  public FleetWorkload with(StartUpLag other) {
    return with(demand, other, requests, control, budget);
  }

  private FleetWorkload with(
      FleetDemand newDemand,
      StartUpLag newStartUp,
      Resources newRequests,
      Control newControl,
      Optional<DisruptionBudget> newBudget) {
    return new FleetWorkload(
        name,
        newDemand,
        perReplica,
        minReplicas,
        maxReplicas,
        newStartUp,
        newRequests,
        nodeGroups,
        maxZoneSkew,
        priority,
        newControl,
        service,
        newBudget);
  }
}
