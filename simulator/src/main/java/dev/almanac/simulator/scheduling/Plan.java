package dev.almanac.simulator.scheduling;

import dev.almanac.simulator.packing.LowerBound;
import dev.almanac.simulator.packing.PackingAnswer.Step;
import java.util.List;

/**
 * Where pods go, what it costs, and how far from the least price that can be at most.
 *
 * @param nodes all nodes in use: those that hold a pod that is no daemonset's
 * @param unplaced pods without a node, with the reason
 * @param price of all nodes in use
 * @param bound no plan that places the same pods is cheaper
 * @param step what found it
 * @param notes what the reader of the result should know about the input
 */
public record Plan(
    List<PlannedNode> nodes,
    List<Unplaced> unplaced,
    double price,
    LowerBound bound,
    Step step,
    List<String> notes) {

  /** Pods of one shape that have no node. */
  public record Unplaced(List<String> pods, String reason) {
    /** Copies the names. */
    public Unplaced {
      pods = List.copyOf(pods);
    }
  }

  /** Copies the lists. */
  public Plan {
    nodes = List.copyOf(nodes);
    unplaced = List.copyOf(unplaced);
    notes = List.copyOf(notes);
  }

  /** Price over bound, less 1; 0 is proven optimal. */
  public double gap() {
    return price <= bound.price() ? 0 : price / bound.price() - 1;
  }

  /** Pods that the plan gives a node. */
  public int placedPods() {
    return nodes.stream().mapToInt(n -> n.pods().size()).sum();
  }

  /** Pods without a node. */
  public int unplacedPods() {
    return unplaced.stream().mapToInt(u -> u.pods().size()).sum();
  }
}
