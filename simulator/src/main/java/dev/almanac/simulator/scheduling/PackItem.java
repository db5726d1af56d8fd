package dev.almanac.simulator.scheduling;

/**
 * What the packing moves as one: a pod, or pods that must share a node.
 *
 * @param groups numbers of the pod groups in it, usually one
 * @param pods of each of them in one item
 * @param demand how many such items
 * @param rooms which rooms may take it
 * @param companions groups of which a node with this must hold a pod; empty: none needed
 */
@SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
record PackItem(int[] groups, int[] pods, int demand, boolean[] rooms, int[] companions) {

  static PackItem of(int group, int demand, boolean[] rooms, int[] companions) {
    return new PackItem(new int[] {group}, new int[] {1}, demand, rooms, companions);
  }
}
