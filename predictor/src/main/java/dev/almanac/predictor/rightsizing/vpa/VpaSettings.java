package dev.almanac.predictor.rightsizing.vpa;

import java.time.Duration;

/**
 * What the flags of the recommender set.
 *
 * @param cpu percentiles and confidence of CPU
 * @param memory percentiles and confidence of memory
 * @param cpuHalfLife after which a CPU sample weighs half
 * @param memoryHalfLife after which a memory peak weighs half
 * @param memoryInterval each container has one memory peak in each
 * @param memoryIntervalCount intervals after which an aggregate without samples is dropped
 * @param oomBumpRatio memory after an OOM kill over that before, at least 1
 * @param oomMinBumpBytes memory after an OOM kill above that before, at least
 * @param marginFraction of an estimate, on top of it
 * @param podMinCpuMillicores least CPU of all containers of a pod together
 * @param podMinMemoryMebibytes least memory of all containers of a pod together
 */
public record VpaSettings(
    Bounds cpu,
    Bounds memory,
    Duration cpuHalfLife,
    Duration memoryHalfLife,
    Duration memoryInterval,
    int memoryIntervalCount,
    double oomBumpRatio,
    double oomMinBumpBytes,
    double marginFraction,
    double podMinCpuMillicores,
    double podMinMemoryMebibytes) {

  /**
   * Percentiles of usage that make the three values of a recommendation.
   *
   * @param target share of time, 0 to 1
   * @param lower share of time, 0 to 1
   * @param upper share of time, 0 to 1
   * @param confidenceInterval history of this length is a confidence of 1
   */
  public record Bounds(double target, double lower, double upper, Duration confidenceInterval) {

    /** Refuses shares outside [0, 1] and an interval that is not positive. */
    public Bounds {
      for (double share : new double[] {target, lower, upper}) {
        if (!(share >= 0 && share <= 1)) {
          throw new IllegalArgumentException("a percentile must be in [0, 1], was " + share);
        }
      }
      if (!confidenceInterval.isPositive()) {
        throw new IllegalArgumentException(
            "the confidence interval must be positive, was " + confidenceInterval);
      }
    }
  }

  private static final Duration DAY = Duration.ofDays(1);
  private static final Bounds DEFAULT_BOUNDS = new Bounds(0.9, 0.5, 0.95, DAY);

  /** The defaults of VPA 1.7. */
  public static final VpaSettings DEFAULTS =
      new VpaSettings(
          DEFAULT_BOUNDS, DEFAULT_BOUNDS, DAY, DAY, DAY, 8, 1.2, 100 * 1024 * 1024, 0.15, 25, 250);

  /** Refuses what would shrink an estimate or make it NaN. */
  public VpaSettings {
    if (!memoryInterval.isPositive() || memoryIntervalCount < 1) {
      throw new IllegalArgumentException(
          "memory interval and count must be positive: %s, %d"
              .formatted(memoryInterval, memoryIntervalCount));
    }
    check("OOM bump ratio", oomBumpRatio, 1);
    check("least OOM bump", oomMinBumpBytes, 0);
    check("margin", marginFraction, 0);
    check("least CPU of a pod", podMinCpuMillicores, 0);
    check("least memory of a pod", podMinMemoryMebibytes, 0);
  }

  private static void check(String what, double value, double least) {
    if (!(value >= least) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be finite and at least %s, was %s".formatted(what, least, value));
    }
  }
}
