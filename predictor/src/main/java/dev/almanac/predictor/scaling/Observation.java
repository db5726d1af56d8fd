package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.metrics.MetricReading;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that one decision may know. With the policy and the state it determines the decision, byte
 * for byte.
 *
 * @param at the decision's time
 * @param target facts about the workload
 * @param readings further metrics, in the order of the policy
 * @param demand the demand now
 * @param forecast demand ahead, at least over {@link Autoscaler#horizon} and with the levels of
 *     {@link Autoscaler#levels}; empty when no model is fitted
 * @param limits what the surroundings forbid
 */
public record Observation(
    Instant at,
    TargetFacts target,
    List<MetricReading> readings,
    Demand demand,
    Optional<Forecast> forecast,
    Limits limits) {

  /** Copies the list. */
  public Observation {
    readings = List.copyOf(readings);
  }
}
