package dev.almanac.simulator.fleet;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Fleets that tests share. */
final class Fleets {
  private Fleets() {}

  static final long GIB = 1L << 30;

  static FleetWorkload workload(String name, DemandTrace demand, Control control) {
    return workload(name, demand, 1, 10_000, Duration.ofSeconds(60), control);
  }

  static FleetWorkload workload(
      String name, DemandTrace demand, int min, int max, Duration lag, Control control) {
    return new FleetWorkload(
        name,
        FleetDemand.of(demand),
        1,
        min,
        max,
        StartUpLag.fixed(lag),
        new Resources(1_000, GIB),
        List.of(),
        0,
        0,
        control,
        Optional.empty());
  }

  static FleetScenario scenario(int tickSeconds, DemandTrace demand, FleetWorkload... workloads) {
    return new FleetScenario(
        demand.start(),
        demand.minutes(),
        0,
        tickSeconds,
        List.of(workloads),
        Optional.empty(),
        List.of(),
        1);
  }

  /** Nodes of 4 pods of 1 CPU and 1 GiB. */
  static NodeGroup group(String name, String zone, int min, int max, Duration provisioning) {
    return new NodeGroup(
        name, "four", zone, new Resources(4_000, 16 * GIB), 100, 0.2, min, max, provisioning);
  }

  /** A fleet of up to three workloads on up to four groups in up to three zones. */
  static FleetScenario random(long seed, int minutes) {
    Random random = new Random(seed);
    int tick = new int[] {15, 20, 30, 60}[random.nextInt(4)];
    List<FleetWorkload> workloads = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      double[] demand = Traces.busy(minutes, random.nextLong());
      for (int m = 0; m < minutes; m++) {
        demand[m] = random.nextInt(200) == 0 ? Double.NaN : demand[m];
      }
      int min = 1 + random.nextInt(3);
      StartUpLag lag =
          random.nextInt(3) == 0
              ? new StartUpLag.Lognormal(Duration.ofSeconds(40), 0.35, random.nextLong())
              : StartUpLag.fixed(Duration.ofSeconds(random.nextInt(300)));
      int max = min + random.nextInt(60);
      Control control =
          random.nextInt(4) == 0
              ? new Control.Fixed(min + random.nextInt(max - min + 1))
              : new Control.Hpa(
                  0.3 + 0.7 * random.nextDouble(),
                  0.2 * random.nextDouble(),
                  Duration.ofSeconds(random.nextInt(600)));
      workloads.add(
          new FleetWorkload(
              "w" + i,
              FleetDemand.of(Traces.minutes(demand)),
              0.5 + random.nextDouble(),
              min,
              max,
              lag,
              new Resources(100 + random.nextInt(3_000), random.nextLong(10 * GIB)),
              List.of(),
              random.nextInt(3),
              random.nextInt(3),
              control,
              Optional.empty()));
    }
    List<NodeGroup> groups = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      int min = random.nextInt(3);
      groups.add(
          new NodeGroup(
              "g" + i,
              "t" + i,
              "z" + random.nextInt(3),
              new Resources(4_000 + random.nextInt(12_000), (16 + random.nextInt(48)) * GIB),
              4 + random.nextInt(100),
              random.nextDouble(),
              min,
              Math.max(1, min + random.nextInt(20)),
              Duration.ofSeconds(random.nextInt(240))));
    }
    Supply supply =
        new Supply(
            groups,
            random.nextBoolean() ? Supply.UNLIMITED : random.nextLong(200_000),
            random.nextBoolean() ? java.util.Map.of() : java.util.Map.of("z1", random.nextInt(40)),
            Duration.ofSeconds(random.nextInt(900)),
            0.2 + 0.8 * random.nextDouble(),
            random.nextInt(3) == 0 ? random.nextDouble() : 0,
            Duration.ofSeconds(random.nextInt(400)));
    List<Outage> outages = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      outages.add(
          new Outage(
              Outage.What.values()[random.nextInt(3)],
              new int[] {random.nextInt(groups.size())},
              random.nextInt(minutes),
              1 + random.nextInt(60)));
    }
    return new FleetScenario(
        Traces.START, minutes, 0, tick, workloads, Optional.of(supply), outages, seed);
  }

  /** The same with what takes nodes and pods away, and with budgets, each in every other case. */
  static FleetScenario harsh(long seed, int minutes) {
    FleetScenario made = random(seed, minutes);
    Random random = new Random(~seed);
    Supply supply = made.supply().orElseThrow();
    List<NodeGroup> groups = new ArrayList<>();
    for (NodeGroup g : supply.groups()) {
      groups.add(random.nextBoolean() ? g : g.on(spot(random), g.pricePerHour() / 3));
    }
    List<FleetWorkload> workloads =
        made.workloads().stream()
            .map(w -> random.nextBoolean() ? w : w.with(budget(random)))
            .toList();
    return made.with(supply.withGroups(groups)).with(workloads);
  }

  private static DisruptionBudget budget(Random random) {
    boolean percent = random.nextBoolean();
    return new DisruptionBudget(
        DisruptionBudget.Bound.values()[random.nextInt(2)],
        random.nextInt(percent ? 101 : 8),
        percent);
  }

  private static Spot spot(Random random) {
    double rate = random.nextInt(3) == 0 ? 0 : 2 * random.nextDouble();
    Spot.Waves waves =
        new Spot.Waves(
            1 + random.nextInt(900),
            0.1 + 0.9 * random.nextDouble(),
            Duration.ofMinutes(random.nextInt(60)));
    return new Spot(
        rate,
        Duration.ofSeconds(random.nextInt(2) * random.nextInt(300)),
        rate > 0 && random.nextBoolean() ? Optional.empty() : Optional.of(waves));
  }
}
