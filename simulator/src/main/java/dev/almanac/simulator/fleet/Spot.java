package dev.almanac.simulator.fleet;

import java.time.Duration;
import java.util.Optional;

/**
 * How a provider takes the nodes of a group back, as it does with spot and preemptible ones.
 *
 * @param reclaimsPerNodeHour of a node by itself, mean, 0 to {@value #MOST_AN_HOUR}
 * @param notice from the warning, at which its pods are moved, until the node is gone, 0 to 1 h
 *     (AWS 120 s, Google Cloud and Azure 30 s); 0: nobody heeds it, and pods are lost with their
 *     node
 * @param waves in which a part of the group goes at once; empty: nodes go one by one
 */
public record Spot(double reclaimsPerNodeHour, Duration notice, Optional<Waves> waves) {

  /** No node is taken more often. */
  public static final int MOST_AN_HOUR = 60;

  /** Hours of a month, as providers bill it. */
  public static final double HOURS_OF_MONTH = 730;

  /** That of AWS, after which it is named in studies. */
  public static final Duration NOTICE = Duration.ofSeconds(120);

  private static final Duration MOST_NOTICE = Duration.ofHours(1);

  /**
   * A provider wants a part of a group back at once, and has none to give for a while.
   *
   * @param perMonth mean, above 0, up to {@value #MOST_A_MONTH}
   * @param share of the nodes there, in (0, 1]
   * @param shortage for which the group has no new nodes, 0 to 30 days
   */
  public record Waves(double perMonth, double share, Duration shortage) {
    /** One and a half an hour. */
    public static final int MOST_A_MONTH = 1_000;

    private static final Duration MOST_SHORTAGE = Duration.ofDays(30);

    /** Refuses values out of bounds. */
    public Waves {
      if (!(perMonth > 0 && perMonth <= MOST_A_MONTH) || !(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "waves need 0 < perMonth <= %,d and 0 < share <= 1, were %s and %s"
                .formatted(MOST_A_MONTH, perMonth, share));
      }
      if (shortage.isNegative() || shortage.compareTo(MOST_SHORTAGE) > 0) {
        throw new IllegalArgumentException("a shortage has 0 to 30 days, was " + shortage);
      }
    }
  }

  /** Refuses values out of bounds, and a group that would lose nothing. */
  public Spot {
    if (!(reclaimsPerNodeHour >= 0 && reclaimsPerNodeHour <= MOST_AN_HOUR)) {
      throw new IllegalArgumentException(
          "reclaims of a node must lie in 0 to %d an hour, were %s"
              .formatted(MOST_AN_HOUR, reclaimsPerNodeHour));
    }
    if (notice.isNegative() || notice.compareTo(MOST_NOTICE) > 0) {
      throw new IllegalArgumentException("notice must be 0 to 1 h, was " + notice);
    }
    if (reclaimsPerNodeHour == 0 && waves.isEmpty()) {
      throw new IllegalArgumentException(
          "spot nodes that nobody takes back are plain ones: give a rate or waves, or leave spot out");
    }
  }

  /**
   * Reclaims and waves so many times as often.
   *
   * @param factor above 0
   */
  public Spot times(double factor) {
    return new Spot(
        reclaimsPerNodeHour * factor,
        notice,
        waves.map(w -> new Waves(w.perMonth() * factor, w.share(), w.shortage())));
  }
}
