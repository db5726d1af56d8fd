package dev.almanac.simulator.fleet;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** Makes places for pods of higher priority, as kube-scheduler does. */
final class Preemption {
  /*
   * DefaultPreemption of kube-scheduler: on each node all pods of lower priority are thought away;
   * where the pod then fits, as many of them as possible are reprieved, first those whose eviction
   * would break a disruption budget, the more important ones first. What is left are the victims. Of
   * the nodes (pickOneNodeForPreemption in pkg/scheduler/framework/preemption) the one is taken with
   *
   *   1. the fewest evictions that break a budget,
   *   2. the lowest priority of its most important victim,
   *   3. the smallest sum of the victims' priorities, each raised by 2^31 so that none is negative,
   *   4. the fewest victims,
   *   5. the first.
   *
   * Between 4 and 5 it asks for the age of victims, which a group does not know. A group knows how
   * many pods it has, so one node of it is looked at that holds the mean of what all hold: free room
   * is the mean, and of a workload the mean number of pods, rounded up, may be evicted. For a group
   * of one node, and for nodes that hold the same, that is exact. Victims are gone at once.
   */

  private static final long RAISED = 1L << 31;

  private final NodeRows nodes;
  private final int[] priority;
  private final int[] order; // workloads, highest priority first
  private final int lowest;

  /** Of the candidate at hand. */
  private int[] victims;

  private final int[] breaking;
  private final long[] slack; // what a node has beyond what the pod needs, by resource
  private final long[] score;

  private int[] best; // victims of the best candidate

  private Preemption(NodeRows nodes, int[] order, int[] priority) {
    this.nodes = nodes;
    this.order = order;
    this.priority = priority;
    lowest = Arrays.stream(priority).min().orElseThrow();
    victims = new int[priority.length];
    breaking = new int[priority.length];
    slack = new long[NodeRows.RESOURCES];
    score = new long[4];
    best = new int[priority.length];
  }

  static Preemption of(NodeRows nodes, List<FleetWorkload> workloads) {
    return new Preemption(
        nodes,
        PodRows.byPriority(workloads),
        workloads.stream().mapToInt(FleetWorkload::priority).toArray());
  }

  /** The same over a copy of its nodes. */
  Preemption over(NodeRows copy) {
    return new Preemption(copy, order, priority);
  }

  /** Whether any workload is of lower priority. */
  boolean mayPreempt(int w) {
    return priority[w] > lowest;
  }

  /**
   * The group in which a place for one pod costs others least; -1 where none can be made.
   *
   * @param mayTake groups that the pod could be in
   * @param allowed pods of a workload that may be evicted without breaking its budget
   */
  int choose(int w, IntPredicate mayTake, IntUnaryOperator allowed) {
    int chosen = -1;
    long[] least = new long[score.length];
    for (int g = 0; g < nodes.groups; g++) {
      if (mayTake.test(g)
          && findVictims(w, g, allowed)
          && (chosen < 0 || Arrays.compare(score, least) < 0)) {
        chosen = g;
        System.arraycopy(score, 0, least, 0, score.length);
        int[] spare = best;
        best = victims;
        victims = spare;
      }
    }
    return chosen;
  }

  /** Pods of a workload that the last choice evicts. */
  int victims(int w) {
    return best[w];
  }

  private boolean findVictims(int w, int g, IntUnaryOperator allowed) {
    int there = nodes.nodes(g);
    if (there == 0) {
      return false;
    }
    for (int r = 0; r < slack.length; r++) {
      slack[r] = nodes.free(g, r) / there - nodes.share(w, g, r);
    }
    for (int v : order) {
      victims[v] = priority[v] < priority[w] ? Math.ceilDiv(nodes.placed(v, g), there) : 0;
      breaking[v] = Math.max(0, victims[v] - allowed.applyAsInt(v));
      for (int r = 0; r < slack.length; r++) {
        slack[r] += victims[v] * nodes.share(v, g, r);
      }
    }
    if (Arrays.stream(slack).anyMatch(s -> s < 0)) {
      return false;
    }
    for (int v : order) {
      breaking[v] -= reprieve(v, g, breaking[v]);
    }
    for (int v : order) {
      reprieve(v, g, victims[v] - breaking[v]);
    }
    Arrays.fill(score, 0);
    score[1] = Long.MIN_VALUE;
    for (int v : order) {
      if (victims[v] > 0) {
        score[0] += breaking[v];
        score[1] = Math.max(score[1], priority[v]);
        score[2] += victims[v] * (priority[v] + RAISED);
        score[3] += victims[v];
      }
    }
    return true;
  }

  /** Lets up to so many victims stay; returns how many may. */
  private int reprieve(int v, int g, int pods) {
    long spared = pods;
    for (int r = 0; r < slack.length && spared > 0; r++) {
      spared = Math.min(spared, slack[r] / nodes.share(v, g, r));
    }
    for (int r = 0; r < slack.length && spared > 0; r++) {
      slack[r] -= spared * nodes.share(v, g, r);
    }
    victims[v] -= (int) spared;
    return (int) spared;
  }
}
