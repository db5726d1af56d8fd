/** How good forecasts were: losses of one target, and scores over many. */
@NullMarked
package dev.almanac.predictor.accuracy;

import org.jspecify.annotations.NullMarked;
