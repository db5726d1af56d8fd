package dev.almanac.predictor.scaling.hpa;

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
    return (int) Math.min(Math.max(2.0 * current, 4.0), Integer.MAX_VALUE);
  }
}
