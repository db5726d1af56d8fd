package dev.almanac.service.view;

import dev.almanac.predictor.scaling.ReasonCode;
import java.time.Instant;

/**
 * A decision in one line.
 *
 * @param at its instant
 * @param from {@code spec.replicas} before it
 * @param to the size that it asks for; {@code from} under Hold
 * @param hold whether it was Hold
 * @param reason its one reason
 * @param text the binding stage's conclusion with numbers and units; no time in it
 */
public record DecisionLine(
    Instant at, int from, int to, boolean hold, ReasonCode reason, String text) {}
