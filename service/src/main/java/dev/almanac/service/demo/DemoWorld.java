package dev.almanac.service.demo;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.ScalingPolicy.LeadTime;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import dev.almanac.service.history.LiveHistory;
import dev.almanac.service.loop.ControlLoop;
import dev.almanac.service.loop.Models;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.telemetry.Telemetry;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.cluster.VirtualCluster;
import dev.almanac.simulator.cluster.VirtualWorkload;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.demand.TraceMetricSource;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.OutcomeTable;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.outcome.ResultHash;
import dev.almanac.simulator.policy.HpaSettings;
import dev.almanac.simulator.policy.Oracle;
import dev.almanac.simulator.policy.PlainHpa;
import dev.almanac.simulator.scenario.Scenario;
import dev.almanac.simulator.scenario.ScoreWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Four weeks of a real web server's requests. The first two are history, the last two are lived
 * through by the control loop of the service, tick by tick, against pods that need a minute to
 * become Ready.
 */
public final class DemoWorld {
  /** When the trace is whole again after its August outage. */
  private static final Instant TRACE_FROM = Instant.parse("1995-08-03T04:36:00Z");

  private static final Instant TRACE_TO = Instant.parse("1995-09-01T00:00:00Z");

  private static final Duration HISTORY = Duration.ofDays(14);
  private static final Duration TICK = Duration.ofSeconds(DemandTrace.TICK_SECONDS);
  private static final Duration LAG = Duration.ofSeconds(60);
  private static final double PEAK_REPLICAS = 40;

  /** Short at most five hours a month: ten minutes a day. */
  private static final Duration PROMISE = Duration.ofHours(5);

  private static final String QUERY = "sum(increase(http_requests_total{job=\"web\"}[1m]))";
  private static final String SOURCE = "demo-trace";
  private static final TargetRef TARGET = TargetRef.deployment("shop", "web");

  private final Scenario scenario;
  private final VirtualCluster cluster;
  private final ControlLoop loop;
  private final LiveHistory history;
  private final Telemetry telemetry;
  private volatile Instant now;

  /**
   * A world at its first instant.
   *
   * @param trace requests a minute
   * @param length how much of it is lived through, at most what follows the history
   * @param speed seconds of the demo in a second, for the page's headline
   * @param more told after every tick, besides history and telemetry
   */
  public DemoWorld(TimeSeries trace, Duration length, double speed, List<TickListener> more) {
    DemandTrace demand = DemandTrace.of(trace.between(TRACE_FROM, TRACE_TO), 1);
    Instant start = TRACE_FROM.plus(HISTORY);
    Instant latest = demand.end();
    Instant end = start.plus(length).isBefore(latest) ? start.plus(length) : latest;
    ScalingPolicy policy = policy(demand.perReplicaForPeak(PEAK_REPLICAS));
    ScoreWindow window = new ScoreWindow(start, start.plus(Duration.ofHours(1)), end);
    scenario =
        new Scenario(demand, MetricTiming.DEFAULT, new StartUpLag.Fixed(LAG), window, policy);
    cluster = new VirtualCluster(start);
    telemetry = new Telemetry(cluster::now);
    cluster.add(
        new VirtualWorkload(
            TARGET,
            demand,
            policy.perReplica(),
            HpaSettings.of(policy).settledAt(scenario.measuredAt(scenario.firstTick())),
            scenario.lag(),
            window.scoreFrom()));
    MetricSource metrics =
        new TraceMetricSource(Map.of(QUERY, demand), MetricTiming.DEFAULT, cluster::now);
    Function<String, MetricSource> sources = _ -> metrics;
    Models models = new Models(new PooledRidgeForecaster(), sources, Runnable::run);
    history = new LiveHistory(models, speed, Optional.of("NASA's web server, August 1995"));
    List<TickListener> listeners = new ArrayList<>(List.of(telemetry, history));
    listeners.addAll(more);
    loop =
        new ControlLoop(
            sources,
            cluster,
            models,
            Runnable::run,
            cluster::now,
            Duration.ofSeconds(10),
            () -> false,
            listeners);
    Workload workload = workload(policy);
    loop.manage(List.of(workload), Map.of());
    history.manage(List.of(workload));
    telemetry.workloads(workload.policy().stage().name(), 1);
    now = start;
  }

  private static ScalingPolicy policy(double perReplica) {
    ScalingPolicy defaults = ScalingPolicy.of(1, 60, Stage.FULL, perReplica);
    return new ScalingPolicy(
        defaults.minReplicas(),
        defaults.maxReplicas(),
        defaults.stage(),
        perReplica,
        defaults.reactive(),
        TICK,
        defaults.maxAge(),
        new LeadTime(LAG, false),
        new Risk.ShortTimePerMonth(PROMISE),
        StepCaps.DEFAULT);
  }

  private static Workload workload(ScalingPolicy policy) {
    return new Workload(
        "shop", "web", TARGET, SOURCE, QUERY, "req/min", DemandCalendar.empty(), policy, false);
  }

  /** What the page shows. */
  public LiveHistory history() {
    return history;
  }

  /** What the loop tells about itself. */
  public Telemetry telemetry() {
    return telemetry;
  }

  /** The virtual clock. */
  public Instant now() {
    return now;
  }

  /** First instant. */
  public Instant start() {
    return scenario.window().start();
  }

  /** Last instant. */
  public Instant end() {
    return scenario.window().end();
  }

  /** Lives through one tick; false when the trace is over. */
  public boolean tick() {
    if (!now.isBefore(end())) {
      return false;
    }
    cluster.advanceTo(now);
    loop.tick(now);
    now = now.plus(TICK);
    return true;
  }

  /** Plain HPA, Almanac as it has done so far, and perfect foresight, over the same ticks. */
  public OutcomeTable outcome() {
    cluster.advanceTo(now);
    ScoreWindow lived =
        new ScoreWindow(scenario.window().start(), scenario.window().scoreFrom(), now);
    Scenario same =
        new Scenario(
            scenario.demand(), scenario.metric(), scenario.lag(), lived, scenario.policy());
    PolicyRun hpa = PlainHpa.run(same);
    PolicyRun oracle = Oracle.run(same);
    Outcome almanac = cluster.outcome(TARGET, "almanac");
    String hash = new ResultHash().add(hpa.hash()).add(almanac).add(oracle.hash()).hex();
    return new OutcomeTable(List.of(hpa.outcome(), almanac, oracle.outcome()), hash);
  }
}
