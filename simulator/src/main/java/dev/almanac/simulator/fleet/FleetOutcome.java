package dev.almanac.simulator.fleet;

import dev.almanac.simulator.outcome.ResultHash;
import java.util.List;

/**
 * What came of a fleet over the scored time.
 *
 * @param workloads in the order of the scenario
 * @param groups in the order of the supply; empty without nodes
 * @param peakPending most pods without a node at once
 * @param evictions pods that lost their node, whatever took it
 * @param reclaimedNodes that the provider took back
 * @param reclaimedPods evictions that were due to it
 * @param preemptions evictions that made a place for a pod of higher priority
 * @param budgetNodeMinutes time in which a node would have been removed had disruption budgets
 *     allowed it, one of each group at a time
 * @param groupMaxPodMinutes pending pod-minutes while every group that could help was at its most
 * @param quotaPodMinutes the same while the CPU quota was used up
 * @param addressPodMinutes the same while every zone was out of addresses
 * @param outagePodMinutes the same during an outage or a shortage of spot nodes
 * @param lastShortMinute last minute of the scenario in which a workload was short; -1: none
 * @param trail over spec and ready of every workload and tick
 */
public record FleetOutcome(
    List<WorkloadOutcome> workloads,
    List<GroupOutcome> groups,
    int peakPending,
    long evictions,
    long reclaimedNodes,
    long reclaimedPods,
    long preemptions,
    double budgetNodeMinutes,
    double groupMaxPodMinutes,
    double quotaPodMinutes,
    double addressPodMinutes,
    double outagePodMinutes,
    int lastShortMinute,
    long trail) {

  /** Copies. */
  public FleetOutcome {
    workloads = List.copyOf(workloads);
    groups = List.copyOf(groups);
  }

  /** Short time of all workloads together, in minutes. */
  public double shortMinutes() {
    return workloads.stream().mapToDouble(w -> w.outcome().shortMinutes()).sum();
  }

  /** Missing pod-minutes of all workloads. */
  public double shortPodMinutes() {
    return workloads.stream().mapToDouble(w -> w.outcome().shortPodMinutes()).sum();
  }

  /** Pod-hours of all workloads. */
  public double podHours() {
    return workloads.stream().mapToDouble(w -> w.outcome().podHours()).sum();
  }

  /** Changes of size of all workloads. */
  public long scaleEvents() {
    return workloads.stream().mapToLong(w -> w.outcome().scaleEvents()).sum();
  }

  /** Time without a node, of all pods, in minutes. */
  public double pendingPodMinutes() {
    return workloads.stream().mapToDouble(WorkloadOutcome::pendingPodMinutes).sum();
  }

  /** Peak replicas of all workloads, each at its own time. */
  public int peakReplicas() {
    return workloads.stream().mapToInt(WorkloadOutcome::peakReplicas).sum();
  }

  /** Peak nodes of all groups, each at its own time. */
  public int peakNodes() {
    return groups.stream().mapToInt(GroupOutcome::peakNodes).sum();
  }

  /** Node-hours that were paid for. */
  public double nodeHours() {
    return groups.stream().mapToDouble(GroupOutcome::nodeHours).sum();
  }

  /** What the nodes cost; 0 without nodes. */
  public double cost() {
    return groups.stream().mapToDouble(GroupOutcome::cost).sum();
  }

  /** SHA-256 over every figure and the trail. */
  public String hash() {
    ResultHash hash = new ResultHash();
    for (WorkloadOutcome w : workloads) {
      hash.add(w.name())
          .add(w.outcome())
          .add(w.peakReplicas())
          .add(w.p95Replicas())
          .add(w.pendingPodMinutes())
          .add(w.atMaxMinutes())
          .add(w.latency().meanP95Millis())
          .add(w.latency().worstP95Millis())
          .add(w.latency().missedShare())
          .add(w.latency().lostShare());
    }
    for (GroupOutcome g : groups) {
      hash.add(g.name()).add(g.nodeHours()).add(g.cost()).add(g.peakNodes()).add(g.alwaysNodes());
    }
    if (reclaimedNodes > 0) {
      hash.add("reclaimed").add(reclaimedNodes).add(reclaimedPods);
    }
    if (preemptions > 0) {
      hash.add("preempted").add(preemptions);
    }
    if (budgetNodeMinutes > 0) {
      hash.add("budgets").add(budgetNodeMinutes);
    }
    return hash.add(peakPending)
        .add(evictions)
        .add(groupMaxPodMinutes)
        .add(quotaPodMinutes)
        .add(addressPodMinutes)
        .add(outagePodMinutes)
        .add(lastShortMinute)
        .add(trail)
        .hex();
  }
}
