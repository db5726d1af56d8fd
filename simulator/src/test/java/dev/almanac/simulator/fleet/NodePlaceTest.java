package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where pods go and whence they are taken, beside the rules in plain words, pod by pod. */
class NodePlaceTest {
  private static final int NONE = -1;

  /** What a rule may look at, counted anew for every pod. */
  private record State(NodeRows nodes, FleetScenario scenario) {
    Supply supply() {
      return scenario.supply().orElseThrow();
    }

    String zone(int g) {
      return supply().groups().get(g).zone();
    }

    Map<String, Integer> byZone(int w) {
      Map<String, Integer> pods = new HashMap<>();
      for (int g = 0; g < nodes.groups; g++) {
        pods.merge(zone(g), nodes.placed(w, g), Integer::sum);
      }
      return pods;
    }

    int podsOfZone(String zone) {
      int pods = 0;
      for (int w = 0; w < scenario.workloads().size(); w++) {
        pods += byZone(w).getOrDefault(zone, 0);
      }
      return pods;
    }

    boolean fits(int w, int g) {
      boolean fits = nodes.share(w, g, 0) > 0;
      for (int r = 0; r < NodeRows.RESOURCES; r++) {
        fits &= nodes.share(w, g, r) <= nodes.free(g, r);
      }
      return fits;
    }

    double use(int g) {
      int there = nodes.nodes(g);
      return there == 0
          ? 1
          : Math.max(nodes.usedNodes(g, 0), nodes.usedNodes(g, 1)) * (1L << 40) / there;
    }

    boolean mayTake(int w, int g) {
      int least = Integer.MAX_VALUE;
      for (int other = 0; other < nodes.groups; other++) {
        if (nodes.share(w, other, 0) > 0 && nodes.isUp(other)) {
          least = Math.min(least, byZone(w).get(zone(other)));
        }
      }
      int skew = scenario.workloads().get(w).maxZoneSkew();
      return nodes.isUp(g)
          && fits(w, g)
          && podsOfZone(zone(g)) < supply().zoneAddresses().getOrDefault(zone(g), Integer.MAX_VALUE)
          && (skew == 0 || byZone(w).get(zone(g)) - least < skew);
    }

    /** Fewest of the workload in the zone, then the emptiest group, then the first. */
    int target(int w) {
      int best = NONE;
      for (int g = 0; g < nodes.groups; g++) {
        if (mayTake(w, g) && (best == NONE || isBetter(w, g, best))) {
          best = g;
        }
      }
      return best;
    }

    private boolean isBetter(int w, int g, int best) {
      int here = byZone(w).get(zone(g));
      int there = byZone(w).get(zone(best));
      return here < there || (here == there && use(g) < use(best));
    }

    /** Most of the workload in the zone, then in the group, then the first. */
    int source(int w) {
      int best = NONE;
      for (int g = 0; g < nodes.groups; g++) {
        int here = byZone(w).get(zone(g));
        int most = best == NONE ? -1 : byZone(w).get(zone(best));
        if (nodes.placed(w, g) > 0
            && (best == NONE
                || here > most
                || (here == most && nodes.placed(w, g) > nodes.placed(w, best)))) {
          best = g;
        }
      }
      return best;
    }

    List<Integer> counts() {
      List<Integer> counts = new ArrayList<>();
      for (int w = 0; w < scenario.workloads().size(); w++) {
        for (int g = 0; g < nodes.groups; g++) {
          counts.add(nodes.placed(w, g));
        }
      }
      return counts;
    }
  }

  @Test
  void podsGoWhereTheRuleSendsThem() {
    Random random = new Random(1);
    int moved = 0;
    int refused = 0;
    for (int seed = 0; seed < 400; seed++) {
      FleetScenario scenario = Fleets.harsh(seed, 200);
      if (scenario.workloads().stream().allMatch(w -> w.control() instanceof Control.Fixed)) {
        continue;
      }
      FleetReplay replay = new FleetReplay(scenario, new FitCache(), false);
      replay.runTo(random.nextInt(200)); // to a state with outages, reclaims and the like behind it
      NodeRows nodes = new NodeRows(replay.nodes.orElseThrow());
      State state = new State(nodes, scenario);
      for (int i = 0; i < 30; i++) {
        int w = random.nextInt(scenario.workloads().size());
        int pods = 1 + random.nextInt(4);
        boolean in = random.nextInt(5) < 3;
        NodeRows atOnce = new NodeRows(nodes);
        int done = 0;
        for (int p = 0; p < pods; p++) {
          int g = in ? state.target(w) : state.source(w);
          int before = g == NONE ? 0 : nodes.placed(w, g);
          if (g == NONE) {
            refused++;
            assertThat(in ? nodes.place(w, 1) : 0).isZero();
            break;
          }
          if (in) {
            assertThat(nodes.place(w, 1)).isOne();
          } else {
            nodes.remove(w, 1);
          }
          assertThat(nodes.placed(w, g)).as("seed %d", seed).isEqualTo(before + (in ? 1 : -1));
          done++;
        }
        if (in) {
          assertThat(atOnce.place(w, pods)).isEqualTo(done);
        } else {
          atOnce.remove(w, done);
        }
        assertThat(new State(atOnce, scenario).counts()).isEqualTo(state.counts());
        moved += done;
      }
    }
    assertThat(moved).isGreaterThan(10_000);
    assertThat(refused).isGreaterThan(500);
  }
}
