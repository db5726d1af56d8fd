package dev.almanac.service.view;

/**
 * A target's sizes at one instant.
 *
 * @param spec {@code spec.replicas} as it stands in the cluster
 * @param desired what the last decision wants; differs from {@code spec} at stage Shadow, under
 *     Hold, and until a write has been seen
 * @param ready replicas that serve
 */
public record Replicas(int spec, int desired, int ready) {}
