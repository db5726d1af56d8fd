package dev.almanac.predictor.scaling;

import dev.almanac.predictor.metrics.Reading;

/**
 * The demand that replicas must serve, in the unit of {@link ScalingPolicy#perReplica}.
 *
 * @param now the newest reading
 */
public record Demand(Reading now) {}
