package dev.almanac.simulator.fleet;

import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.Tally;
import dev.almanac.simulator.policy.Oracle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Replays a fleet in virtual time: demand, decisions, pods, nodes, and what came of it.
 *
 * <p>One tick: nodes arrive, outages begin and end, pods become Ready, every workload decides, pods
 * without a place look for one, the node autoscaler orders and removes, and the tick is counted. An
 * HPA decides by the same functions as {@code Autoscaler.step}, Almanac by {@code step} itself. At
 * the start every workload has the size at which its control would have settled, on nodes that are
 * there. Deterministic; runs in the caller's thread, one instance a thread.
 */
public final class FleetReplay {
  private final FleetScenario scenario;
  private final int rows;
  private final int ticksPerMinute;
  private final boolean foresight;
  private final MinuteRows minutes;
  final PodRows pods;
  final Optional<NodeRows> nodes;
  private final HpaRows[] hpas;
  private final double[] measured; // scratch of a tick
  private final Control[] controls;
  private final int[] others; // rows that no HPA governs
  private final Optional<DisruptionBudget>[] budgets;
  private final Optional<Stepper>[] steppers;
  private final int[][] plans;
  private final FleetTally tally;
  private final Optional<Recorder> recorder;
  private final List<Strike> strikes;
  private final Optional<Reclaims> reclaims;
  private final Deque<Unnoticed> unnoticed; // of reclaims, the first to be noticed first
  private int tick;

  /** Pods that a reclaimed node took with it, and when that is noticed. */
  private record Unnoticed(int tick, int workload, int pods) {}

  /** An outage on its way through a replay, and the pods that nobody has noticed yet. */
  private record Strike(Outage outage, int[] unnoticed) {}

  /**
   * A replay that stands at its start.
   *
   * @param fits shared by replays of one study
   * @param record whether {@link #timeline} is wanted
   * @throws IllegalArgumentException when pods of a workload fit on no group of nodes, or only some
   *     workloads are under {@link Control.Foresight}
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public FleetReplay(FleetScenario scenario, FitCache fits, boolean record) {
    this.scenario = scenario;
    List<FleetWorkload> workloads = scenario.workloads();
    rows = workloads.size();
    ticksPerMinute = scenario.ticksPerMinute();
    controls = workloads.stream().map(FleetWorkload::control).toArray(Control[]::new);
    others = IntStream.range(0, rows).filter(w -> !(controls[w] instanceof Control.Hpa)).toArray();
    budgets = workloads.stream().map(FleetWorkload::budget).toArray(Optional[]::new);
    foresight = Arrays.stream(controls).allMatch(Control.Foresight.class::isInstance);
    if (!foresight && Arrays.stream(controls).anyMatch(Control.Foresight.class::isInstance)) {
      throw new IllegalArgumentException("foresight is for all workloads of a fleet or for none");
    }
    minutes = new MinuteRows(workloads, scenario.start());
    pods = new PodRows(workloads, scenario.tickSeconds(), scenario.seed());
    nodes = scenario.supply().map(supply -> new NodeRows(scenario, supply, foresight));
    nodes.ifPresent(n -> {
      for (int w = 0; w < rows; w++) {
        if (!n.fitsSomewhere(w)) {
          throw new IllegalArgumentException(
              "pods of %s fit on no group of nodes: they ask for more than any node has, or"
                      .formatted(workloads.get(w).name())
                  + " name groups that do not exist");
        }
      }
    });
    hpas = HpaRows.of(workloads, scenario.tickSeconds());
    measured = new double[rows];
    steppers = new Optional[rows];
    plans = new int[rows][];
    for (int w = 0; w < rows; w++) {
      FleetWorkload workload = workloads.get(w);
      steppers[w] = Optional.empty();
      plans[w] = new int[0];
      if (workload.control() instanceof Control.Almanac almanac) {
        DemandTrace demand = workload.demand().traced(scenario.start());
        steppers[w] =
            Optional.of(
                new Stepper(
                    almanac, demand, fits.of(workload.demand(), scenario.start(), almanac)));
      } else if (workload.control() instanceof Control.Foresight) {
        plans[w] = plan(workload);
      }
    }
    tally = new FleetTally(scenario, foresight);
    recorder = record ? Optional.of(new Recorder(scenario)) : Optional.empty();
    strikes = new ArrayList<>();
    scenario.outages().forEach(o -> strikes.add(new Strike(o, new int[rows])));
    reclaims =
        scenario
            .supply()
            .filter(s -> s.groups().stream().anyMatch(g -> g.spot().isPresent()))
            .map(s -> new Reclaims(s.groups(), scenario.tickSeconds(), scenario.seed()));
    unnoticed = new ArrayDeque<>();
    begin();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private FleetReplay(FleetReplay other) {
    scenario = other.scenario;
    rows = other.rows;
    ticksPerMinute = other.ticksPerMinute;
    foresight = other.foresight;
    minutes = new MinuteRows(other.minutes);
    pods = new PodRows(other.pods);
    nodes = other.nodes.map(NodeRows::new);
    hpas = Arrays.stream(other.hpas).map(HpaRows::new).toArray(HpaRows[]::new);
    measured = new double[rows];
    controls = other.controls;
    others = other.others;
    budgets = other.budgets;
    steppers = new Optional[rows];
    Arrays.setAll(steppers, w -> other.steppers[w].map(Stepper::new));
    plans = other.plans;
    tally = new FleetTally(other.tally);
    recorder = other.recorder.map(Recorder::new);
    strikes = new ArrayList<>();
    other.strikes.forEach(s -> strikes.add(new Strike(s.outage(), s.unnoticed().clone())));
    reclaims = other.reclaims.map(Reclaims::new);
    unnoticed = new ArrayDeque<>(other.unnoticed);
    tick = other.tick;
  }

  /** The whole scenario. */
  public static FleetOutcome run(FleetScenario scenario, FitCache fits) {
    FleetReplay replay = new FleetReplay(scenario, fits, false);
    replay.runTo(scenario.minutes());
    return replay.outcome();
  }

