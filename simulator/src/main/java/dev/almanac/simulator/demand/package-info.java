/** Demand of a workload over time, and the metric that a monitoring system would show of it. */
@NullMarked
package dev.almanac.simulator.demand;

import org.jspecify.annotations.NullMarked;
