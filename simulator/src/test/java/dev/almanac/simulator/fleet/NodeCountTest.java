package dev.almanac.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.simulator.Traces;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Counting nodes by group, beside a scheduler that knows every node: the same pods, one after the
 * other onto the emptiest node that has room (LeastAllocated), a new node where none has.
 */
class NodeCountTest {
  private static final int FLEETS = 400;

  /** A node's free resources. */
  private record Node(long[] free) {}

  private static int nodeByNode(List<Resources> pods, NodeGroup type) {
    List<Node> nodes = new ArrayList<>();
    for (Resources pod : pods) {
      Node best = null;
      double bestFree = -1;
      for (Node n : nodes) {
        if (n.free[0] >= pod.millicores() && n.free[1] >= pod.bytes() && n.free[2] > 0) {
          double free =
              (double) n.free[0] / type.allocatable().millicores()
                  + (double) n.free[1] / type.allocatable().bytes();
          if (free > bestFree) {
            best = n;
            bestFree = free;
          }
        }
      }
      if (best == null) {
        best =
            new Node(
                new long[] {
                  type.allocatable().millicores(), type.allocatable().bytes(), type.podsPerNode()
                });
        nodes.add(best);
      }
      best.free[0] -= pod.millicores();
      best.free[1] -= pod.bytes();
      best.free[2]--;
    }
    return nodes.size();
  }

  private static int counted(List<FleetWorkload> workloads, NodeGroup type) {
    return counted(workloads, List.of(type)).nodes(0);
  }

  private static NodeRows counted(List<FleetWorkload> workloads, List<NodeGroup> groups) {
    DemandTrace demand = Traces.minutes(1, 1);
    FleetScenario s =
        new FleetScenario(
            demand.start(), 1, 0, 60, workloads, Optional.of(Supply.of(groups)), List.of(), 1);
    FleetReplay replay = new FleetReplay(s, new FitCache(), false);
    assertThat(replay.pods.pending).containsOnly(0);
    return replay.nodes.orElseThrow();
  }

  private static FleetWorkload fixed(String name, int replicas, Resources requests) {
    return new FleetWorkload(
        name,
        FleetDemand.of(Traces.minutes(1, 1)),
        1,
        1,
        10_000,
        StartUpLag.fixed(Duration.ZERO),
        requests,
        List.of(),
        0,
        0,
        new Control.Fixed(replicas),
        Optional.empty());
  }

  @Test
  void podsOfOneKindNeedExactlyTheNodesOfAScheduler() {
    Random random = new Random(1);
    for (int i = 0; i < FLEETS; i++) {
      Resources requests =
          new Resources(1 + random.nextInt(4_000), 1 + random.nextLong(8 * Fleets.GIB));
      NodeGroup type = Fleets.group("g", "a", 0, 10_000, Duration.ZERO);
      int replicas = 1 + random.nextInt(200);
      List<Resources> pods = new ArrayList<>();
      for (int p = 0; p < replicas; p++) {
        pods.add(requests);
      }
      assertThat(counted(List.of(fixed("w", replicas, requests)), type))
          .isEqualTo(nodeByNode(pods, type));
    }
  }

  /**
   * Nodes are ordered for pods as they would be placed: of the eight that fit everywhere five go to
   * the node that one more fits on as well, which therefore finds room there.
   */
  @Test
  void whatIsOrderedFillsTheEmptierNodeFirst() {
    NodeGroup large =
        new NodeGroup(
            "a", "m", "z", new Resources(3_900, 64 * Fleets.GIB), 110, 1, 0, 9, Duration.ZERO);
    NodeGroup fast =
        new NodeGroup(
            "b", "c", "z", new Resources(8_000, 8 * Fleets.GIB), 110, 1, 0, 9, Duration.ZERO);
    List<FleetWorkload> workloads =
        List.of(
            fixed("cache", 1, new Resources(100, 10 * Fleets.GIB)),
            fixed("batch", 1, new Resources(4_000, Fleets.GIB / 10)),
            fixed("web", 8, new Resources(500, Fleets.GIB / 10)),
            fixed("index", 1, new Resources(800, 10 * Fleets.GIB)));
    NodeRows nodes = counted(workloads, List.of(large, fast));
    assertThat(nodes.nodes(0)).isOne();
    assertThat(nodes.nodes(1)).isOne();
  }

  /** The bounds are those that docs/reference/whatif.md tells. */
  @Test
  void mixedPodsNeedAboutTheNodesOfAScheduler() {
    Random random = new Random(2);
    double sum = 0;
    double least = 0;
    double most = 0;
    for (int i = 0; i < FLEETS; i++) {
      NodeGroup type =
          new NodeGroup(
              "g",
              "t",
              "a",
              new Resources(15_900, 58 * Fleets.GIB),
              110,
              1,
              0,
              10_000,
              Duration.ZERO);
      List<FleetWorkload> workloads = new ArrayList<>();
      List<Resources> pods = new ArrayList<>();
      int kinds = 5 + random.nextInt(40);
      for (int k = 0; k < kinds; k++) {
        Resources requests =
            new Resources(50 + random.nextInt(3_950), (100L + random.nextInt(8_000)) << 20);
        int replicas = 1 + random.nextInt(30);
        workloads.add(fixed("w" + k, replicas, requests));
        for (int p = 0; p < replicas; p++) {
          pods.add(requests);
        }
      }
      java.util.Collections.shuffle(pods, random);
      int exact = nodeByNode(pods, type);
      int off = counted(workloads, type) - exact;
      sum += (double) off / exact;
      // One node of a small cluster is a large share of it.
      double beyondOne = Math.signum(off) * Math.max(0, Math.abs(off) - 1) / exact;
      least = Math.min(least, beyondOne);
      most = Math.max(most, beyondOne);
    }
    assertThat(sum / FLEETS).as("from %.3f to %.3f", least, most).isBetween(0.02, 0.06);
    assertThat(least).isZero(); // never more than one node too few
    assertThat(most).isLessThan(0.12);
  }
}
