/**
 * The distribution of the highest demand over a window ahead, predicted directly: a maximum of
 * marginal quantiles says nothing about how likely it is that none of them is passed.
 */
@NullMarked
package dev.almanac.predictor.forecast.window;

import org.jspecify.annotations.NullMarked;
