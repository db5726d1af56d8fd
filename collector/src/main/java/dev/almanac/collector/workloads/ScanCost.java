package dev.almanac.collector.workloads;

/**
 * What a scan has cost the store.
 *
 * @param queries sent, repeats included
 * @param bytes of all answers
 * @param samples read
 * @param repeats of queries that the store was too busy for or that asked for too much
 */
public record ScanCost(long queries, long bytes, long samples, long repeats) {}
