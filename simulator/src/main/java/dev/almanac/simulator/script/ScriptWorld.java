package dev.almanac.simulator.script;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.cluster.VirtualCluster;
import dev.almanac.simulator.cluster.VirtualWorkload;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.demand.TraceMetricSource;
import dev.almanac.simulator.script.Script.Act;
import dev.almanac.simulator.script.Script.Fault;
import dev.almanac.simulator.script.Script.Runner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * The world of a script: both ports over a virtual cluster and a virtual monitoring system, with
 * the faults that hold now. It has the true clock; what a caller takes for now may be another.
 */
public final class ScriptWorld implements Cluster, MetricSource {
  private static final Duration BEFORE = Duration.ofHours(2);
  private static final String NAMESPACE = "scripts";

  private final Script script;
  private final Instant start;
  private final VirtualCluster cluster;
  private final MetricSource metrics;
  private final Map<TargetRef, Surroundings> surroundings = new HashMap<>();
  private Duration since = Duration.ZERO;
  private int nextAct;
  private final List<Act> acts;
  private boolean failing;

  /** A world at its beginning; demand was as at its first minute for two hours before. */
  public ScriptWorld(Script script, Runner runner) {
    this.script = script;
    this.start = script.begins();
    this.acts = new ArrayList<>(script.acts());
    acts.sort(Comparator.comparing(Act::at));
    boolean instant = runner == Runner.STEP;
    DemandTrace demand = DemandTrace.of(series(start, script.load()), 1);
    cluster = new VirtualCluster(start);
    Map<String, DemandTrace> traces = new HashMap<>();
    Duration lag = instant ? Duration.ZERO : script.workload().lag();
    for (String name : script.workload().names()) {
      traces.put("demand/" + name, demand);
      cluster.add(
          new VirtualWorkload(
              target(name),
              demand,
              script.workload().policy().perReplica(),
              script.workload().start(),
              StartUpLag.fixed(lag),
              start));
      surroundings.put(target(name), Surroundings.none());
    }
    MetricTiming timing =
        instant ? new MetricTiming(Duration.ofSeconds(15), Duration.ZERO) : MetricTiming.DEFAULT;
    metrics = new TraceMetricSource(traces, timing, this::now);
  }

  private static TimeSeries series(Instant start, double[] load) {
    int before = (int) BEFORE.toMinutes();
    double[] values = new double[before + load.length];
    Arrays.fill(values, 0, before, load[0]);
    System.arraycopy(load, 0, values, before, load.length);
    return new TimeSeries(start.minus(BEFORE).getEpochSecond(), 60, values);
  }

  /** How a workload of the script is addressed. */
  public static TargetRef target(String name) {
    return TargetRef.deployment(NAMESPACE, name);
  }

  /** The true clock. */
  public Instant now() {
    return start.plus(since);
  }

  /** Time since the beginning. */
  public Duration since() {
    return since;
  }

  /**
   * Moves on, and lets others do what they do until then.
   *
   * @return what happens to the process that decides
   */
  public List<Act> advanceTo(Duration to) {
    List<Act> ofProcess = new ArrayList<>();
    while (nextAct < acts.size() && acts.get(nextAct).at().compareTo(to) <= 0) {
      Act act = acts.get(nextAct++);
      move(act.at());
      if (act.who().equals("process")) {
        ofProcess.add(act);
      } else {
        setByOther(act);
      }
    }
    move(to);
    return ofProcess;
  }

  private void move(Duration to) {
    since = to;
    cluster.advanceTo(now());
    boolean fail = holds("pods pending") || holds("pods crashing");
    if (fail != failing) {
      failing = fail;
      surroundings.keySet().forEach(target -> cluster.failStartUps(target, fail));
    }
  }

  private void setByOther(Act act) {
    surroundings.replaceAll((target, s) -> {
      cluster.writeByOther(target, (int) act.amount());
      return s.withForeignWrite(act.who(), start.plus(act.at()));
    });
  }

  /** Whether a fault holds now. */
  public boolean holds(String what) {
    return fault(what).isPresent();
  }

  private Optional<Fault> fault(String what) {
    return script.faults().stream()
        .filter(f -> f.what().equals(what) && f.holds(since))
        .findFirst();
  }

  // ---------------------------------------------------------------- cluster

  @Override
  public Observed observe(TargetRef target, Instant at) {
    if (holds("target missing")) {
      return new Observed.Unknown(Cause.NOT_FOUND, target + " does not exist");
    }
    if (holds("target unreachable")) {
      return new Observed.Unknown(Cause.UNREACHABLE, "connection refused");
    }
    return cluster.observe(target, now()) instanceof Observed.Known(TargetFacts facts)
        ? new Observed.Known(seen(target, facts, at))
        : new Observed.Unknown(Cause.NOT_FOUND, target + " does not exist");
  }

  private TargetFacts seen(TargetRef target, TargetFacts facts, Instant at) {
    Surroundings around = surroundings.getOrDefault(target, Surroundings.none());
    if (holds("pods pending")) {
      around = around.withUnschedulable(facts.specReplicas() - facts.readyReplicas());
    }
    Optional<Fault> quota = fault("quota pods");
    if (quota.isPresent()) {
      int room = (int) quota.get().amount() - facts.specReplicas();
      around = around.withQuota("team", Math.max(0, room));
    }
    around = around.withOtherScaler(fault("scaler beside").map(Fault::text).orElse(""));
    around = around.withPaused(holds("annotation paused"));
    Optional<Fault> rollout = fault("rollout surge");
    int surge = rollout.map(f -> (int) Math.ceil(f.amount() * facts.specReplicas())).orElse(0);
    return new TargetFacts(
        facts.specReplicas(),
        facts.statusReplicas() + surge,
        facts.readyReplicas(),
        rollout.isPresent(),
        facts.resourceVersion(),
        at,
        facts.startUpTimes(),
        around);
  }

