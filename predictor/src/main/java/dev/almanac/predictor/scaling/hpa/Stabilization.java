package dev.almanac.predictor.scaling.hpa;

/**
 * Stabilization with a {@code behavior} block (Kubernetes 1.37, {@code horizontal.go}: {@code
 * stabilizeRecommendationWithBehaviors}).
 *
 * <p>Unlike {@link DefaultBehavior} an answer exactly as old as a window no longer counts; and the
 * result never crosses the present size, it only moves less far away from it.
 */
public final class Stabilization {
  private Stabilization() {}

  /**
   * The move that all answers of the windows agree on.
   *
   * @param current {@code spec.replicas}
   * @param desired raw answer of this sync
   * @param ages age in seconds of each earlier answer
   * @param replicas the earlier answers, same length as {@code ages}
   * @param upSeconds a rise is at most to the lowest answer younger than this
   * @param downSeconds a fall is at most to the highest answer younger than this
   */
  public static int stabilize(
      int current,
      int desired,
      double[] ages,
      int[] replicas,
      double upSeconds,
      double downSeconds) {
    int lowest = desired;
    int highest = desired;
    for (int i = 0; i < ages.length; i++) {
      if (ages[i] < upSeconds) {
        lowest = Math.min(lowest, replicas[i]);
      }
      if (ages[i] < downSeconds) {
        highest = Math.max(highest, replicas[i]);
      }
    }
    return Math.clamp(current, lowest, highest);
  }

  /**
   * Where the raw answer of this sync is remembered: the last slot older than both windows, or a
   * new one at the end. A slot exactly as old as a window is kept, though it counts no more.
   */
  public static int slotFor(double[] ages, double upSeconds, double downSeconds) {
    return DefaultBehavior.slotFor(ages, Math.max(upSeconds, downSeconds));
  }
}
