package dev.almanac.simulator.policy;

import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.simulator.outcome.Tally;
import java.time.Duration;

/**
 * A plain HPA on one External metric with an AverageValue target and the default behavior.
 *
 * @param perReplica demand that one pod serves, above 0
 * @param target share of {@code perReplica} that the HPA aims at, above 0, up to 10
 * @param tolerance band around the target inside which nothing changes, at least 0
 * @param downWindow a fall stops at the highest answer younger than this, 0 to 1 h
 * @param minReplicas at least 1
 * @param maxReplicas at least {@code minReplicas}
 */
public record HpaSettings(
    double perReplica,
    double target,
    double tolerance,
    Duration downWindow,
    int minReplicas,
    int maxReplicas) {

  /** Longest window that the HPA API allows. */
  private static final Duration LONGEST_WINDOW = Duration.ofHours(1);

  /** Refuses values out of bounds. */
  public HpaSettings {
    if (!(perReplica > 0) || Double.isInfinite(perReplica)) {
      throw new IllegalArgumentException("perReplica must be above 0, was " + perReplica);
    }
    if (!(target > 0 && target <= 10)) {
      throw new IllegalArgumentException("target must lie in (0, 10], was " + target);
    }
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
    }
    if (downWindow.isNegative() || downWindow.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException("downWindow must be 0 to 1 h, was " + downWindow);
    }
    if (minReplicas < 1 || maxReplicas < minReplicas) {
      throw new IllegalArgumentException(
          "need 1 <= minReplicas <= maxReplicas, was %d and %d"
              .formatted(minReplicas, maxReplicas));
    }
  }

  /** The HPA that would stand in a policy's place: same bounds, target, tolerance and window. */
  public static HpaSettings of(ScalingPolicy policy) {
    ReactiveRule rule = policy.reactive();
    return new HpaSettings(
        policy.perReplica(),
        rule.targetUtilization(),
        rule.tolerance(),
        rule.behavior()
            .map(behavior -> behavior.scaleDown().stabilizationWindow())
            .orElse(rule.downscaleStabilization()),
        Math.max(1, policy.minReplicas()),
        policy.maxReplicas());
  }

  /** The same HPA with another target. */
  public HpaSettings withTarget(double share) {
    return new HpaSettings(perReplica, share, tolerance, downWindow, minReplicas, maxReplicas);
  }

  /**
   * The size at which this HPA would have settled.
   *
   * @param measured demand as the metric shows it; without one, the lower bound
   */
  public int settledAt(double measured) {
    return Double.isNaN(measured)
        ? minReplicas
        : Math.clamp(Tally.replicasFor(measured, perReplica * target), minReplicas, maxReplicas);
  }
}
