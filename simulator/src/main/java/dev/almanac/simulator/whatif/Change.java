package dev.almanac.simulator.whatif;

import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.fleet.Control;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.NodeGroup;
import dev.almanac.simulator.fleet.Outage;
import dev.almanac.simulator.fleet.Resources;
import dev.almanac.simulator.fleet.Spot;
import dev.almanac.simulator.fleet.Supply;
import dev.almanac.simulator.fleet.Surge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One thing that a scenario changes. What the world does happens to every line of an answer; what
 * the owner does, to the answer alone.
 */
public sealed interface Change {

  /** Whether the owner does it, rather than the world. */
  default boolean isAction() {
    return false;
  }

  /**
   * The scenario after it.
   *
   * @throws IllegalArgumentException when it names what the scenario does not have
   */
  FleetScenario apply(FleetScenario scenario);

  /**
   * Which workloads; none named means all.
   *
   * @param names of workloads or of cohorts
   * @param members workloads by name, those of a cohort included
   */
  record Who(List<String> names, List<String> members) {
    /** All of them. */
    public static final Who ALL = new Who(List.of(), List.of());

    /** Copies. */
    public Who {
      names = List.copyOf(names);
      members = List.copyOf(members);
    }

    boolean isMeant(FleetWorkload w) {
      return names.isEmpty() || members.contains(w.name());
    }

    FleetScenario each(FleetScenario scenario, UnaryOperator<FleetWorkload> change) {
      return scenario.with(
          scenario.workloads().stream().map(w -> isMeant(w) ? change.apply(w) : w).toList());
    }
  }

