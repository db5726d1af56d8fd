/** The port to whatever runs the workload: the facts about it, and how its size is changed. */
@NullMarked
package dev.almanac.predictor.cluster;

import org.jspecify.annotations.NullMarked;
