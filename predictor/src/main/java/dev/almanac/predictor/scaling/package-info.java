/** The decision: a pure function from what is known now to replicas or Hold. */
@NullMarked
package dev.almanac.predictor.scaling;

import org.jspecify.annotations.NullMarked;
