package dev.almanac.simulator.fleet;

import dev.almanac.simulator.fleet.NodeRows.Limit;
import dev.almanac.simulator.fleet.WorkloadOutcome.Latency;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.policy.Oracle;
import dev.almanac.simulator.queueing.MultiServerQueue;
import dev.almanac.simulator.queueing.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Counts what a fleet does, tick by tick, as {@code outcome.Tally} does for one workload. */
final class FleetTally {
  /** Replicas beyond are counted as this many, for the 95 % point only. */
  private static final int MOST_COUNTED = 4_096;

  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final FleetScenario scenario;
  private final int rows;
  private final double minutesPerTick;
  private final boolean foresight;
  private int scoreFrom;

  private final int[] max;
  private final long[] scored;
  private final long[] shortTicks;
  private final long[] missing;
  private final long[] billed;
  private final long[] events;
  private final int[] lastSpec;
  private final int[] resized; // rows of another size than before this tick
  private int resizes;
  private boolean fresh = true; // no size is counted yet
  private final int[] peak;
  private final int[][] sizes;
  private final int[] since; // tick from which the last size is not counted yet
  private final int[] unknown; // ticks of unknown need among those
  private int counted; // tick after the last that was counted
  private final long[] pending;
  private final long[] atMax;
  private final long[] trail;

  private final int groups;
  private final long[] nodeTicks;
  private final int[] peakNodes;
  private final List<long[]> nodeCounts;
  private final int[][] history; // of foresight, whose nodes are billed from before they are needed

  private final long[] blocked = new long[Limit.values().length];
  private final long[] ignored = new long[Limit.values().length];
  private int peakPending;
  private long evictions;
  private long reclaimedNodes;
  private long reclaimedPods;
  private long heldNodeTicks;
  private long preemptions;
  private int lastShortTick = -1;

  // Requests, by workload.
  private final List<Optional<Service>> services;
  private final int[] served; // rows that have one
  private final double[] backlog;
  private final double[] requests;
  private final double[] missed;
  private final double[] lost;
  private final double[] p95Sum;
  private final double[] p95Worst;
  private final int[] p95Minutes;

