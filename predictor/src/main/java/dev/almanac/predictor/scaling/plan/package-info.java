/** The cheapest replicas for demand that is known, or of which the distribution is. */
@NullMarked
package dev.almanac.predictor.scaling.plan;

import org.jspecify.annotations.NullMarked;
