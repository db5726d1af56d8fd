package dev.almanac.simulator.packing;

/**
 * How nodes are filled.
 *
 * @param power emphasis on tight dimensions: weight of a dimension = load^power
 * @param back last picks of a node that are packed again exactly
 * @param search steps of that search per node; 0: none
 * @param sample candidate groups looked at for a node, at least
 * @param repeat part of the possible repeats of a full node taken at once, in (0, 1]
 * @param noise randomisation of weights and order; 0: none
 * @param refresh the fluid program is solved again when this part of a volume is left; 0: never
 */
record FillRule(
    int power, int back, int search, int sample, double repeat, double noise, double refresh) {}