  /** Runs up to a minute, at most to the end of the scenario; never back. */
  public void runTo(int minute) {
    int end = Math.min(minute, scenario.minutes()) * ticksPerMinute;
    while (tick < end) {
      run();
      tick++;
    }
  }

  /**
   * A replay that goes on by itself from where this one stands, with one more outage, and counts
   * anew from here.
   *
   * @throws IllegalArgumentException when the outage begins in the past, or there are no nodes
   */
  public FleetReplay fork(Outage outage) {
    if (outage.fromMinute() * ticksPerMinute < tick || nodes.isEmpty()) {
      throw new IllegalArgumentException("this replay has passed the outage, or has no nodes");
    }
    FleetReplay fork = fork();
    fork.strikes.add(new Strike(outage, new int[rows]));
    return fork;
  }

  /** A replay that goes on by itself from where this one stands, and counts anew from here. */
  public FleetReplay fork() {
    FleetReplay fork = new FleetReplay(this);
    fork.tally.restart();
    return fork;
  }

  /** Replicas asked for of a workload, by its index, at the last tick that was run. */
  public int replicas(int workload) {
    return pods.spec[workload];
  }

  /** Ready pods that demand needs beyond those that there are, at the last tick that was run. */
  public int missing() {
    int missing = 0;
    for (int w = 0; w < rows; w++) {
      missing += Math.max(0, minutes.need[w] - pods.ready[w]); // an unknown need is -1
    }
    return missing;
  }

  /** What has come of it so far. */
  public FleetOutcome outcome() {
    return tally.outcome();
  }

  /** What was recorded so far; empty when it was not wanted. */
  public Optional<Timeline> timeline() {
    return recorder.map(r -> r.timeline(tick / ticksPerMinute));
  }

  private int[] plan(FleetWorkload workload) {
    int offset = workload.demand().minuteOf(scenario.start());
    int[] need = new int[scenario.minutes() * ticksPerMinute];
    for (int minute = 0; minute < scenario.minutes(); minute++) {
      double demand =
          workload.demand().trace().minute(offset + minute) * workload.demand().multipleAt(minute);
      int replicas = Double.isNaN(demand) ? 0 : Tally.replicasFor(demand, workload.perReplica());
      Arrays.fill(
          need,
          minute * ticksPerMinute,
          (minute + 1) * ticksPerMinute,
          Math.clamp(replicas, workload.minReplicas(), workload.maxReplicas()));
    }
    long lag = NodeRows.ticks(workload.startUp().p90().toMillis(), scenario.tickSeconds());
    return Oracle.highestAhead(need, (int) Math.min(lag, need.length));
  }

  /** Settled sizes, on nodes that are there. */
  private void begin() {
    minutes.measure(0, 0, measured);
    for (int w = 0; w < rows; w++) {
      FleetWorkload workload = scenario.workloads().get(w);
      int size =
          switch (controls[w]) {
            case Control.Hpa h -> settled(workload, measured[w], h.target());
            case Control.Almanac a ->
                settled(workload, measured[w], a.policy().reactive().targetUtilization());
            case Control.Fixed(int replicas) -> replicas;
            case Control.Foresight _ -> plans[w][0];
          };
      pods.spec[w] = size;
      pods.enqueue(w, size);
    }
    placeReady();
    if (nodes.isPresent()) {
      nodes.get().orderReady(pods);
      placeReady();
    }
  }

