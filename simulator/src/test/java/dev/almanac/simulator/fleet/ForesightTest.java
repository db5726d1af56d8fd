package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Perfect foresight with the same delays is never worse than anybody. */
class ForesightTest {
  private static final int RUNS = 10_000;

  /**
   * Of two plans the better one misses fewer pod-minutes, and of those that miss as many, the one
   * with fewer pod-hours.
   */
  @Test
  void noPolicyIsBetterInAnyOfTenThousandRuns() {
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      int tick = new int[] {15, 20, 30, 60}[random.nextInt(4)];
      int min = 1 + random.nextInt(4);
      int max = min + random.nextInt(40);
      Duration lag = Duration.ofSeconds(random.nextInt(400));
      DemandTrace demand = Traces.minutes(Traces.busy(60, seed));
      FleetWorkload w = Fleets.workload("w", demand, min, max, lag, new Control.Foresight());
      FleetOutcome best = FleetReplay.run(Fleets.scenario(tick, demand, w), new FitCache());
      Control other =
          random.nextInt(5) == 0
              ? new Control.Fixed(min + random.nextInt(max - min + 1))
              : new Control.Hpa(
                  0.2 + random.nextDouble(),
                  0.2 * random.nextDouble(),
                  Duration.ofSeconds(random.nextInt(600)));
      FleetOutcome rival =
          FleetReplay.run(Fleets.scenario(tick, demand, w.with(other)), new FitCache());
      assertThat(best.shortPodMinutes())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(rival.shortPodMinutes());
      assertThat(best.shortMinutes()).isLessThanOrEqualTo(rival.shortMinutes());
      if (best.shortPodMinutes() == rival.shortPodMinutes()) {
        assertThat(best.podHours()).as("seed %d", seed).isLessThanOrEqualTo(rival.podHours());
      }
    }
  }

  /** With nodes that take time, outages, and no limit that workloads could take from each other. */
  @Test
  void withNodesAndOutagesItIsNeverShorter() {
    for (int seed = 0; seed < 2_000; seed++) {
      FleetScenario made = Fleets.harsh(seed, 120);
      Supply supply = made.supply().orElseThrow();
      List<NodeGroup> groups = supply.groups().stream().map(g -> g.withMax(10_000)).toList();
      Supply open =
          new Supply(
              groups,
              Supply.UNLIMITED,
              Map.of(),
              supply.idleAfter(),
              supply.idleBelow(),
              0,
              supply.detection());
      List<FleetWorkload> workloads =
          made.workloads().stream()
              .map(w ->
                  new FleetWorkload(
                      w.name(),
                      w.demand(),
                      w.perReplica(),
                      w.minReplicas(),
                      w.maxReplicas(),
                      StartUpLag.fixed(w.startUp().p90()),
                      w.requests(),
                      List.of(),
                      0,
                      w.priority(),
                      w.control(),
                      Optional.empty(),
                      w.budget()))
              .toList();
      FleetScenario scenario = made.with(open).with(workloads);
      FleetOutcome rival;
      try {
        rival = FleetReplay.run(scenario, new FitCache());
      } catch (IllegalArgumentException e) {
        continue;
      }
      FleetOutcome best =
          FleetReplay.run(
              scenario.with(
                  workloads.stream().map(w -> w.with((Control) new Control.Foresight())).toList()),
              new FitCache());
      assertThat(best.shortPodMinutes())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(rival.shortPodMinutes());
    }
  }
}
