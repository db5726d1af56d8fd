package dev.almanac.simulator.scenario;

import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import java.time.Instant;

/**
 * What is the same for every policy that is compared.
 *
 * @param demand what has to be served
 * @param metric how policies see it
 * @param lag how long new pods take to become Ready
 * @param window what is run and what is scored
 * @param policy what the owner wants: bounds, capacity of a replica, and the reactive target
 */
public record Scenario(
    DemandTrace demand,
    MetricTiming metric,
    StartUpLag lag,
    ScoreWindow window,
    ScalingPolicy policy) {

  /** First tick that is run. */
  public int firstTick() {
    return demand.firstTickFrom(window.start());
  }

  /** First tick that is scored. */
  public int firstScoredTick() {
    return demand.firstTickFrom(window.scoreFrom());
  }

  /** First tick that is not run any more, at most the length of the trace. */
  public int endTick() {
    return demand.firstTickFrom(window.end());
  }

  /** First instant of a tick. */
  public Instant instantOf(int tick) {
    return Instant.ofEpochSecond(demand.tickEpochSecond(tick));
  }

  /** What the metric says at the start of a tick, NaN when it says nothing. */
  public double measuredAt(int tick) {
    return metric.valueAt(demand, demand.tickEpochSecond(tick));
  }

  /** The same with another policy. */
  public Scenario withPolicy(ScalingPolicy other) {
    return new Scenario(demand, metric, lag, window, other);
  }
}
