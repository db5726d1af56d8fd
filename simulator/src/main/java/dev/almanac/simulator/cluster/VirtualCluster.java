package dev.almanac.simulator.cluster;

import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.Tally;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A cluster in virtual time. It moves only when it is told to, by {@link #advanceTo} or by a call
 * with a later {@code now}, and never back.
 *
 * <p>A tick of a workload's demand is scored with the pods that stand at its first instant, after
 * the writes made at that instant. As on a real API server the resource version changes with every
 * change of {@code spec} or of the Ready pods. Safe for any number of threads.
 */
public final class VirtualCluster implements Cluster {

  private final Map<TargetRef, Workload> workloads = new LinkedHashMap<>();
  private Instant now;

  /** An empty cluster whose clock stands at {@code start}. */
  public VirtualCluster(Instant start) {
    this.now = start;
  }

  /** Adds a workload; ticks that began before now are not scored. */
  public synchronized void add(VirtualWorkload workload) {
    if (workloads.putIfAbsent(workload.target(), new Workload(workload, now)) != null) {
      throw new IllegalArgumentException(workload.target() + " exists already");
    }
  }

  /** Deletes a workload, if there is one. */
  public synchronized void remove(TargetRef target) {
    workloads.remove(target);
  }

  /** The virtual clock. */
  public synchronized Instant now() {
    return now;
  }

  /** Moves the clock forward; an instant in the past changes nothing. */
  public synchronized void advanceTo(Instant instant) {
    if (instant.isAfter(now)) {
      now = instant;
      for (Workload workload : workloads.values()) {
        workload.advanceTo(now.toEpochMilli());
      }
    }
  }

  @Override
  public synchronized Observed observe(TargetRef target, Instant at) {
    advanceTo(at);
    Workload workload = workloads.get(target);
    return workload == null
        ? new Observed.Unknown(Cause.NOT_FOUND, target + " does not exist")
        : new Observed.Known(workload.facts(now));
  }

  @Override
  public synchronized ApplyResult apply(
      TargetRef target, int replicas, String resourceVersion, Instant at) {
    advanceTo(at);
    Workload workload = workloads.get(target);
    if (workload == null) {
      return new ApplyResult.Gone(target + " does not exist");
    }
    if (replicas < 0) {
      return new ApplyResult.Forbidden("spec.replicas must be >= 0, was " + replicas);
    }
    if (!resourceVersion.equals(workload.version())) {
      return new ApplyResult.Conflict(
          "%s is at version %s, not %s".formatted(target, workload.version(), resourceVersion));
    }
    workload.resize(replicas, now.toEpochMilli());
    return new ApplyResult.Applied(workload.version());
  }

  /** A fault: somebody else sets the replicas now, without asking for a version. */
  public synchronized void writeByOther(TargetRef target, int replicas) {
    existing(target).resize(replicas, now.toEpochMilli());
  }

  /** A fault: whether pods of this workload are kept from becoming Ready. */
  public synchronized void failStartUps(TargetRef target, boolean fail) {
    existing(target).failStartUps(fail, now.toEpochMilli());
  }

  /**
   * What has been counted for a workload so far, over the ticks that ended by now.
   *
   * @param policy name of the policy that has set its size
   * @throws IllegalArgumentException when there is no such workload
   */
  public synchronized Outcome outcome(TargetRef target, String policy) {
    return existing(target).tally.outcome(policy);
  }

  private Workload existing(TargetRef target) {
    Workload workload = workloads.get(target);
    if (workload == null) {
      throw new IllegalArgumentException(target + " does not exist");
    }
    return workload;
  }

  /** One workload: its pods, its score so far, and the next tick to score. */
  private static final class Workload {
    private final DemandTrace demand;
    private final double perReplica;
    private final int firstScored;
    private final Pods pods;
    private final Tally tally = new Tally();
    private int nextTick;
    private long version = 1;
    private String versionText = "1";
    private StartUpTimes startUpTimes = StartUpTimes.none();

    Workload(VirtualWorkload w, Instant now) {
      demand = w.demand();
      perReplica = w.perReplica();
      pods = new Pods(w.replicas(), w.lag());
      nextTick = demand.firstTickFrom(now);
      firstScored = demand.firstTickFrom(w.scoreFrom());
    }

    void advanceTo(long millis) {
      for (; nextTick < demand.ticks(); nextTick++) {
        long start = demand.tickEpochSecond(nextTick) * 1000;
        if (start >= millis) {
          break;
        }
        letPodsStart(start);
        if (nextTick >= firstScored) {
          tally.add(demand.at(nextTick), perReplica, pods.spec(), pods.ready());
        }
      }
      letPodsStart(millis);
    }

    void resize(int replicas, long millis) {
      if (replicas != pods.spec()) {
        pods.resize(replicas, millis);
        changed();
      }
    }

    void failStartUps(boolean fail, long millis) {
      int before = pods.ready();
      pods.failStartUps(fail, millis);
      noticeReady(before);
    }

    TargetFacts facts(Instant now) {
      return new TargetFacts(
          pods.spec(), pods.spec(), pods.ready(), false, versionText, now, startUpTimes);
    }

    String version() {
      return versionText;
    }

    private void letPodsStart(long millis) {
      int before = pods.ready();
      pods.advanceTo(millis);
      noticeReady(before);
    }

    private void noticeReady(int before) {
      if (pods.ready() != before) {
        changed();
      }
    }

    private void changed() {
      versionText = Long.toString(++version);
      startUpTimes = pods.startUpTimes();
    }
  }
}
