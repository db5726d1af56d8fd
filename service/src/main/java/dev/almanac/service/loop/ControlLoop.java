package dev.almanac.service.loop;

import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.PodReport;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.PodValues;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.FleetGovernor;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.PodReadings;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Signals;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import dev.almanac.predictor.scaling.hpa.MetricAnswer;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.PodSample;
import dev.almanac.service.config.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tick after another: read, decide, keep to the fleet's budget, write, tell.
 *
 * <p>Reads and writes run on the given executor, a virtual thread each in the live service; steps
 * and the fleet governor run on the calling thread, because they are microseconds of arithmetic.
 * {@link #tick} must not be called by two threads at once.
 */
public final class ControlLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

  /** How many recent samples a reading carries. */
  private static final Duration RECENT = Duration.ofHours(1);

  /** A conflict is answered by reading and deciding again, so often at most in one tick. */
  private static final int TRIES = 3;

  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);

  private final Function<String, MetricSource> sources;
  private final Cluster cluster;
  private final Models models;
  private final Executor io;
  private final InstantSource clock;
  private final Duration readDeadline;
  private final BooleanSupplier killSwitch;
  private volatile boolean stopped;
  private final List<TickListener> listeners;
  private final FleetGovernor governor = new FleetGovernor();
  private final Autoscaler autoscaler = new Autoscaler();
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  /** What the loop remembers of a workload besides its decision state. */
  private static final class Slot {
    Workload workload;
    AutoscalerState state;

    /** The workload's, with the capacity that is known in this tick. */
    ScalingPolicy policy;

    Instant next = Instant.MIN;
    int ticksWaiting;
    Instant writeNotBefore = Instant.MIN;
    Duration backoff = Duration.ZERO;
    volatile boolean reading;

    Slot(Workload workload, AutoscalerState state) {
      this.workload = workload;
      this.policy = workload.policy();
      this.state = state;
    }
  }

  /** What a read brought. */
  private record Evidence(
      Observed target, SeriesReading demand, List<MetricReading> metrics, Signals signals) {}

  /**
   * A loop without workloads.
   *
   * @param sources the metric source of a name; the configuration has checked the names
   * @param io where reads and writes run
   * @param clock asked just before a write, so that a decision that has become old is not written
   * @param readDeadline reads that take longer in real time leave their workload without a decision
   *     in this tick
   * @param killSwitch asked before each decision; while it is on nothing is written
   * @param listeners told in this order after every tick
   */
  public ControlLoop(
      Function<String, MetricSource> sources,
      Cluster cluster,
      Models models,
      Executor io,
      InstantSource clock,
      Duration readDeadline,
      BooleanSupplier killSwitch,
      List<TickListener> listeners) {
    this.sources = sources;
    this.cluster = cluster;
    this.models = models;
    this.io = io;
    this.clock = clock;
    this.readDeadline = readDeadline;
    this.killSwitch = killSwitch;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Sets what is managed from the next tick on. Workloads that stay keep their state.
   *
   * @param restored states of an earlier run, by workload; others start cold
   */
  public void manage(List<Workload> workloads, Map<String, AutoscalerState> restored) {
    Map<String, Slot> before = new HashMap<>(slots);
    slots.clear();
    for (Workload workload : workloads) {
      Slot slot = before.get(workload.id());
      if (slot == null) {
        AutoscalerState state = restored.getOrDefault(workload.id(), AutoscalerState.cold());
        slot = new Slot(workload, state);
      } else {
        slot.workload = workload;
      }
      slots.put(workload.id(), slot);
    }
    models.retain(slots.keySet());
  }

  /** What is managed now. */
  public List<Workload> workloads() {
    return slots.values().stream().map(s -> s.workload).toList();
  }

  /**
   * Decides for every workload that is due.
   *
   * @param at the tick's time; every age and window of the decision is measured from it
   */
  public List<WorkloadTick> tick(Instant at) {
    List<Slot> due = new ArrayList<>();
    for (Slot slot : slots.values()) {
      if (!at.isBefore(slot.next) && !slot.reading) {
        due.add(slot);
        slot.next = at.plus(slot.workload.policy().interval());
      }
    }
    stopped = killSwitch.getAsBoolean();
    models.refitDue(due.stream().map(s -> s.workload).toList(), at);
    due.forEach(slot -> slot.policy = models.policy(slot.workload));

    List<WorkloadTick> outcomes = new ArrayList<>(due.size());
    List<Slot> decided = new ArrayList<>(due.size());
    List<Observation> observations = new ArrayList<>(due.size());
    List<Evidence> known = new ArrayList<>(due.size());
    List<Step> steps = new ArrayList<>(due.size());
    List<Optional<Evidence>> evidence = read(due, at);
    for (int i = 0; i < due.size(); i++) {
      Slot slot = due.get(i);
      try {
        Optional<Evidence> found = evidence.get(i);
        if (found.isEmpty()) {
          outcomes.add(skipped(slot, at, "late", "reading took longer than the deadline"));
        } else if (found.get().target() instanceof Observed.Unknown(var cause, String detail)) {
          Reading demand = latest(slot, found.get().demand(), at);
          String name = cause.name().toLowerCase(java.util.Locale.ROOT);
          outcomes.add(new WorkloadTick.Skipped(slot.workload, at, name, detail, demand));
        } else if (found.get().target() instanceof Observed.Known(TargetFacts facts)) {
          Observation o = observation(slot, facts, found.get(), at);
          steps.add(autoscaler.step(slot.policy, o, slot.state));
          decided.add(slot);
          observations.add(o);
          known.add(found.get());
        }
      } catch (RuntimeException e) {
        // One workload that cannot be decided must not stop the others (reliability F39).
        LOG.error("deciding for {} failed", slot.workload.id(), e);
        outcomes.add(skipped(slot, at, "failed", String.valueOf(e.getMessage())));
      }
    }
    outcomes.addAll(write(decided, observations, known, steps, at));
    for (TickListener listener : listeners) {
      listener.ticked(at, outcomes);
    }
    return outcomes;
  }

  private static WorkloadTick skipped(Slot slot, Instant at, String cause, String detail) {
    return new WorkloadTick.Skipped(
        slot.workload, at, cause, detail, new Reading.NoData("not read: " + detail));
  }

  // ---------------------------------------------------------------- read

  private List<Optional<Evidence>> read(List<Slot> due, Instant at) {
    List<CompletableFuture<Evidence>> reads = new ArrayList<>(due.size());
    for (Slot slot : due) {
      slot.reading = true;
      reads.add(
          CompletableFuture.supplyAsync(() -> readOne(slot.workload, at), io)
              .whenComplete((_, _) -> slot.reading = false));
    }
    long deadline = System.nanoTime() + readDeadline.toNanos();
    List<Optional<Evidence>> found = new ArrayList<>(due.size());
    for (int i = 0; i < reads.size(); i++) {
      found.add(await(reads.get(i), deadline, due.get(i).workload));
    }
    return found;
  }

  private Evidence readOne(Workload workload, Instant at) {
    Observed target = port(workload).observe(workload.target(), at);
    MetricSource source = sources.apply(workload.sourceName());
    SeriesReading demand = source.range(workload.query(), at.minus(RECENT), at, Models.STEP);
    return new Evidence(
        target, demand, metrics(workload, source, at), signals(workload, source, at));
  }

  private List<MetricReading> metrics(Workload workload, MetricSource source, Instant at) {
    List<Workload.Metric> metrics = workload.metrics();
    if (metrics.isEmpty()) {
      return List.of();
    }
    Duration maxAge = workload.policy().maxAge();
    Optional<PodReport> report = pods(workload, metrics, at);
    List<MetricReading> readings = new ArrayList<>(metrics.size());
    for (Workload.Metric metric : metrics) {
      readings.add(
          switch (metric) {
            case Workload.Metric.Total(String name, String query) ->
                new MetricReading(
                    name,
                    source.range(query, at.minus(Models.STEP), at, Models.STEP).latest(at, maxAge));
            case Workload.Metric.OfPods(MetricSpec spec, String query) ->
                ofPods(
                    spec, report.orElseThrow(), _ -> values(source.byPod(query, at)), at, maxAge);
            case Workload.Metric.Usage(MetricSpec spec, String resource) ->
                ofPods(
                    spec,
                    report.orElseThrow(),
                    known ->
                        known
                            .usage()
                            .getOrDefault(
                                resource, new MetricAnswer.Unavailable(resource + " was not read")),
                    at,
                    maxAge);
          });
    }
    return readings;
  }

  /** The pods and what they use, in one look for all metrics that need them. */
  private Optional<PodReport> pods(Workload workload, List<Workload.Metric> metrics, Instant at) {
    Set<String> resources = new TreeSet<>();
    boolean needed = false;
    for (Workload.Metric metric : metrics) {
      if (metric instanceof Workload.Metric.Usage(MetricSpec _, String resource)) {
        resources.add(resource);
      }
      needed |= !(metric instanceof Workload.Metric.Total);
    }
    return needed ? Optional.of(cluster.pods(workload.target(), resources, at)) : Optional.empty();
  }

  private static MetricReading ofPods(
      MetricSpec spec,
      PodReport report,
      Function<PodReport.Known, MetricAnswer> answer,
      Instant at,
      Duration maxAge) {
    return switch (report) {
      case PodReport.Known known ->
          PodReadings.read(spec, answer.apply(known), known.pods(), at, maxAge);
      case PodReport.Unknown(String detail) ->
          new MetricReading(spec.describe(), new Reading.NoData(detail));
    };
  }

  private static MetricAnswer values(PodValues values) {
    return switch (values) {
      case PodValues.None(String detail) -> new MetricAnswer.Unavailable(detail);
      case PodValues.Present(Map<String, Double> byPod, Instant sampledAt) ->
          new MetricAnswer.PerPod(
              byPod.entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(e ->
                      new PodSample(
                          e.getKey(), sampledAt, Models.STEP, ExternalMetric.milli(e.getValue())))
                  .toList());
    };
  }

  /** What the guards ask for. A question without a query has no answer, which guards know. */
  private static Signals signals(Workload workload, MetricSource source, Instant at) {
    Workload.SignalQueries queries = workload.signals();
    if (queries.equals(Workload.SignalQueries.NONE)) {
      return Signals.none();
    }
    List<Reading> vetoes = new ArrayList<>();
    for (String query : queries.vetoes()) {
      vetoes.add(newest(workload, source, query, at));
    }
    return new Signals(
        queries.reportingPods().isEmpty()
            ? Optional.empty()
            : Optional.of(newest(workload, source, queries.reportingPods(), at)),
        vetoes);
  }

  private static Reading newest(Workload workload, MetricSource source, String query, Instant at) {
    return source
        .range(workload.filled(query), at.minus(Models.STEP), at, Models.STEP)
        .latest(at, workload.policy().maxAge());
  }

  private static Optional<Evidence> await(
      CompletableFuture<Evidence> read, long deadline, Workload workload) {
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      return Optional.of(read.get(left, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      LOG.error("reading for {} failed", workload.id(), e.getCause());
      String why = "reading failed: " + e.getCause();
      return Optional.of(
          new Evidence(
              new Observed.Unknown(Cluster.Cause.UNREACHABLE, why),
              new SeriesReading.NoData(why),
              List.of(),
              Signals.none()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Reading latest(Slot slot, SeriesReading demand, Instant at) {
    return demand.latest(at, slot.workload.policy().maxAge());
  }

  private Observation observation(Slot slot, TargetFacts facts, Evidence evidence, Instant at) {
    Workload workload = slot.workload;
    SeriesReading demand = evidence.demand();
    Limits limits = new Limits(workload.paused(), stopped);
    models.measured(workload, facts.startUpTimes());
    return Observation.of(
            slot.policy,
            at,
            facts,
            evidence.metrics(),
            demand,
            models.of(workload),
            models.windows(workload, demand.seriesOrEmpty()),
            trust(slot, evidence.metrics()),
            limits)
        .with(evidence.signals());
  }

  private Trust trust(Slot slot, List<MetricReading> metrics) {
    Trust earned = models.trust(slot.workload);
    return slot.workload.isSaturated(metrics) ? earned.whileSaturated() : earned;
  }

  // ---------------------------------------------------------------- write

  private List<WorkloadTick> write(
      List<Slot> decided,
      List<Observation> observations,
      List<Evidence> known,
      List<Step> steps,
      Instant at) {
    List<FleetGovernor.Request> requests = new ArrayList<>(decided.size());
    for (int i = 0; i < decided.size(); i++) {
      requests.add(
          new FleetGovernor.Request(
              observations.get(i).target().specReplicas(),
              steps.get(i).decision(),
              decided.get(i).ticksWaiting));
    }
    List<Decision> admitted = governor.admit(requests, FleetGovernor.Budget.DEFAULT);
    List<CompletableFuture<WorkloadTick>> writes = new ArrayList<>(decided.size());
    for (int i = 0; i < decided.size(); i++) {
      Slot slot = decided.get(i);
      Observation o = observations.get(i);
      Step step = steps.get(i);
      Decision allowed = admitted.get(i);
      boolean cut = !allowed.equals(step.decision());
      slot.ticksWaiting = cut ? slot.ticksWaiting + 1 : 0;
      int spec = o.target().specReplicas();
      if (wanted(slot.workload, allowed, spec) == spec) {
        writes.add(
            CompletableFuture.completedFuture(
                done(slot, o, known.get(i).demand(), step, allowed, Optional.empty())));
      } else {
        Evidence evidenceOf = known.get(i);
        writes.add(
            CompletableFuture.supplyAsync(
                () -> writeOne(slot, o, evidenceOf, step, allowed, at), io));
      }
    }
    List<WorkloadTick> outcomes = new ArrayList<>(writes.size());
    for (int i = 0; i < writes.size(); i++) {
      WorkloadTick outcome = writes.get(i).join();
      if (outcome instanceof WorkloadTick.Decided d) {
        decided.get(i).state = d.after();
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  /** Where a workload's size is observed and written. */
  private Cluster port(Workload workload) {
    return workload.policy().actuation() == Actuation.HPA_FLOOR ? cluster.floors() : cluster;
  }

  /** The size to write; the present one when nothing is to be written. */
  private int wanted(Workload workload, Decision decision, int spec) {
    return switch (workload.policy().actuation()) {
      case SCALE -> decision.replicasOr(spec);
      case EMIT -> spec;
      // A forecast that is not trusted any more needs no floor.
      case HPA_FLOOR ->
          port(workload)
              .reachable(
                  workload.target(),
                  decision.reason() == ReasonCode.SHADOW ? 0 : decision.replicasOr(spec));
    };
  }

  /** Writes a decision; after a conflict, the decision on what is there now. */
  private WorkloadTick writeOne(
      Slot slot,
      Observation first,
      Evidence evidence,
      Step firstStep,
      Decision admitted,
      Instant at) {
    Observation o = first;
    Step step = firstStep;
    Decision decision = admitted;
    Workload workload = slot.workload;
    SeriesReading demand = evidence.demand();
    Duration life = workload.policy().interval();
    for (int attempt = 1; ; attempt++) {
      int spec = o.target().specReplicas();
      int wanted = wanted(workload, decision, spec);
      if (wanted == spec) {
        return done(slot, o, demand, step, decision, Optional.empty());
      }
      if (at.isBefore(slot.writeNotBefore)) {
        var later =
            new ApplyResult.Throttled(
                Duration.between(at, slot.writeNotBefore), "waiting after a refused write");
        return done(slot, o, demand, step, decision, Optional.of(later));
      }
      if (killSwitch.getAsBoolean()) {
        var off = new ApplyResult.Failed("the kill switch is on");
        return done(slot, o, demand, step, decision, Optional.of(off));
      }
      if (clock.instant().isAfter(at.plus(life))) {
        var late = new ApplyResult.Failed("the decision is older than its interval");
        return done(slot, o, demand, step, decision, Optional.of(late));
      }
      ApplyResult result =
          port(workload).apply(workload.target(), wanted, o.target().resourceVersion(), at);
      noteWrite(slot, result, at);
      if (!(result instanceof ApplyResult.Conflict) || attempt == TRIES) {
        return done(slot, o, demand, step, decision, Optional.of(result));
      }
      if (!(port(workload).observe(workload.target(), at)
          instanceof Observed.Known(TargetFacts facts))) {
        return done(slot, o, demand, step, decision, Optional.of(result));
      }
      o = observation(slot, facts, evidence, at);
      step = autoscaler.step(slot.policy, o, slot.state);
      // A fall that the fleet's budget has not seen is not made in this tick.
      int now = step.decision().replicasOr(facts.specReplicas());
      decision =
          now < facts.specReplicas()
              ? Decision.waitForBudget(facts.specReplicas())
              : step.decision();
    }
  }

  /** A refused write is not repeated at once: the pause doubles up to ten minutes (F24, F42). */
  private static void noteWrite(Slot slot, ApplyResult result, Instant at) {
    switch (result) {
      case ApplyResult.Applied _, ApplyResult.Conflict _, ApplyResult.Gone _ ->
          slot.backoff = Duration.ZERO;
      case ApplyResult.Throttled(Duration retryAfter, String _) ->
          slot.writeNotBefore = at.plus(retryAfter);
      case ApplyResult.Forbidden _, ApplyResult.Failed _ -> {
        Duration doubled = slot.backoff.multipliedBy(2);
        Duration least = slot.workload.policy().interval();
        slot.backoff = doubled.compareTo(least) < 0 ? least : doubled;
        if (slot.backoff.compareTo(LONGEST_BACKOFF) > 0) {
          slot.backoff = LONGEST_BACKOFF;
        }
        slot.writeNotBefore = at.plus(slot.backoff);
      }
    }
  }

  private static WorkloadTick done(
      Slot slot,
      Observation o,
      SeriesReading demand,
      Step step,
      Decision admitted,
      Optional<ApplyResult> write) {
    return new WorkloadTick.Decided(
        slot.workload,
        o.at(),
        slot.policy,
        o,
        demand.seriesOrEmpty(),
        slot.state,
        step.decision(),
        admitted,
        step.next(),
        write);
  }
}
