/** Regular series of samples, where absence is a value of its own. */
@NullMarked
package dev.almanac.predictor.series;

import org.jspecify.annotations.NullMarked;
