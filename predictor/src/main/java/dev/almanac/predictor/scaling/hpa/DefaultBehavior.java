package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.RateLimit.Limited;

/**
 * How HPA without a {@code behavior} block turns a raw answer into a size (Kubernetes 1.37, {@code
 * horizontal.go}: {@code normalizeDesiredReplicas}; rules in the order of the controller).
 */
public final class DefaultBehavior {
  private DefaultBehavior() {}

  /**
   * The highest of the raw answer and every answer at most {@code windowSeconds} old. May exceed
   * the present size, that is, raise.
   *
   * @param desired raw answer of this sync
   * @param ages age in seconds of each earlier answer
   * @param replicas the earlier answers, same length as {@code ages}
   * @param windowSeconds downscale stabilization window; an answer exactly that old still counts
   */
  public static int stabilize(int desired, double[] ages, int[] replicas, double windowSeconds) {
    int highest = desired;
    for (int i = 0; i < ages.length; i++) {
      if (ages[i] <= windowSeconds) {
        highest = Math.max(highest, replicas[i]);
      }
    }
    return highest;
  }

  /**
   * Where the raw answer of this sync is remembered: the last slot older than the window, or a new
   * one at the end.
   */
  public static int slotFor(double[] ages, double windowSeconds) {
    for (int i = ages.length - 1; i >= 0; i--) {
      if (ages[i] > windowSeconds) {
        return i;
      }
    }
    return ages.length;
  }

  /** Without behaviour one sync may at most double, and may always reach 4. */
  public static int scaleUpLimit(int current) {
    return scaleUpLimit(current, 2, 4);
  }

  /**
   * The same with other numbers than the controller's.
   *
   * @param factor one sync may at most multiply by this
   * @param minimum and may always reach this
   */
  public static int scaleUpLimit(int current, double factor, double minimum) {
    return (int) Math.max(factor * current, minimum);
  }

  /**
   * The stabilized answer inside the bounds and below the scale-up limit. The lower bound wins.
   *
   * @param scaleUpLimit see {@link #scaleUpLimit}
   */
  public static Limited limit(int stabilized, int min, int max, int scaleUpLimit) {
    if (stabilized < min) {
      return new Limited(min, ConditionReason.TOO_FEW_REPLICAS);
    }
    if (stabilized > Math.min(max, scaleUpLimit)) {
      return scaleUpLimit < max
          ? new Limited(scaleUpLimit, ConditionReason.SCALE_UP_LIMIT)
          : new Limited(max, ConditionReason.TOO_MANY_REPLICAS);
    }
    return new Limited(stabilized, ConditionReason.DESIRED_WITHIN_RANGE);
  }
}