  /**
   * Demand grows by a factor.
   *
   * @param factor finite, at least 0
   */
  record Grow(double factor, Who who) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      return who.each(s, w -> w.with(w.demand().times(factor)));
    }
  }

  /** An event is laid over demand. */
  record Event(Surge surge, Who who) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      return who.each(s, w -> w.with(w.demand().with(surge)));
    }
  }

  /** A workload that there was not. */
  record Launch(FleetWorkload workload) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      List<FleetWorkload> all = new ArrayList<>(s.workloads());
      all.add(workload);
      return s.with(all);
    }
  }

  /** Nodes, or the node autoscaler, fail for a while. */
  record Lose(Outage outage) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      return s.with(outage);
    }
  }

  /**
   * Pods start more slowly: a larger image, a cold cache.
   *
   * @param factor on their start-up time, above 0
   */
  record SlowStart(double factor, Who who) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      return who.each(s, w -> w.with(slower(w.startUp())));
    }

    private StartUpLag slower(StartUpLag lag) {
      return switch (lag) {
        case StartUpLag.Fixed(Duration time) -> new StartUpLag.Fixed(times(time, factor));
        case StartUpLag.Lognormal l ->
            new StartUpLag.Lognormal(times(l.median(), factor), l.sigma(), l.seed());
      };
    }
  }

  /**
   * Nodes come more slowly.
   *
   * @param factor on their provisioning time, above 0
   */
  record SlowNodes(double factor) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      return eachGroup(s, g -> g.provisionedIn(times(g.provisioning(), factor)));
    }
  }

  /**
   * The provider takes spot nodes back more often.
   *
   * @param factor on all rates, above 0
   */
  record Reclaims(double factor) implements Change {
    @Override
    public FleetScenario apply(FleetScenario s) {
      if (supply(s).groups().stream().allMatch(g -> g.spot().isEmpty())) {
        throw new IllegalArgumentException(
            "no group of nodes is on spot, so nothing is reclaimed; give one of them a spot block");
      }
      return eachGroup(
          s, g -> g.spot().map(spot -> g.on(spot.times(factor), g.pricePerHour())).orElse(g));
    }
  }

  /**
   * Another control.
   *
   * @param control for a workload, which has its own bounds and capacity
   */
  record SetPolicy(Function<FleetWorkload, Control> control, Who who) implements Change {
    @Override
    public boolean isAction() {
      return true;
    }

    @Override
    public FleetScenario apply(FleetScenario s) {
      return who.each(s, w -> w.with(control.apply(w)));
    }
  }

  /**
   * Other requests; what a pod serves stays as it is.
   *
   * @param limits as in {@link PodUsage}; empty: they stay
   */
  record SetRequests(Resources requests, Optional<Resources> limits, Who who) implements Change {
    /** Refuses a limit below its request, as the API server does. */
    public SetRequests {
      limits.ifPresent(l -> {
        if ((l.millicores() > 0 && l.millicores() < requests.millicores())
            || (l.bytes() > 0 && l.bytes() < requests.bytes())) {
          throw new IllegalArgumentException("a limit lies below its request");
        }
      });
    }

    @Override
    public boolean isAction() {
      return true;
    }

    @Override
    public FleetScenario apply(FleetScenario s) {
      return who.each(s, w -> w.with(requests));
    }
  }

  /**
   * Nodes of one type become nodes of another.
   *
   * @param from type that is replaced
   * @param to takes over name, zone and the rest of each group; sizes stay what they were
   */
  record SwapType(
      String from, String to, Resources allocatable, int podsPerNode, double pricePerHour)
      implements Change {
    @Override
    public boolean isAction() {
      return true;
    }

    @Override
    public FleetScenario apply(FleetScenario s) {
      Supply supply = supply(s);
      if (supply.groups().stream().noneMatch(g -> g.type().equals(from))) {
        throw new IllegalArgumentException("no group of nodes has the type " + from);
      }
      return eachGroup(
          s, g -> g.type().equals(from) ? g.ofType(to, allocatable, podsPerNode, pricePerHour) : g);
    }
  }

  /**
   * Groups of nodes are bought on the spot market.
   *
   * @param type of the groups that are; empty: all
   * @param discount on their price, 0 to 1
   * @param spot how they are taken back
   */
  record SetSpot(Optional<String> type, double discount, Spot spot) implements Change {
    /** Refuses a discount out of bounds. */
    public SetSpot {
      if (!(discount >= 0 && discount <= 1)) {
        throw new IllegalArgumentException("a discount must lie in 0 to 1, was " + discount);
      }
    }

    @Override
    public boolean isAction() {
      return true;
    }

    @Override
    public FleetScenario apply(FleetScenario s) {
      if (supply(s).groups().stream().noneMatch(this::isMeant)) {
        throw new IllegalArgumentException(
            "no group of nodes has the type " + type.orElse("that is named"));
      }
      return eachGroup(s, g -> isMeant(g) ? g.on(spot, g.pricePerHour() * (1 - discount)) : g);
    }

    private boolean isMeant(NodeGroup g) {
      return type.isEmpty() || type.get().equals(g.type());
    }
  }

  /**
   * Room on nodes that is kept free.
   *
   * @param share of what pods ask for
   */
  record Buffer(double share) implements Change {
    @Override
    public boolean isAction() {
      return true;
    }

    @Override
    public FleetScenario apply(FleetScenario s) {
      return s.with(supply(s).withBuffer(share));
    }
  }

  /** Nodes are paid by commitment: nothing in the run changes, only the bill. */
  record Commit(double share, double discount) implements Change {
    /** Refuses values out of bounds. */
    public Commit {
      if (!(share >= 0 && share <= 1) || !(discount >= 0 && discount <= 1)) {
        throw new IllegalArgumentException(
            "share and discount of a commitment must lie in 0 to 1, were %s and %s"
                .formatted(share, discount));
      }
    }

    @Override
    public boolean isAction() {
      return true;
    }

    @Override
    public FleetScenario apply(FleetScenario s) {
      supply(s);
      return s;
    }
  }

  private static Duration times(Duration time, double factor) {
    return Duration.ofMillis(Math.round(time.toMillis() * factor));
  }

  private static Supply supply(FleetScenario s) {
    return s.supply()
        .orElseThrow(
            () -> new IllegalArgumentException("this change needs nodes, and none are given"));
  }

  private static FleetScenario eachGroup(FleetScenario s, UnaryOperator<NodeGroup> change) {
    Supply supply = supply(s);
    return s.with(supply.withGroups(supply.groups().stream().map(change).toList()));
  }
}
