package dev.almanac.simulator.packing;

/**
 * Nodes of one type with the same content.
 *
 * @param type number of the type
 * @param groups numbers of the groups on each node, each once
 * @param counts pods of each of them on one node, at least 1
 * @param copies how many such nodes, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // millions are made; nobody compares them
public record PackedNodes(int type, int[] groups, int[] counts, int copies) {}
