package dev.almanac.simulator.packing;

/** Price of the nodes that pods need of which no two may share one. */
final class Conflicts {
  private Conflicts() {}

  /** The dearest such set, each node at the price of the cheapest type that takes the set. */
  static double price(Instance in, int[] demand) {
    double most = 0;
    for (int g = 0; g < in.groups; g++) {
      if (demand[g] > 0) {
        int nodes = Math.ceilDiv(demand[g], in.perNode[g]);
        most = Math.max(most, nodes * cheapest(in, in.allowed[g]));
      }
    }
    if (in.hasConflicts) {
      for (Fluid.Need need : Cliques.needs(in, demand)) {
        most = Math.max(most, need.nodes() * cheapest(in, need.types()));
      }
    }
    return most;
  }

  private static double cheapest(Instance in, boolean[] types) {
    double least = Double.POSITIVE_INFINITY;
    for (int t = 0; t < types.length; t++) {
      least = types[t] ? Math.min(least, in.price[t]) : least;
    }
    return Double.isInfinite(least) ? 0 : least;
  }
}
