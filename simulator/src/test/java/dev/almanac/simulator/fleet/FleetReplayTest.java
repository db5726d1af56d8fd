package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.queueing.MultiServerQueue;
import dev.almanac.simulator.queueing.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetReplayTest {
  private static final Control HPA = Control.Hpa.at(1);

  private static DemandTrace constant(int minutes, double demand) {
    double[] values = new double[minutes];
    Arrays.fill(values, demand);
    return Traces.minutes(values);
  }

  private static FleetScenario on(Supply supply, int tick, DemandTrace demand, FleetWorkload... w) {
    return new FleetScenario(
        demand.start(), demand.minutes(), 0, tick, List.of(w), Optional.of(supply), List.of(), 1);
  }

  /**
   * Without a past the size is 1, and the metric first shows something after 45 s: 4 pods are asked
   * for then and serve a lag later. 20 pods are asked for in three syncs of 5, 10 and 20.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 15, 60, 300, 1500})
  void aConstantLoadIsShortForAsLongAsArithmeticSays(int lagSeconds) {
    for (int[] pods : new int[][] {{4, 45}, {20, 75}}) {
      DemandTrace demand = constant(60, pods[0]);
      FleetWorkload w = Fleets.workload("w", demand, 1, 100, Duration.ofSeconds(lagSeconds), HPA);
      Outcome o =
          FleetReplay.run(Fleets.scenario(15, demand, w), new FitCache())
              .workloads()
              .getFirst()
              .outcome();
      assertThat(o.shortMinutes()).isEqualTo((pods[1] + lagSeconds) / 60.0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 90, 600})
  void aNodeThatMustComeFirstAddsExactlyItsTime(int provisionSeconds) {
    DemandTrace demand = constant(60, 4); // one node has room for the first pod and three more
    FleetWorkload w = Fleets.workload("w", demand, 1, 100, Duration.ofSeconds(30), HPA);
    NodeGroup tiny =
        new NodeGroup(
            "tiny",
            "one",
            "a",
            new Resources(1_000, 2 * Fleets.GIB),
            10,
            1,
            0,
            10,
            Duration.ofSeconds(provisionSeconds));
    FleetOutcome o = FleetReplay.run(on(Supply.of(List.of(tiny)), 15, demand, w), new FitCache());
    assertThat(o.shortMinutes()).isEqualTo((45 + provisionSeconds + 30) / 60.0);
    assertThat(o.pendingPodMinutes()).isEqualTo(3 * provisionSeconds / 60.0);
    assertThat(o.groups().getFirst().peakNodes()).isEqualTo(4);
    // One node from the start, three from their order on.
    assertThat(o.nodeHours()).isEqualTo(1 + 3 * (3600 - 45) / 3600.0);
  }

  /** 12 pods on 3 nodes in 3 zones; zone a goes at minute 10 for 30 minutes. */
  @Test
  void aLostZoneIsMissedUntilItsPodsAreNoticedPlacedAndReady() {
    DemandTrace demand = constant(90, 12);
    FleetWorkload w =
        Fleets.workload("w", demand, 12, 12, Duration.ofSeconds(60), new Control.Fixed(12));
    List<NodeGroup> groups =
        List.of(
            Fleets.group("a", "a", 1, 5, Duration.ofSeconds(90)),
            Fleets.group("b", "b", 1, 5, Duration.ofSeconds(90)),
            Fleets.group("c", "c", 1, 5, Duration.ofSeconds(90)));
    Supply supply = Supply.of(groups);
    FleetScenario scenario = on(supply, 15, demand, w);
    FleetOutcome calm = FleetReplay.run(scenario, new FitCache());
    assertThat(calm.shortMinutes()).isZero();
    assertThat(calm.evictions()).isZero();
    FleetReplay struck =
        new FleetReplay(
            scenario.with(new Outage(Outage.What.GROUPS, supply.groupsOfZone("a"), 10, 30)),
            new FitCache(),
            true);
    struck.runTo(11);
    assertThat(struck.pods.ready[0]).isEqualTo(8);
    struck.runTo(90);
    FleetOutcome o = struck.outcome();
    assertThat(o.evictions()).isGreaterThanOrEqualTo(4);
    // 350 s until noticed, to the next tick of 15 s; a node in 90 s; a pod in 60 s.
    assertThat(o.shortMinutes()).isEqualTo((360 + 90 + 60) / 60.0);
    assertThat(o.shortPodMinutes()).isEqualTo(4 * o.shortMinutes());
    assertThat(o.lastShortMinute()).isEqualTo(10 + 8);
    assertThat(struck.timeline().orElseThrow().nodes()[0][20]).isZero();
  }

  @Test
  void anOutageShorterThanItsDetectionBringsThePodsBackWithIt() {
    DemandTrace demand = constant(30, 4);
    FleetWorkload w =
        Fleets.workload("w", demand, 4, 4, Duration.ofSeconds(30), new Control.Fixed(4));
    Supply supply = Supply.of(List.of(Fleets.group("a", "a", 1, 3, Duration.ZERO)));
    FleetScenario scenario =
        on(supply, 15, demand, w).with(new Outage(Outage.What.GROUPS, new int[] {0}, 5, 2));
    assertThat(FleetReplay.run(scenario, new FitCache()).shortMinutes()).isEqualTo(2.5);
  }

  @Test
  void limitsAreToldByName() {
    DemandTrace demand = constant(60, 12);
    FleetWorkload w = Fleets.workload("w", demand, HPA);
    NodeGroup one = Fleets.group("a", "a", 0, 1, Duration.ZERO);
    FleetOutcome byMax =
        FleetReplay.run(on(Supply.of(List.of(one)), 60, demand, w), new FitCache());
    assertThat(byMax.groupMaxPodMinutes()).isPositive().isEqualTo(byMax.pendingPodMinutes());
    NodeGroup many = Fleets.group("a", "a", 0, 9, Duration.ZERO);
    Supply quota =
        new Supply(List.of(many), 8_500, Map.of(), Supply.IDLE_AFTER, 0.5, 0, Supply.DETECTION);
    FleetOutcome byQuota = FleetReplay.run(on(quota, 60, demand, w), new FitCache());
    assertThat(byQuota.quotaPodMinutes()).isPositive().isEqualTo(byQuota.pendingPodMinutes());
    assertThat(byQuota.peakNodes()).isEqualTo(2);
    Supply addresses =
        new Supply(
            List.of(many),
            Supply.UNLIMITED,
            Map.of("a", 10),
            Supply.IDLE_AFTER,
            0.5,
            0,
            Supply.DETECTION);
    FleetOutcome byAddress = FleetReplay.run(on(addresses, 60, demand, w), new FitCache());
    assertThat(byAddress.addressPodMinutes()).isPositive().isEqualTo(byAddress.pendingPodMinutes());
    FleetWorkload bounded = Fleets.workload("w", demand, 1, 7, Duration.ZERO, HPA);
    FleetOutcome byReplicas = FleetReplay.run(Fleets.scenario(60, demand, bounded), new FitCache());
    assertThat(byReplicas.workloads().getFirst().atMaxMinutes()).isEqualTo(60);
    assertThat(byReplicas.shortPodMinutes()).isGreaterThanOrEqualTo(5 * 60);
  }

  @Test
  void idleNodesGoAfterTheirTimeAndTheBufferStays() {
    double[] values = new double[120];
    Arrays.fill(values, 0, 30, 40);
    Arrays.fill(values, 30, 120, 4);
    DemandTrace demand = Traces.minutes(values);
    FleetWorkload w = Fleets.workload("w", demand, 1, 100, Duration.ZERO, HPA);
    Supply supply = Supply.of(List.of(Fleets.group("a", "a", 0, 20, Duration.ZERO)));
    FleetReplay plain = new FleetReplay(on(supply, 60, demand, w), new FitCache(), true);
    plain.runTo(120);
    int[] nodes = plain.timeline().orElseThrow().nodes()[0];
    assertThat(nodes[29]).isEqualTo(10);
    assertThat(nodes[119]).isLessThan(3).isPositive();
    FleetReplay buffered =
        new FleetReplay(on(supply.withBuffer(0.5), 60, demand, w), new FitCache(), true);
    buffered.runTo(120);
    assertThat(buffered.timeline().orElseThrow().nodes()[0][29]).isEqualTo(15);
    FleetReplay held =
        new FleetReplay(
            on(supply, 60, demand, w).with(new Outage(Outage.What.AUTOSCALER, new int[0], 30, 90)),
            new FitCache(),
            true);
    held.runTo(120);
    assertThat(held.timeline().orElseThrow().nodes()[0][119]).isEqualTo(10);
  }

  @Test
  void zonesAreBalancedAndASkewHoldsWhatSoftBalanceWouldNot() {
    DemandTrace demand = constant(20, 30);
    List<NodeGroup> groups =
        List.of(
            Fleets.group("a", "a", 0, 1, Duration.ZERO),
            Fleets.group("b", "b", 0, 20, Duration.ZERO));
    FleetWorkload soft = Fleets.workload("w", demand, HPA);
    FleetReplay balanced =
        new FleetReplay(on(Supply.of(groups), 60, demand, soft), new FitCache(), false);
    balanced.runTo(20);
    assertThat(balanced.nodes.orElseThrow().placed(0, 0)).isEqualTo(4);
    assertThat(balanced.pods.ready[0]).isGreaterThanOrEqualTo(27); // inside the tolerance
    FleetWorkload strict =
        new FleetWorkload(
            "w",
            soft.demand(),
            1,
            1,
            100,
            soft.startUp(),
            soft.requests(),
            List.of(),
            2,
            0,
            HPA,
            Optional.empty());
    FleetReplay skewed =
        new FleetReplay(on(Supply.of(groups), 60, demand, strict), new FitCache(), false);
    skewed.runTo(20);
    assertThat(skewed.nodes.orElseThrow().placed(0, 1)).isEqualTo(6);
    assertThat(skewed.pods.pending[0]).isPositive();
  }

  @Test
  void latencyIsThatOfTheQueue() {
    DemandTrace demand = constant(30, 90); // 90 requests a second
    Service service =
        new Service(Duration.ofMillis(100), 2, Duration.ofMillis(300), Duration.ofSeconds(5), 1);
    FleetWorkload w =
        new FleetWorkload(
            "w",
            FleetDemand.of(demand),
            15,
            1,
            100,
            StartUpLag.fixed(Duration.ZERO),
            Resources.NONE,
            List.of(),
            0,
            0,
            new Control.Fixed(5),
            Optional.of(service));
    var latency =
        FleetReplay.run(Fleets.scenario(60, demand, w), new FitCache())
            .workloads()
            .getFirst()
            .latency();
    MultiServerQueue queue = new MultiServerQueue(90, 10, 10);
    assertThat(latency.meanP95Millis()).isCloseTo(1000 * queue.quantileSeconds(0.95), within(1e-6));
    assertThat(latency.worstP95Millis()).isEqualTo(latency.meanP95Millis());
    assertThat(latency.missedShare()).isCloseTo(queue.slowerThan(0.3), within(1e-12));
    assertThat(latency.lostShare()).isZero();
    // Four pods serve 80 a second: the rest is lost, once as much waits as its patience allows.
    var over =
        FleetReplay.run(Fleets.scenario(60, demand, w.with(new Control.Fixed(4))), new FitCache())
            .workloads()
            .getFirst()
            .latency();
    double offered = 90.0 * 60 * 30;
    double waits = 80 * 5;
    assertThat(over.lostShare()).isCloseTo((10.0 * 60 * 30 - waits) / offered, within(1e-12));
    assertThat(over.missedShare()).isEqualTo(1);
    assertThat(over.worstP95Millis()).isInfinite();
  }

  @Test
  void growthAndEventsMultiplyDemand() {
    DemandTrace demand = constant(100, 10);
    FleetDemand grown = FleetDemand.of(demand).times(1.5).with(new Surge(20, 4, 30, 3));
    double[] minutes = new double[100];
    DemandTrace traced = grown.traced(demand.start());
    for (int m = 0; m < 100; m++) {
      minutes[m] = traced.minute(m);
    }
    assertThat(minutes[19]).isEqualTo(15);
    assertThat(minutes[20]).isCloseTo(15 * (1 + 2 * 0.2), within(1e-9));
    assertThat(minutes[24]).isEqualTo(45);
    assertThat(minutes[53]).isEqualTo(45);
    assertThat(minutes[57]).isCloseTo(15 * (1 + 2 * 0.2), within(1e-9));
    assertThat(minutes[58]).isEqualTo(15);
    FleetWorkload w = Fleets.workload("w", demand, HPA).with(grown);
    FleetWorkload same = Fleets.workload("w", traced, HPA);
    assertThat(FleetReplay.run(Fleets.scenario(15, demand, w), new FitCache()))
        .isEqualTo(FleetReplay.run(Fleets.scenario(15, demand, same), new FitCache()));
  }

  @Test
  void aForkIsTheRunThatHadTheOutageFromTheStart() {
    for (int seed = 0; seed < 60; seed++) {
      FleetScenario scenario = Fleets.harsh(seed, 300);
      int at = 60 + seed % 100;
      Outage outage = new Outage(Outage.What.GROUPS, new int[] {0}, at, 40);
      FleetReplay base = new FleetReplay(scenario, new FitCache(), false);
      base.runTo(at);
      FleetReplay fork = base.fork(outage);
      fork.runTo(300);
      FleetScenario s =
          new FleetScenario(
              scenario.start(),
              300,
              at,
              scenario.tickSeconds(),
              scenario.workloads(),
              scenario.supply(),
              scenario.outages(),
              scenario.seed());
      List<Outage> all = new ArrayList<>(s.outages());
      all.add(outage);
      FleetOutcome whole = FleetReplay.run(s.with(outage), new FitCache());
      assertThat(fork.outcome()).as("seed %d", seed).isEqualTo(whole);
      // The base has not noticed.
      base.runTo(300);
      FleetReplay alone = new FleetReplay(scenario, new FitCache(), false);
      alone.runTo(300);
      assertThat(base.outcome()).isEqualTo(alone.outcome());
    }
  }

  @Test
  void everyPodAndNodeIsAccountedForAtEveryMinute() {
    for (int seed = 0; seed < 300; seed++) {
      FleetScenario scenario = Fleets.harsh(seed, 240);
      FleetReplay replay;
      try {
        replay = new FleetReplay(scenario, new FitCache(), false);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("fit on no group");
        continue;
      }
      Supply supply = scenario.supply().orElseThrow();
      for (int m = 1; m <= 240; m++) {
        replay.runTo(m);
        NodeRows nodes = replay.nodes.orElseThrow();
        PodRows pods = replay.pods;
        for (int w = 0; w < pods.rows; w++) {
          FleetWorkload workload = scenario.workloads().get(w);
          int placed = 0;
          for (int g = 0; g < supply.groups().size(); g++) {
            placed += nodes.placed(w, g);
          }
          assertThat(pods.ready[w] + pods.starting[w]).as("seed %d", seed).isEqualTo(placed);
          assertThat(placed + pods.pending[w] + pods.unreachable[w])
              .as("seed %d minute %d", seed, m)
              .isEqualTo(pods.spec[w]);
          assertThat(List.of(pods.ready[w], pods.starting[w], pods.pending[w], pods.evicted[w]))
              .allMatch(n -> n >= 0);
          if (workload.control() instanceof Control.Hpa) {
            assertThat(pods.spec[w]).isBetween(workload.minReplicas(), workload.maxReplicas());
          }
        }
        for (int g = 0; g < supply.groups().size(); g++) {
          assertThat(nodes.paid(g))
              .isBetween(nodes.nodes(g) + nodes.incoming[g], supply.groups().get(g).max());
          assertThat(nodes.usedNodes(g, 0)).isBetween(0.0, nodes.nodes(g) + 1e-9);
          assertThat(nodes.usedNodes(g, 1)).isBetween(0.0, nodes.nodes(g) + 1e-9);
          assertThat(nodes.isUp(g) || nodes.nodes(g) == 0).isTrue();
        }
      }
    }
  }

  @Test
  void causesOfCostAddUpToIt() {
    FleetScenario scenario = Fleets.harsh(3, 600);
    FleetReplay replay = new FleetReplay(scenario, new FitCache(), true);
    replay.runTo(600);
    Timeline t = replay.timeline().orElseThrow();
    for (int m = 0; m < 600; m++) {
      double sum = 0;
      for (double[] cause : t.causes()) {
        assertThat(cause[m]).isGreaterThanOrEqualTo(-1e-12);
        sum += cause[m];
      }
      assertThat(sum).isCloseTo(t.costPerHour()[m], within(1e-9));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    DemandTrace demand = constant(10, 1);
    FleetWorkload big = Fleets.workload("big", demand, HPA).with(new Resources(5_000, Fleets.GIB));
    Supply supply = Supply.of(List.of(Fleets.group("a", "a", 0, 1, Duration.ZERO)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FleetReplay.run(on(supply, 60, demand, big), new FitCache()))
        .withMessageContaining("big");
    FleetWorkload w = Fleets.workload("w", demand, HPA);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            FleetReplay.run(
                Fleets.scenario(
                    60, demand, w, Fleets.workload("v", demand, new Control.Foresight())),
                new FitCache()))
        .withMessageContaining("foresight");
    assertThatIllegalArgumentException().isThrownBy(() -> Fleets.scenario(45, demand, w));
    assertThatIllegalArgumentException().isThrownBy(() -> Fleets.scenario(60, demand, w, w));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Fleets.scenario(60, demand, w).with(new Outage(Outage.What.NODE, new int[] {0}, 1, 1)));
  }
}
