package dev.almanac.predictor.metrics;

/**
 * One metric of a workload and what it says now.
 *
 * @param metric name within its workload, for example {@code demand}
 * @param reading the value, or why there is none
 */
public record MetricReading(String metric, Reading reading) {}