  /** Pods that are Ready at once, before anything has begun. */
  private void placeReady() {
    for (int w = PodRows.NONE; (w = pods.nextPending(w)) != PodRows.NONE; ) {
      int pending = pods.pending[w];
      int placed = nodes.isPresent() ? nodes.get().place(w, pending) : pending;
      pods.dequeue(w, placed);
      pods.ready[w] += placed;
    }
  }

  private static int settled(FleetWorkload workload, double measured, double target) {
    return Double.isNaN(measured)
        ? workload.minReplicas()
        : Math.clamp(
            Tally.replicasFor(measured, workload.perReplica() * target),
            workload.minReplicas(),
            workload.maxReplicas());
  }

  private void run() {
    int second = tick % ticksPerMinute * scenario.tickSeconds();
    if (second == 0 && tick > 0) {
      minutes.load(tick / ticksPerMinute);
    }
    int tickOfBlock = tick % (MinuteRows.BLOCK * ticksPerMinute);
    if (tickOfBlock == 0 && hpas.length > 0) {
      decideBlock();
    }
    pods.becomeReady(tick);
    nodes.ifPresent(n -> {
      n.arrive(tick);
      strike(n);
      reclaims.ifPresent(r -> reclaim(n, r));
    });
    // What a size does to pods and nodes concerns its own row, so that any order will do.
    for (HpaRows hpa : hpas) {
      for (int i = 0; i < hpa.changes(tickOfBlock); i++) {
        resize(hpa.row(tickOfBlock, i), hpa.change(tickOfBlock, i));
      }
    }
    for (int w : others) {
      int size = pods.spec[w];
      int want = decide(w, size);
      if (want != size) {
        resize(w, want - size);
      }
    }
    nodes.ifPresent(n -> {
      place(n, tally.blocked(tick));
      tally.heldNodes(n.removeIdle(tick, this::evicted, this::mayBeMoved), tick);
      if (foresight) {
        place(n, new long[NodeRows.Limit.values().length]); // it orders what a move needs too
      } else {
        startPlaced(n, true); // what moves has room elsewhere
      }
    });
    tally.count(tick, minutes.need, pods, nodes);
    if (second == 0) {
      tally.requests(tick / ticksPerMinute, minutes, pods.ready);
      recorder.ifPresent(r -> r.record(tick / ticksPerMinute, minutes.need, pods, nodes));
    }
  }

  /** Lets HPAs decide for all ticks of a block of minutes; nothing in it can change their mind. */
  private void decideBlock() {
    for (int at = 0; at < MinuteRows.BLOCK * ticksPerMinute; at++) {
      int second = at % ticksPerMinute * scenario.tickSeconds();
      boolean gaps = minutes.measure(at / ticksPerMinute, second, measured);
      for (HpaRows hpa : hpas) {
        hpa.decide(at, tick + at, measured, gaps, pods.spec);
      }
    }
  }

  private int decide(int w, int size) {
    return switch (controls[w]) {
      case Control.Hpa _, Control.Fixed _ -> size;
      case Control.Foresight _ -> plans[w][tick];
      case Control.Almanac a -> {
        int every = (int) (a.policy().interval().toSeconds() / scenario.tickSeconds());
        yield tick % Math.max(1, every) != 0
            ? size
            : steppers[w]
                .orElseThrow()
                .decide(
                    scenario.start().plusSeconds((long) tick * scenario.tickSeconds()),
                    size,
                    pods.ready[w]);
      }
    };
  }

  private void resize(int w, int change) {
    pods.spec[w] += change;
    tally.resized(w);
    if (change > 0) {
      if (nodes.isEmpty()) {
        pods.start(w, change, tick, pods.drawLag(w));
      } else {
        pods.enqueue(w, change);
      }
      return;
    }
    // As a ReplicaSet does: without a node first, then not Ready, then the rest.
    int left = -change;
    int pending = Math.min(left, pods.pending[w]);
    pods.dequeue(w, pending);
    pods.evicted[w] = Math.min(pods.evicted[w], pods.pending[w]);
    left -= pending;
    int unreachable = Math.min(left, pods.unreachable[w]);
    pods.unreachable[w] -= unreachable;
    left -= unreachable;
    int placed = left; // on nodes
    left -= pods.takeStarting(w, left, tick);
    pods.ready[w] -= left;
    if (placed > 0) {
      nodes.ifPresent(n -> n.remove(w, placed));
    }
  }

  private void place(NodeRows n, long[] blocked) {
    startPlaced(n, !foresight); // which orders a node before it takes anybody's place
    if (n.mustOrder(pods, tick, blocked)) {
      startPlaced(n, true); // nodes that take no time to come are there now
    }
  }

