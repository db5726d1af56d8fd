/** Demand forecasts as quantiles, and the models that make them. */
@NullMarked
package dev.almanac.predictor.forecast;

import org.jspecify.annotations.NullMarked;
