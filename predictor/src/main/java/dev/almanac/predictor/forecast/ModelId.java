package dev.almanac.predictor.forecast;

import java.time.Instant;

/**
 * Which model made a forecast.
 *
 * @param name the kind of model, for example {@code pooled-ridge}
 * @param fittedAt the end of the history it was fitted on
 */
public record ModelId(String name, Instant fittedAt) {}