  FleetTally(FleetScenario scenario, boolean foresight) {
    this.scenario = scenario;
    this.foresight = foresight;
    rows = scenario.workloads().size();
    minutesPerTick = scenario.tickSeconds() / 60.0;
    scoreFrom = scenario.scoreFromMinute() * scenario.ticksPerMinute();
    max = scenario.workloads().stream().mapToInt(FleetWorkload::maxReplicas).toArray();
    scored = new long[rows];
    shortTicks = new long[rows];
    missing = new long[rows];
    billed = new long[rows];
    events = new long[rows];
    lastSpec = new int[rows];
    Arrays.fill(lastSpec, -1);
    resized = new int[rows];
    peak = new int[rows];
    sizes = new int[rows][0];
    since = new int[rows];
    unknown = new int[rows];
    pending = new long[rows];
    atMax = new long[rows];
    trail = new long[rows];
    groups = scenario.supply().map(s -> s.groups().size()).orElse(0);
    nodeTicks = new long[groups];
    peakNodes = new int[groups];
    nodeCounts = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      nodeCounts.add(new long[1]);
    }
    history = new int[foresight ? groups : 0][scenario.minutes() * scenario.ticksPerMinute()];
    services = scenario.workloads().stream().map(FleetWorkload::service).toList();
    served = IntStream.range(0, rows).filter(w -> services.get(w).isPresent()).toArray();
    backlog = new double[rows];
    requests = new double[rows];
    missed = new double[rows];
    lost = new double[rows];
    p95Sum = new double[rows];
    p95Worst = new double[rows];
    p95Minutes = new int[rows];
  }

  FleetTally(FleetTally other) {
    scenario = other.scenario;
    foresight = other.foresight;
    rows = other.rows;
    minutesPerTick = other.minutesPerTick;
    scoreFrom = other.scoreFrom;
    max = other.max;
    scored = other.scored.clone();
    shortTicks = other.shortTicks.clone();
    missing = other.missing.clone();
    billed = other.billed.clone();
    events = other.events.clone();
    lastSpec = other.lastSpec.clone();
    resized = other.resized.clone();
    resizes = other.resizes;
    fresh = other.fresh;
    peak = other.peak.clone();
    sizes = Arrays.stream(other.sizes).map(int[]::clone).toArray(int[][]::new);
    since = other.since.clone();
    unknown = other.unknown.clone();
    counted = other.counted;
    pending = other.pending.clone();
    atMax = other.atMax.clone();
    trail = other.trail.clone();
    groups = other.groups;
    nodeTicks = other.nodeTicks.clone();
    peakNodes = other.peakNodes.clone();
    nodeCounts = new ArrayList<>();
    other.nodeCounts.forEach(c -> nodeCounts.add(c.clone()));
    history = Arrays.stream(other.history).map(int[]::clone).toArray(int[][]::new);
    System.arraycopy(other.blocked, 0, blocked, 0, blocked.length);
    peakPending = other.peakPending;
    evictions = other.evictions;
    reclaimedNodes = other.reclaimedNodes;
    reclaimedPods = other.reclaimedPods;
    heldNodeTicks = other.heldNodeTicks;
    preemptions = other.preemptions;
    lastShortTick = other.lastShortTick;
    services = other.services;
    served = other.served;
    backlog = other.backlog.clone();
    requests = other.requests.clone();
    missed = other.missed.clone();
    lost = other.lost.clone();
    p95Sum = other.p95Sum.clone();
    p95Worst = other.p95Worst.clone();
    p95Minutes = other.p95Minutes.clone();
  }

  /** Forgets all that was counted and counts from now on. */
  void restart() {
    scoreFrom = 0;
    for (long[] counts :
        List.of(scored, shortTicks, missing, billed, events, pending, atMax, nodeTicks, blocked)) {
      Arrays.fill(counts, 0);
    }
    Arrays.fill(lastSpec, -1);
    fresh = true;
    Arrays.fill(peak, 0);
    Arrays.fill(unknown, 0);
    Arrays.fill(peakNodes, 0);
    for (int w = 0; w < rows; w++) {
      sizes[w] = new int[0];
      requests[w] = missed[w] = lost[w] = p95Sum[w] = p95Worst[w] = 0;
      p95Minutes[w] = 0;
    }
    nodeCounts.replaceAll(_ -> new long[1]);
    for (int[] h : history) {
      Arrays.fill(h, 0);
    }
    peakPending = 0;
    evictions = 0;
    reclaimedNodes = 0;
    reclaimedPods = 0;
    heldNodeTicks = 0;
    preemptions = 0;
    lastShortTick = -1;
  }

  /** Where pods that no order can help are counted. */
  long[] blocked(int tick) {
    return tick >= scoreFrom ? blocked : ignored;
  }

  void evicted(int count, int tick) {
    evictions += tick >= scoreFrom ? count : 0;
  }

  void reclaimed(int nodes, int pods, int tick) {
    reclaimedNodes += tick >= scoreFrom ? nodes : 0;
    reclaimedPods += tick >= scoreFrom ? pods : 0;
  }

  void heldNodes(int nodes, int tick) {
    heldNodeTicks += tick >= scoreFrom ? nodes : 0;
  }

  void preempted(int pods, int tick) {
    preemptions += tick >= scoreFrom ? pods : 0;
  }

  void bill(int w, long podTicks, int tick) {
    billed[w] += tick >= scoreFrom ? podTicks : 0;
  }

  /** Hears that a row has another size from this tick on; once a tick and row. */
  void resized(int w) {
    resized[resizes++] = w;
  }

  void count(int tick, int[] need, PodRows pods, Optional<NodeRows> nodes) {
    boolean score = tick >= scoreFrom;
    trail(pods.spec, pods.ready);
    if (score) {
      counted = tick + 1;
      for (int w = 0; fresh && w < rows; w++) {
        countChange(w, tick, need[w], pods.spec[w]);
      }
      for (int i = 0; !fresh && i < resizes; i++) {
        countChange(resized[i], tick, need[resized[i]], pods.spec[resized[i]]);
      }
      fresh = false;
      countShort(tick, need, pods.ready);
      if (pods.anyPending()) {
        countPending(need, pods.pending);
      }
    }
    resizes = 0;
    for (int g = 0; g < groups; g++) {
      int paid = nodes.orElseThrow().paid(g);
      if (foresight) {
        history[g][tick] = paid;
      }
      if (score) {
        countNodes(g, paid);
      }
    }
  }

  private void trail(int[] spec, int[] ready) {
    for (int w = 0; w < rows; w++) {
      trail[w] = (trail[w] ^ ((long) spec[w] << 32 | ready[w])) * MIX;
    }
  }

  private void countChange(int w, int tick, int need, int spec) {
    // As outcome.Tally: a change at a time of unknown demand is no event.
    countSize(w, tick);
    events[w] += need >= 0 && lastSpec[w] >= 0 ? 1 : 0;
    peak[w] = Math.max(peak[w], spec);
    lastSpec[w] = spec;
  }

  /** Ticks at which less is Ready than is needed, and of unknown need: 1 more where below 0. */
  private void countShort(int tick, int[] need, int[] ready) {
    int any = 0;
    for (int w = 0; w < rows; w++) {
      int lack = Math.max(0, need[w] - ready[w]);
      missing[w] += lack;
      shortTicks[w] += -lack >>> 31;
      atMax[w] += (-lack & max[w] - need[w]) >>> 31;
      unknown[w] += need[w] >>> 31;
      any |= lack;
    }
    lastShortTick = any == 0 ? lastShortTick : tick;
  }

  private void countPending(int[] need, int[] waiting) {
    int all = 0;
    for (int w = 0; w < rows; w++) {
      if (need[w] >= 0) {
        pending[w] += waiting[w];
        all += waiting[w];
      }
    }
    peakPending = Math.max(peakPending, all);
  }

  /** Counts the scored ticks at the last size up to a tick. */
  private void countSize(int w, int tick) {
    int ticks = lastSpec[w] < 0 ? 0 : tick - since[w] - unknown[w];
    since[w] = tick;
    unknown[w] = 0;
    if (ticks > 0) {
      scored[w] += ticks;
      billed[w] += (long) ticks * lastSpec[w];
      int at = Math.min(lastSpec[w], MOST_COUNTED - 1);
      if (at >= sizes[w].length) {
        sizes[w] = Arrays.copyOf(sizes[w], Math.min(MOST_COUNTED, Math.max(16, 2 * at + 1)));
      }
      sizes[w][at] += ticks;
    }
  }

  private void countNodes(int g, int paid) {
    nodeTicks[g] += paid;
    peakNodes[g] = Math.max(peakNodes[g], paid);
    long[] counts = nodeCounts.get(g);
    if (paid >= counts.length) {
      counts = Arrays.copyOf(counts, 2 * paid + 1);
      nodeCounts.set(g, counts);
    }
    counts[paid]++;
  }

  /** Latency of one minute, from a stationary queue, and losses, from a fluid one. */
  void requests(int minute, MinuteRows demand, int[] ready) {
    boolean score = minute * scenario.ticksPerMinute() >= scoreFrom;
    for (int w : served) {
      if (!Double.isNaN(demand.now(w))) {
        requests(w, services.get(w).orElseThrow(), demand.now(w), ready[w], score);
      }
    }
  }

  private void requests(int w, Service service, double demand, int ready, boolean score) {
    double arrivals = demand / service.demandSeconds();
    int servers = (int) Math.min((long) ready * service.serversPerPod(), Integer.MAX_VALUE);
    double rate = servers * service.serviceRate();
    // What cannot be served waits for the next minute; what would wait too long is lost.
    double waiting = Math.max(0, backlog[w] + (arrivals - rate) * 60);
    double patience = rate * service.timeout().toNanos() / 1e9;
    double gone = Math.max(0, waiting - patience);
    backlog[w] = waiting - gone;
    if (!score) {
      return;
    }
    double all = arrivals * 60;
    requests[w] += all;
    lost[w] += Math.min(gone, all);
    if (backlog[w] > 0 || arrivals >= rate) {
      missed[w] += all;
      p95Worst[w] = arrivals > 0 ? Double.POSITIVE_INFINITY : p95Worst[w];
      return;
    }
    MultiServerQueue queue = new MultiServerQueue(arrivals, service.serviceRate(), servers);
    missed[w] += all * queue.slowerThan(service.objective().toNanos() / 1e9);
    double p95 = 1000 * queue.quantileSeconds(0.95);
    p95Sum[w] += p95;
    p95Minutes[w]++;
    p95Worst[w] = Math.max(p95Worst[w], p95);
  }

  FleetOutcome outcome() {
    List<WorkloadOutcome> workloads = new ArrayList<>();
    long mixed = 0;
    for (int w = 0; w < rows; w++) {
      countSize(w, counted);
      mixed = (mixed ^ trail[w]) * MIX;
      workloads.add(
          new WorkloadOutcome(
              scenario.workloads().get(w).name(),
              new Outcome(
                  scenario.workloads().get(w).name(),
                  shortTicks[w] * minutesPerTick,
                  missing[w] * minutesPerTick,
                  billed[w] * minutesPerTick / 60,
                  events[w],
                  scored[w] * minutesPerTick),
              peak[w],
              p95(w),
              pending[w] * minutesPerTick,
              atMax[w] * minutesPerTick,
              latency(w)));
    }
    List<GroupOutcome> nodeGroups = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      nodeGroups.add(group(g));
    }
    return new FleetOutcome(
        workloads,
        nodeGroups,
        peakPending,
        evictions,
        reclaimedNodes,
        reclaimedPods,
        preemptions,
        heldNodeTicks * minutesPerTick,
        blocked[Limit.GROUP_MAX.ordinal()] * minutesPerTick,
        blocked[Limit.QUOTA.ordinal()] * minutesPerTick,
        blocked[Limit.ADDRESSES.ordinal()] * minutesPerTick,
        blocked[Limit.OUTAGE.ordinal()] * minutesPerTick,
        lastShortTick < 0 ? -1 : lastShortTick / scenario.ticksPerMinute(),
        mixed);
  }

  private int p95(int w) {
    long above = scored[w] - Math.ceilDiv(scored[w] * 95, 100);
    for (int n = sizes[w].length - 1; n > 0; n--) {
      above -= sizes[w][n];
      if (above < 0) {
        return n;
      }
    }
    return 0;
  }

  private Latency latency(int w) {
    return services.get(w).isEmpty() || requests[w] == 0
        ? Latency.NONE
        : new Latency(
            p95Minutes[w] == 0 ? Double.NaN : p95Sum[w] / p95Minutes[w],
            p95Worst[w],
            missed[w] / requests[w],
            lost[w] / requests[w]);
  }

  private GroupOutcome group(int g) {
    NodeGroup group = scenario.supply().orElseThrow().groups().get(g);
    long ticks = nodeTicks[g];
    long[] counts = nodeCounts.get(g);
    int most = peakNodes[g];
    if (foresight) {
      // Ordered so early that they are there when they are needed.
      int ahead = NodeRows.ticks(group.provisioning().toMillis(), scenario.tickSeconds());
      int[] paid = Oracle.highestAhead(history[g], Math.min(ahead, history[g].length));
      most = 0;
      ticks = 0;
      for (int t = scoreFrom; t < paid.length; t++) {
        most = Math.max(most, paid[t]);
        ticks += paid[t];
      }
      counts = new long[most + 1];
      for (int t = scoreFrom; t < paid.length; t++) {
        counts[paid[t]]++;
      }
    }
    double hours = ticks * minutesPerTick / 60;
    double[] hoursAt = new double[most + 1];
    for (int n = 0; n <= most; n++) {
      hoursAt[n] = counts[n] * minutesPerTick / 60;
    }
    return new GroupOutcome(
        group.name(), hours, hours * group.pricePerHour(), most, always(counts), hoursAt);
  }

  private static int[] always(long[] counts) {
    long all = Arrays.stream(counts).sum();
    int[] always = new int[GroupOutcome.PERCENTS.length];
    for (int i = 0; i < always.length; i++) {
      long mayLack = all * (100 - GroupOutcome.PERCENTS[i]) / 100;
      long below = 0;
      int n = 0;
      while (n < counts.length && below + counts[n] <= mayLack) {
        below += counts[n++];
      }
      always[i] = n < counts.length ? n : 0;
    }
    return always;
  }
}
