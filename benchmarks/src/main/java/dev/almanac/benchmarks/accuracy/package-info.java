/** Accuracy of forecasters on real workload series, beside their peers and on the same windows. */
@org.jspecify.annotations.NullMarked
package dev.almanac.benchmarks.accuracy;
