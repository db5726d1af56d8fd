/** Readings of metrics: a value with its age, or the reason why there is none. */
@NullMarked
package dev.almanac.predictor.metrics;

import org.jspecify.annotations.NullMarked;
