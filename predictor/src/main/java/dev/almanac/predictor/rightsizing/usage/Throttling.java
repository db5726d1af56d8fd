package dev.almanac.predictor.rightsizing.usage;

/**
 * CPU that a container would have used without its limit.
 *
 * <p>Usage of a throttled container is what the limit left of its demand, and a request out of it
 * repeats the limit for ever. The kernel counts the time that threads stood ready and were not let
 * run; {@code container_cpu_cfs_throttled_seconds_total} has it, and its rate is in cores as that
 * of usage is.
 */
public final class Throttling {
  private Throttling() {}

  /**
   * Usage and throttled time together, sample by sample. Where throttling is not known usage stands
   * alone; where usage is absent the result is.
   *
   * @param usage in cores, NaN where absent
   * @param throttled seconds per second, NaN where absent, of the same length
   */
  public static double[] demand(double[] usage, double[] throttled) {
    if (usage.length != throttled.length) {
      throw new IllegalArgumentException(
          "usage and throttled time must be samples of the same times: %d, %d"
              .formatted(usage.length, throttled.length));
    }
    double[] demand = new double[usage.length];
    for (int i = 0; i < usage.length; i++) {
      demand[i] = usage[i] + (throttled[i] > 0 ? throttled[i] : 0);
    }
    return demand;
  }

  /**
   * Share of the samples with usage in which the container was throttled for more than a share of
   * what it used; NaN when there is no usage.
   *
   * @param tolerance 0 counts every throttled sample
   */
  public static double share(double[] usage, double[] throttled, double tolerance) {
    double[] demand = demand(usage, throttled);
    int present = 0;
    int held = 0;
    for (int i = 0; i < usage.length; i++) {
      if (!Double.isNaN(usage[i])) {
        present++;
        held += demand[i] > usage[i] * (1 + tolerance) ? 1 : 0;
      }
    }
    return (double) held / present;
  }
}
