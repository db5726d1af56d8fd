package dev.almanac.simulator.script;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.Cluster.Observed;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.FleetGovernor;
import dev.almanac.predictor.scaling.Guards;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Signals;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.Trust;
import dev.almanac.simulator.script.Script.Act;
import dev.almanac.simulator.script.Script.Runner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plays a script against the pure step: with pods and metrics that have no delay, or in the virtual
 * cluster. The live loop of the service plays the same scripts in its own tests.
 */
public final class ScriptRunner {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Script script;
  private final ScriptWorld world;
  private final Autoscaler autoscaler = new Autoscaler();
  private final FleetGovernor governor = new FleetGovernor();
  private final Map<String, AutoscalerState> states = new HashMap<>();
  private final Map<String, Integer> waiting = new HashMap<>();
  private final List<Played.Tick> ticks = new ArrayList<>();
  private Optional<FittedModel> model = Optional.empty();
  private Duration clockOffset = Duration.ZERO;

  private ScriptRunner(Script script, Runner runner) {
    this.script = script;
    this.world = new ScriptWorld(script, runner);
  }

  /**
   * Plays a script from its beginning to its end.
   *
   * @param runner {@code STEP} or {@code CLUSTER}
   */
  public static Played play(Script script, Runner runner) {
    if (runner == Runner.LOOP) {
      throw new IllegalArgumentException("the live loop is the service's");
    }
    ScriptRunner run = new ScriptRunner(script, runner);
    Duration interval = script.workload().policy().interval();
    for (Duration at = Duration.ZERO; at.compareTo(script.length()) < 0; at = at.plus(interval)) {
      run.tick(at);
    }
    return new Played(run.ticks);
  }

  /** A decision that waits for the governor. */
  private record Pending(
      String name, TargetFacts facts, Observation observation, Decision decision) {}

  private void tick(Duration at) {
    world.advanceTo(at).forEach(this::happen);
    Instant now = world.now().plus(clockOffset);
    List<Pending> pending = new ArrayList<>();
    for (String name : script.workload().names()) {
      switch (world.observe(ScriptWorld.target(name), now)) {
        case Observed.Known(TargetFacts facts) -> pending.add(decide(name, facts, now));
        case Observed.Unknown(var cause, String _) ->
            ticks.add(
                new Played.Tick(
                    at,
                    name,
                    0,
                    0,
                    0,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    cause.name().toLowerCase(java.util.Locale.ROOT)));
      }
    }
    List<FleetGovernor.Request> requests =
        pending.stream()
            .map(p ->
                new FleetGovernor.Request(
                    p.facts().specReplicas(), p.decision(), waiting.getOrDefault(p.name(), 0)))
            .toList();
    List<Decision> admitted = governor.admit(requests, FleetGovernor.Budget.DEFAULT);
    for (int i = 0; i < pending.size(); i++) {
      Pending p = pending.get(i);
      boolean cut = !admitted.get(i).equals(p.decision());
      waiting.merge(p.name(), 1, (before, one) -> cut ? before + one : 0);
      write(at, p, admitted.get(i), now);
    }
  }

  private void happen(Act act) {
    switch (act.what()) {
      case "restarts" -> {
        if (act.amount() > 0) {
          states.clear();
        }
        model = Optional.empty();
        waiting.clear();
      }
      case "clock" -> clockOffset = clockOffset.plusSeconds((long) act.amount());
      default -> throw new IllegalArgumentException("only a live loop " + act.what());
    }
  }

  private Pending decide(String name, TargetFacts facts, Instant now) {
    ScalingPolicy policy = script.workload().policy();
    SeriesReading demand =
        world.range("demand/" + name, now.minus(Duration.ofHours(1)), now, MINUTE);
    if (model.isEmpty() && demand.seriesOrEmpty().lastPresent() >= 0) {
      model = Optional.of(world.forecaster().fit(demand.seriesOrEmpty(), DemandCalendar.empty()));
    }
    Limits limits = new Limits(world.holds("spec paused"), world.holds("switch killed"));
    Observation o =
        Observation.of(
                policy,
                now,
                facts,
                List.of(),
                demand,
                model,
                Optional.empty(),
                Trust.NOT_SCORED,
                limits)
            .with(signals(name, policy, now));
    AutoscalerState state = states.getOrDefault(name, AutoscalerState.cold());
    Step step = autoscaler.step(policy, o, state);
    if (!autoscaler.step(policy, o, state).equals(step)) {
      throw new IllegalStateException("the same inputs gave two steps: " + o);
    }
    states.put(name, step.next());
    return new Pending(name, facts, o, step.decision());
  }

  private Signals signals(String name, ScalingPolicy policy, Instant now) {
    if (policy.guards().equals(Guards.NONE)) {
      return Signals.none();
    }
    List<Reading> vetoes = new ArrayList<>();
    for (Guards.Veto veto : policy.guards().vetoes()) {
      vetoes.add(newest("signal/" + veto.name(), policy, now));
    }
    return new Signals(
        policy.guards().leastCoverage().isEmpty()
            ? Optional.empty()
            : Optional.of(newest("pods/" + name, policy, now)),
        vetoes);
  }

  private Reading newest(String query, ScalingPolicy policy, Instant now) {
    return world.range(query, now.minus(MINUTE), now, MINUTE).latest(now, policy.maxAge());
  }

  private void write(Duration at, Pending p, Decision admitted, Instant now) {
    int before = p.facts().specReplicas();
    int wanted = admitted.replicasOr(before);
    boolean written =
        wanted != before
            && world.apply(ScriptWorld.target(p.name()), wanted, p.facts().resourceVersion(), now)
                instanceof ApplyResult.Applied;
    ticks.add(
        new Played.Tick(
            at,
            p.name(),
            before,
            written ? wanted : before,
            p.facts().readyReplicas(),
            written,
            Optional.of(admitted),
            Optional.of(p.observation()),
            ""));
  }
}
