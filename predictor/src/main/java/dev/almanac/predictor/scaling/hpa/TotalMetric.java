package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import java.util.List;

/**
 * Object and External metrics: one number for all pods together (Kubernetes 1.37, {@code
 * replica_calculator.go}: {@code GetExternalMetricReplicas}, {@code
 * GetExternalPerPodMetricReplicas} and the same two for Object).
 */
public final class TotalMetric {
  private TotalMetric() {}

  /** Sum of all series, saturating; what a Value target is compared with. */
  public static long sum(List<Long> seriesMilli) {
    long total = 0;
    for (long milli : seriesMilli) {
      if (milli > 0 && total > Long.MAX_VALUE - milli) {
        return Long.MAX_VALUE;
      }
      total = Milli.plus(total, milli);
    }
    return total;
  }

  /**
   * Sum of all series as an AverageValue target sees it: the controller takes any negative partial
   * sum for an overflow and answers with the largest number. Series are expected to be at least 0.
   */
  public static long sumForAverage(List<Long> seriesMilli) {
    long total = 0;
    for (long milli : seriesMilli) {
      total += milli;
      if (total < 0) {
        return Long.MAX_VALUE;
      }
    }
    return total;
  }

  /** Pods that a Value target counts: Running and Ready, those being deleted included. */
  public static int readyPods(List<Pod> pods) {
    int ready = 0;
    for (Pod pod : pods) {
      if (pod.phase() == Phase.RUNNING && pod.ready() == Ready.TRUE) {
        ready++;
      }
    }
    return ready;
  }

  /**
   * Replicas for a Value target.
   *
   * <p>{@code ceil(total / target * readyPods)}, or {@code currentReplicas} inside the band.
   * Unready pods shrink the answer, so a ratio above 1 may still ask for fewer. From zero replicas
   * it is {@code ceil(total / target)} without a band.
   *
   * @param totalMilli milli-units
   * @param targetMilli milli-units, above 0
   * @param readyPods see {@link #readyPods}
   * @return saturating at int32
   */
  public static int value(
      long totalMilli, long targetMilli, int currentReplicas, int readyPods, Tolerance tolerance) {
    double ratio = (double) totalMilli / targetMilli;
    if (currentReplicas == 0) {
      return Milli.replicas(ratio);
    }
    return tolerance.contains(ratio) ? currentReplicas : Milli.replicas(ratio * readyPods);
  }

  /** Whether {@link #value} counts pods, and thus fails when there is none. */
  static boolean valueCountsPods(
      long totalMilli, long targetMilli, int currentReplicas, Tolerance tolerance) {
    return currentReplicas != 0 && !tolerance.contains((double) totalMilli / targetMilli);
  }

  /**
   * Replicas for an AverageValue target.
   *
   * <p>The ratio is {@code total / (target * statusReplicas)}. Inside the band the answer is {@code
   * statusReplicas} (surge pods of a rollout become the new size), else {@code ceil(total /
   * target)}. Without status replicas the ratio is infinite or NaN and thus outside the band.
   *
   * @param totalMilli milli-units
   * @param targetMilli per replica in milli-units, above 0
   * @param statusReplicas pods that exist, at least 0
   * @return saturating at int32
   */
  public static int averageValue(
      long totalMilli, long targetMilli, int statusReplicas, Tolerance tolerance) {
    double ratio = (double) totalMilli / ((double) targetMilli * statusReplicas);
    return tolerance.contains(ratio) ? statusReplicas : beyondTolerance(totalMilli, targetMilli);
  }

  /**
   * Replicas for an AverageValue target when the ratio lies outside the band: {@code ceil(total /
   * target)}, whatever there is now.
   *
   * @param totalMilli a whole number of milli-units; NaN gives 0
   * @param targetMilli per replica in milli-units, above 0
   * @return saturating at int32
   */
  public static int beyondTolerance(double totalMilli, double targetMilli) {
    return Milli.replicas(totalMilli / targetMilli);
  }

  /** What each pod has of a total, rounded up; 0 without pods, saturating in binary64. */
  public static long perPod(long totalMilli, int statusReplicas) {
    if ((double) totalMilli >= 0x1p63) {
      return Long.MAX_VALUE;
    }
    return statusReplicas == 0 ? 0 : (long) Math.ceil((double) totalMilli / statusReplicas);
  }
}