  @Override
  public ApplyResult apply(TargetRef target, int replicas, String resourceVersion, Instant at) {
    if (holds("writes forbidden")) {
      return new ApplyResult.Forbidden("exceeded quota: team");
    }
    if (holds("writes throttled")) {
      return new ApplyResult.Throttled(Duration.ofSeconds(30), "too many requests");
    }
    if (holds("writes conflict")) {
      return new ApplyResult.Conflict("somebody was faster");
    }
    ApplyResult result = cluster.apply(target, replicas, resourceVersion, now());
    if (result instanceof ApplyResult.Applied) {
      surroundings.computeIfPresent(target, (_, s) -> s.withOwnWrite());
    }
    return result;
  }

  // ---------------------------------------------------------------- metrics

  @Override
  public SeriesReading range(String query, Instant from, Instant to, Duration step) {
    if (holds("metrics refused")) {
      return new SeriesReading.NoData(SeriesReading.UNREACHABLE + ": connection refused");
    }
    if (holds("metrics empty")) {
      return new SeriesReading.NoData("no series");
    }
    if (query.startsWith("pods/")) {
      return pods(query.substring("pods/".length()), to);
    }
    if (query.startsWith("signal/")) {
      return signal(query.substring("signal/".length()), to);
    }
    return metrics.range(query, from, to, step) instanceof SeriesReading.Present(TimeSeries series)
        ? faulty(series)
        : new SeriesReading.NoData("no sample in the range");
  }

  private SeriesReading pods(String name, Instant to) {
    double ready =
        cluster.observe(target(name), now()) instanceof Observed.Known(TargetFacts facts)
            ? facts.readyReplicas()
            : 0;
    return one(to, ready * fault("metrics pods").map(Fault::amount).orElse(1.0));
  }

  private SeriesReading signal(String name, Instant to) {
    for (Script.Signal signal : script.signals()) {
      if (signal.name().equals(name)) {
        int minute = (int) Math.min(since.toMinutes(), signal.minutes().length - 1);
        double value = signal.minutes()[minute];
        return Double.isNaN(value) ? new SeriesReading.NoData("no series") : one(to, value);
      }
    }
    return new SeriesReading.NoData("no series");
  }

  private static SeriesReading one(Instant at, double value) {
    return new SeriesReading.Present(new TimeSeries(at.getEpochSecond(), 60, new double[] {value}));
  }

  /** The demand as its source shows it. */
  private SeriesReading faulty(TimeSeries series) {
    double[] values = series.values().clone();
    long first = series.startEpochSecond();
    for (Fault f : script.faults()) {
      if (!f.holds(since)) {
        continue;
      }
      long from = start.plus(f.from()).getEpochSecond();
      switch (f.what()) {
        case "metrics times", "metrics pods", "metrics partial" ->
            from(series, values, from, v -> v * f.amount());
        case "metrics stale" -> from(series, values, from + 1, _ -> Double.NaN);
        case "metrics flat" -> flat(series, values, from, from + (long) f.amount());
        case "metrics ahead" -> first += (long) f.amount();
        case "metrics behind" -> first -= (long) f.amount();
        default -> {}
      }
    }
    TimeSeries shown = new TimeSeries(first, series.stepSeconds(), values);
    if (holds("metrics invalid")) {
      return new SeriesReading.Invalid("sample is NaN");
    }
    if (shown.lastPresent() < 0) {
      return new SeriesReading.NoData("no sample in the range");
    }
    return holds("metrics partial")
        ? new SeriesReading.Partial(shown, "one store did not answer")
        : new SeriesReading.Present(shown);
  }

  private static void from(TimeSeries series, double[] values, long from, DoubleUnaryOperator to) {
    for (int i = 0; i < values.length; i++) {
      if (series.epochSecondAt(i) >= from) {
        values[i] = to.applyAsDouble(values[i]);
      }
    }
  }

  /** The last value goes on for a while, as an instant query shows it, and then there is none. */
  private static void flat(TimeSeries series, double[] values, long from, long until) {
    double last = Double.NaN;
    for (int i = 0; i < values.length; i++) {
      if (series.epochSecondAt(i) <= from) {
        last = values[i];
      } else {
        values[i] = series.epochSecondAt(i) <= until ? last : Double.NaN;
      }
    }
  }

  // ---------------------------------------------------------------- forecast

  /** Says that demand stays as it is; its forecasts have expired while one is to be missing. */
  public Forecaster forecaster() {
    return (TimeSeries history, DemandCalendar _) ->
        new LastLevel(
            new ModelId("last-level", Instant.ofEpochSecond(history.endEpochSecond())),
            history.stepSeconds());
  }

  private final class LastLevel implements FittedModel {
    private final ModelId id;
    private final int stepSeconds;

    LastLevel(ModelId id, int stepSeconds) {
      this.id = id;
      this.stepSeconds = stepSeconds;
    }

    @Override
    public Forecast forecast(TimeSeries recent, int steps, double[] levels) {
      int last = recent.lastPresent();
      double[] path = new double[steps];
      Arrays.fill(path, recent.values()[last]);
      double[][] paths = new double[levels.length][];
      Arrays.fill(paths, path);
      Instant origin = Instant.ofEpochSecond(recent.epochSecondAt(last));
      Instant expires = holds("forecast missing") ? origin : origin.plus(Duration.ofMinutes(30));
      return new Forecast(origin, stepSeconds, levels, paths, expires, id);
    }

    @Override
    public ModelId id() {
      return id;
    }

    @Override
    public int stepSeconds() {
      return stepSeconds;
    }
  }
}
