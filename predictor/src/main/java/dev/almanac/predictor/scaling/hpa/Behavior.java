package dev.almanac.predictor.scaling.hpa;

/** {@code behavior} of the HPA v2 API, both directions complete. */
public record Behavior(ScalingRules scaleUp, ScalingRules scaleDown) {}
