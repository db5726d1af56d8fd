/** From an advised amount to what a pod may request: QoS class, ranges, quota, heap, HPA target. */
@NullMarked
package dev.almanac.predictor.rightsizing.pod;

import org.jspecify.annotations.NullMarked;
