package dev.almanac.simulator.packing;

/**
 * A price that no packing of the placed pods can go below.
 *
 * @param price at least 0
 * @param kind what proves it
 */
public record LowerBound(double price, Kind kind) {

  /** The proofs, from cheap to dear. */
  public enum Kind {
    /** Nothing is to be packed, or only on nodes that are paid for. */
    NONE("nothing to pay"),
    /** The fluid linear program: volumes by allowed types, node counts of limited groups. */
    FLUID("fluid linear program"),
    /** Pods of which no two may share a node, on the cheapest nodes that take them. */
    CONFLICT("pods that must not share a node"),
    /** Dual feasible functions; contains L2 of Martello and Toth. */
    DUAL_FEASIBLE("dual feasible functions"),
    /** The configuration linear program by column generation. */
    CONFIGURATION("configuration linear program");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** For people. */
    public String title() {
      return title;
    }
  }

  /** The higher of the two. */
  LowerBound or(double other, Kind otherKind) {
    return other > price ? new LowerBound(other, otherKind) : this;
  }
}
