package dev.almanac.predictor.scaling;

/**
 * A decision and the state to decide with next.
 *
 * @param decision what to do now
 * @param next the state of the next step
 */
public record Step(Decision decision, AutoscalerState next) {}
