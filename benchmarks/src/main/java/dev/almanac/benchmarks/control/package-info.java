/** Replica policies over real workload series: what each costs, and how often it is short. */
@NullMarked
package dev.almanac.benchmarks.control;

import org.jspecify.annotations.NullMarked;
