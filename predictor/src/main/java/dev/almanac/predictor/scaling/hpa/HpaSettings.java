package dev.almanac.predictor.scaling.hpa;

import java.time.Duration;

/**
 * What holds for all HPAs of a controller: the flags of kube-controller-manager.
 *
 * @param tolerance of both directions, unless a {@code behavior} has its own; at least 0
 * @param cpuInitialization for so long after its start a pod's cpu counts only once it is Ready
 * @param readinessDelay a pod unready since sooner after its start has never been ready
 * @param downscaleStabilization a fall is at most to the highest answer of this window
 * @param scaleUpLimitFactor without {@code behavior} one sync may at most multiply by this
 * @param scaleUpLimitMinimum and may always reach this
 */
public record HpaSettings(
    double tolerance,
    Duration cpuInitialization,
    Duration readinessDelay,
    Duration downscaleStabilization,
    double scaleUpLimitFactor,
    double scaleUpLimitMinimum) {

  /** The flags as Kubernetes ships them. */
  public static final HpaSettings DEFAULT =
      new HpaSettings(
          0.1, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMinutes(5), 2, 4);

  /** Refuses negative times and numbers that are not finite. */
  public HpaSettings {
    Tolerance.check(tolerance);
    if (cpuInitialization.isNegative()
        || readinessDelay.isNegative()
        || downscaleStabilization.isNegative()) {
      throw new IllegalArgumentException("times must not be negative");
    }
    if (!Double.isFinite(scaleUpLimitFactor) || !Double.isFinite(scaleUpLimitMinimum)) {
      throw new IllegalArgumentException("the scale-up limit must be finite");
    }
  }
}
