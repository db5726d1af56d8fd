package dev.almanac.simulator.replay;

import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.FleetGovernor;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.simulator.cluster.VirtualCluster;
import dev.almanac.simulator.cluster.VirtualWorkload;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.TraceMetricSource;
import dev.almanac.simulator.outcome.Outcome;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.outcome.ResultHash;
import dev.almanac.simulator.policy.HpaSettings;
import dev.almanac.simulator.scenario.Scenario;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The product itself over a scenario: {@link Autoscaler#step} and {@link FleetGovernor} at the
 * policy's interval against a {@link VirtualCluster}, in the caller's thread. Readings, fits and
 * forecasts are asked for as the live loop asks for them.
 */
public final class Replay {

  /** The product's name in tables. */
  public static final String NAME = "almanac";

  private static final String QUERY = "demand";
  private static final TargetRef TARGET = TargetRef.deployment("replay", "workload");

  private Replay() {}

  /**
   * Runs a scenario from its start to its end. It starts at the size at which the HPA in its place
   * would have settled, as that one does.
   *
   * @param forecaster fitted at the first decision that has history, then every {@code refit}
   * @return the run; its hash covers every decision and all replicas
   * @throws IllegalArgumentException when the policy's interval is not a multiple of a tick
   */
  public static PolicyRun run(Scenario scenario, Forecaster forecaster, Learning learning) {
    ScalingPolicy policy = scenario.policy();
    int ticksPerDecision = ticksPerDecision(policy);
    DemandTrace demand = scenario.demand();
    int first = scenario.firstTick();
    VirtualCluster cluster = clusterOf(scenario, first);
    Observer observer =
        new Observer(
            new TraceMetricSource(Map.of(QUERY, demand), scenario.metric(), cluster::now),
            QUERY,
            policy,
            forecaster,
            learning,
            new Fits());
    Autoscaler autoscaler = new Autoscaler();
    AutoscalerState state = AutoscalerState.cold();
    ResultHash hash = new ResultHash();
    int[] desired = new int[scenario.endTick() - first];
    int[] ready = new int[desired.length];
    for (int i = 0; i < desired.length; i++) {
      Instant at = scenario.instantOf(first + i);
      TargetFacts facts = facts(cluster, at);
      if (i % ticksPerDecision == 0) {
        Observation observation = observer.observe(at, facts);
        Step step = autoscaler.step(policy, observation, state);
        state = step.next();
        add(hash, step.decision());
        apply(cluster, facts, admitted(facts, step.decision()), at);
        facts = facts(cluster, at);
      }
      desired[i] = facts.specReplicas();
      ready[i] = facts.readyReplicas();
    }
    cluster.advanceTo(scenario.instantOf(first + desired.length));
    Outcome outcome = cluster.outcome(TARGET, NAME);
    hash.add(outcome).add(desired).add(ready);
    return new PolicyRun(outcome, scenario.instantOf(first), desired, ready, hash.hex());
  }

  private static int ticksPerDecision(ScalingPolicy policy) {
    long millis = policy.interval().toMillis();
    long tick = 1000L * DemandTrace.TICK_SECONDS;
    if (millis % tick != 0) {
      throw new IllegalArgumentException(
          "interval must be a multiple of %d s, was %s"
              .formatted(DemandTrace.TICK_SECONDS, policy.interval()));
    }
    return (int) Math.min(millis / tick, Integer.MAX_VALUE);
  }

  private static VirtualCluster clusterOf(Scenario scenario, int first) {
    VirtualCluster cluster = new VirtualCluster(scenario.instantOf(first));
    HpaSettings reactive = HpaSettings.of(scenario.policy());
    cluster.add(
        new VirtualWorkload(
            TARGET,
            scenario.demand(),
            scenario.policy().perReplica(),
            reactive.settledAt(scenario.measuredAt(first)),
            scenario.lag(),
            scenario.window().scoreFrom()));
    return cluster;
  }

  private static TargetFacts facts(VirtualCluster cluster, Instant at) {
    return switch (cluster.observe(TARGET, at)) {
      case Cluster.Observed.Known(TargetFacts facts) -> facts;
      case Cluster.Observed.Unknown unknown ->
          throw new IllegalStateException("the only workload is unknown: " + unknown);
    };
  }

  /** What the budget of a fleet leaves of the decision, for a fleet of this one workload. */
  private static Decision admitted(TargetFacts facts, Decision decision) {
    var request = new FleetGovernor.Request(facts.specReplicas(), decision, 0);
    return new FleetGovernor().admit(List.of(request), FleetGovernor.Budget.DEFAULT).getFirst();
  }

  private static void apply(
      VirtualCluster cluster, TargetFacts facts, Decision decision, Instant at) {
    int replicas = decision.replicasOr(facts.specReplicas());
    if (replicas != facts.specReplicas()
        && !(cluster.apply(TARGET, replicas, facts.resourceVersion(), at)
            instanceof Cluster.ApplyResult.Applied)) {
      throw new IllegalStateException(
          "nobody else writes here, but setting " + replicas + " failed");
    }
  }

  private static void add(ResultHash hash, Decision decision) {
    hash.add(decision.answer() instanceof Decision.Answer.Hold ? 0 : 1)
        .add(decision.proposed())
        .add(decision.reason().name())
        .add(decision.binding().name());
  }
}