  private void startPlaced(NodeRows n, boolean preempt) {
    for (int w = PodRows.NONE; (w = pods.nextPending(w)) != PodRows.NONE; ) {
      int placed = n.place(w, pods.pending[w]);
      while (preempt
          && placed < pods.pending[w]
          && n.preempt(w, this::mayBeMoved, this::preempted)) {
        placed += n.place(w, pods.pending[w] - placed);
      }
      if (placed == 0) {
        continue;
      }
      pods.dequeue(w, placed);
      int back = Math.min(placed, pods.evicted[w]);
      pods.evicted[w] -= back;
      int lag = pods.drawLag(w);
      if (foresight && back > 0) {
        // It has known, and started their successors in time; both were paid for meanwhile.
        pods.start(w, back, tick, 0);
        tally.bill(w, (long) back * lag, tick);
        placed -= back;
      }
      pods.start(w, placed, tick, lag);
    }
  }

  private void evicted(int w, int count) {
    lose(w, count);
    pods.enqueue(w, count);
    pods.evicted[w] += count;
    tally.evicted(count, tick);
  }

  /** The youngest of a workload go first. */
  private void preempted(int w, int count) {
    int starting = pods.takeStarting(w, count, tick);
    pods.ready[w] -= count - starting;
    pods.enqueue(w, count);
    pods.evicted[w] += count;
    tally.evicted(count, tick);
    tally.preempted(count, tick);
  }

  /** Pods of a workload that its budget lets go now; one that starts counts as one that serves. */
  private int mayBeMoved(int w) {
    Optional<DisruptionBudget> budget = budgets[w];
    return budget.isEmpty() ? Integer.MAX_VALUE : budget.get().allowed(pods.spec[w], pods.ready[w]);
  }

  /** Takes pods away, starting and Ready ones in proportion. */
  private void lose(int w, int count) {
    int all = pods.starting[w] + pods.ready[w];
    int starting = (int) ((long) count * pods.starting[w] / all);
    starting = Math.max(starting, count - pods.ready[w]);
    pods.takeStarting(w, starting, tick);
    pods.ready[w] -= count - starting;
  }

  private void reclaim(NodeRows n, Reclaims all) {
    for (Reclaims.Reclaim r : all.at(tick)) {
      boolean warned = n.isWarned(r.group());
      int[] lost = new int[1];
      int taken =
          n.reclaim(
              r,
              (w, count) -> {
                lost[0] += count;
                if (warned) {
                  evicted(w, count);
                } else {
                  lose(w, count);
                  pods.unreachable[w] += count;
                  tally.evicted(count, tick);
                  unnoticed.add(new Unnoticed(tick + detection(), w, count));
                }
              });
      tally.reclaimed(taken, lost[0], tick);
    }
    while (!unnoticed.isEmpty() && unnoticed.element().tick() <= tick) {
      Unnoticed u = unnoticed.remove();
      notice(u.workload(), u.pods());
    }
  }

  private int detection() {
    return foresight
        ? 0
        : NodeRows.ticks(
            scenario.supply().orElseThrow().detection().toMillis(), scenario.tickSeconds());
  }

  /** Pods on lost nodes are made anew. */
  private void notice(int w, int lost) {
    int noticed = Math.min(lost, pods.unreachable[w]);
    pods.unreachable[w] -= noticed;
    pods.enqueue(w, noticed);
    pods.evicted[w] += noticed;
  }

  private void strike(NodeRows n) {
    int detection = detection();
    for (Strike s : strikes) {
      Outage o = s.outage();
      int from = o.fromMinute() * ticksPerMinute;
      int end = from + o.minutes() * ticksPerMinute;
      if (tick == from) {
        NodeRows.Evictions lost =
            (w, count) -> {
              lose(w, count);
              pods.unreachable[w] += count;
              s.unnoticed()[w] += count;
              tally.evicted(count, tick);
            };
        switch (o.what()) {
          case GROUPS -> Arrays.stream(o.groups()).forEach(g -> n.lose(g, lost));
          case NODE -> n.loseNode(o.groups()[0], lost);
          case AUTOSCALER -> {
            if (!foresight) { // which has ordered before
              n.hold();
            }
          }
        }
      }
      if (tick == Math.min(from + detection, end)) {
        for (int w = 0; w < rows; w++) {
          notice(w, s.unnoticed()[w]);
          s.unnoticed()[w] = 0;
        }
      }
      if (tick == end) {
        switch (o.what()) {
          case GROUPS -> Arrays.stream(o.groups()).forEach(n::comeBack);
          case NODE -> {}
          case AUTOSCALER -> {
            if (!foresight) {
              n.release();
            }
          }
        }
      }
    }
  }
}
