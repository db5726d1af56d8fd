package dev.almanac.predictor.scaling.hpa;

import java.time.Instant;

/**
 * A change of the size in one direction.
 *
 * @param at when it was made
 * @param change replicas, at least 0
 * @param outdated older than every policy's period, so its slot may be used again
 */
public record ScaleEvent(Instant at, int change, boolean outdated) {}
