/**
 * Past days lived through again under other prices and under the reactive rule, beside the loop.
 */
@NullMarked
package dev.almanac.predictor.scaling.shadow;

import org.jspecify.annotations.NullMarked;
