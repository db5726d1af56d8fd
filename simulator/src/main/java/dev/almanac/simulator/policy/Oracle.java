package dev.almanac.simulator.policy;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.simulator.cluster.Pods;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.outcome.OutcomeTable;
import dev.almanac.simulator.outcome.PolicyRun;
import dev.almanac.simulator.outcome.Tally;
import dev.almanac.simulator.scenario.Scenario;

/**
 * Perfect foresight with the same start-up lag: at each tick the highest need from now until a pod
 * ordered now would be Ready.
 *
 * <p>With a fixed lag this is the cheapest plan that is never short, as long as the upper bound
 * allows it: a pod that is Ready at a tick has been paid for since a lag before, so no plan without
 * short time holds fewer pods at any tick. With random lags it plans with their 90 % point and may
 * be short. Unknown demand needs nothing.
 */
public final class Oracle {

  private Oracle() {}

  /** Runs it over a scenario, within the bounds of the scenario's policy. */
  public static PolicyRun run(Scenario scenario) {
    int first = scenario.firstTick();
    int[] desired = plan(scenario, first, scenario.endTick());
    int[] ready = new int[desired.length];
    Pods pods = new Pods(desired.length == 0 ? 0 : desired[0], scenario.lag());
    Tally tally = new Tally();
    for (int i = 0; i < desired.length; i++) {
      pods.resize(desired[i], 1000L * DemandTrace.TICK_SECONDS * i);
      ready[i] = pods.ready();
      if (first + i >= scenario.firstScoredTick()) {
        double demand = scenario.demand().at(first + i);
        tally.add(demand, scenario.policy().perReplica(), desired[i], ready[i]);
      }
    }
    return PolicyRun.of(
        tally.outcome(OutcomeTable.ORACLE), scenario.instantOf(first), desired, ready);
  }

  private static int[] plan(Scenario scenario, int first, int end) {
    ScalingPolicy policy = scenario.policy();
    int[] need = new int[end - first];
    for (int i = 0; i < need.length; i++) {
      double demand = scenario.demand().at(first + i);
      int replicas = Double.isNaN(demand) ? 0 : Tally.replicasFor(demand, policy.perReplica());
      need[i] = Math.clamp(replicas, policy.minReplicas(), policy.maxReplicas());
    }
    long lag = Math.ceilDiv(scenario.lag().p90().toMillis(), DemandTrace.TICK_SECONDS * 1000L);
    return highestAhead(need, (int) lag);
  }

  /** For each tick the highest value from there to {@code ticks} later, cut at the end. */
  public static int[] highestAhead(int[] values, int ticks) {
    int[] highest = new int[values.length];
    int[] queue = new int[values.length]; // ticks ahead, their values strictly falling
    int head = 0;
    int tail = 0;
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      for (; next < values.length && next - i <= ticks; next++) {
        while (tail > head && values[queue[tail - 1]] <= values[next]) {
          tail--;
        }
        queue[tail++] = next;
      }
      if (queue[head] < i) {
        head++;
      }
      highest[i] = values[queue[head]];
    }
    return highest;
  }
}
