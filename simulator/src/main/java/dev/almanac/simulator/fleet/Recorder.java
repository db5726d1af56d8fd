package dev.almanac.simulator.fleet;

import dev.almanac.simulator.fleet.Timeline.Cause;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes down a fleet minute by minute. */
final class Recorder {
  private final List<NodeGroup> groups;
  private final int[] need;
  private final int[] spec;
  private final int[] ready;
  private final int[] pending;
  private final int[][] nodes;
  private final double[][] cpu;
  private final double[][] memory;
  private final double[] cost;
  private final double[][] causes;

  Recorder(FleetScenario scenario) {
    int minutes = scenario.minutes();
    groups = scenario.supply().map(Supply::groups).orElse(List.of());
    need = new int[minutes];
    spec = new int[minutes];
    ready = new int[minutes];
    pending = new int[minutes];
    nodes = new int[groups.size()][minutes];
    cpu = new double[groups.size()][minutes];
    memory = new double[groups.size()][minutes];
    cost = new double[minutes];
    causes = new double[groups.isEmpty() ? 0 : Cause.values().length][minutes];
  }

  Recorder(Recorder other) {
    groups = other.groups;
    need = other.need.clone();
    spec = other.spec.clone();
    ready = other.ready.clone();
    pending = other.pending.clone();
    nodes = Arrays.stream(other.nodes).map(int[]::clone).toArray(int[][]::new);
    cpu = copy(other.cpu, other.need.length);
    memory = copy(other.memory, other.need.length);
    cost = other.cost.clone();
    causes = copy(other.causes, other.need.length);
  }

  private static double[][] copy(double[][] rows, int minutes) {
    return Arrays.stream(rows).map(r -> Arrays.copyOf(r, minutes)).toArray(double[][]::new);
  }

  void record(int minute, int[] needs, PodRows pods, Optional<NodeRows> supply) {
    for (int w = 0; w < pods.rows; w++) {
      need[minute] =
          needs[w] < 0 || need[minute] < 0 ? MinuteRows.UNKNOWN : need[minute] + needs[w];
      spec[minute] += pods.spec[w];
      ready[minute] += pods.ready[w];
      pending[minute] += pods.pending[w];
    }
    for (int g = 0; g < groups.size(); g++) {
      NodeRows n = supply.orElseThrow();
      nodes[g][minute] = n.nodes(g);
      cpu[g][minute] = n.usedNodes(g, 0);
      memory[g][minute] = n.usedNodes(g, 1);
      int paid = n.paid(g);
      double hour = groups.get(g).pricePerHour() * paid;
      cost[minute] += hour;
      if (paid > 0) {
        causes(minute, g, hour, paid, needs, pods, n);
      }
    }
  }

  /** Half of a node's price is for its CPU and half for its memory. */
  private void causes(
      int minute, int g, double hour, int paid, int[] needs, PodRows pods, NodeRows n) {
    double cpu = Math.min(1, n.usedNodes(g, 0) / paid);
    double memory = Math.min(1, n.usedNodes(g, 1) / paid);
    double wanted = 0;
    for (int w = 0; w < pods.rows; w++) {
      int here = n.placed(w, g);
      int all = pods.ready[w] + pods.starting[w];
      if (here > 0 && all > 0) {
        double share = needs[w] < 0 ? 1 : Math.min(1, (double) needs[w] / all);
        wanted += share * here * (n.shareOfNode(w, g, 0) + n.shareOfNode(w, g, 1)) / 2 / paid;
      }
    }
    double requested = (cpu + memory) / 2;
    double use = Math.min(wanted, requested);
    double fullest = Math.max(cpu, memory);
    causes[Cause.USE.ordinal()][minute] += hour * use;
    causes[Cause.HEADROOM.ordinal()][minute] += hour * (requested - use);
    causes[Cause.STRANDED.ordinal()][minute] += hour * (fullest - requested);
    causes[Cause.IDLE.ordinal()][minute] += hour * (1 - fullest);
  }

  Timeline timeline(int minutes) {
    return new Timeline(
        Arrays.copyOf(need, minutes),
        Arrays.copyOf(spec, minutes),
        Arrays.copyOf(ready, minutes),
        Arrays.copyOf(pending, minutes),
        Arrays.stream(nodes).map(n -> Arrays.copyOf(n, minutes)).toArray(int[][]::new),
        copy(cpu, minutes),
        copy(memory, minutes),
        Arrays.copyOf(cost, minutes),
        copy(causes, minutes));
  }
}
