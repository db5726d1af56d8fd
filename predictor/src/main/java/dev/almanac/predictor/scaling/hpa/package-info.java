/** The reactive rules of the HorizontalPodAutoscaler, on plain numbers. */
@NullMarked
package dev.almanac.predictor.scaling.hpa;

import org.jspecify.annotations.NullMarked;
