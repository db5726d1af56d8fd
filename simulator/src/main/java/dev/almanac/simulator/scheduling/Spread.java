package dev.almanac.simulator.scheduling;

/**
 * A topology spread constraint that must hold (DoNotSchedule); ScheduleAnyway is not read.
 *
 * @param maxSkew how far the fullest domain may be above the emptiest, at least 1
 * @param selector which pods of the namespace are counted
 * @param minDomains fewer domains than this: the emptiest counts as 0
 * @param honourAffinity whether only nodes that the pod's node affinity admits make domains
 * @param honourTaints whether only nodes whose taints the pod tolerates make domains
 */
public record Spread(
    int maxSkew,
    String topologyKey,
    Selector selector,
    int minDomains,
    boolean honourAffinity,
    boolean honourTaints) {

  boolean onHost() {
    return topologyKey.equals(NodeKind.HOSTNAME);
  }
}
