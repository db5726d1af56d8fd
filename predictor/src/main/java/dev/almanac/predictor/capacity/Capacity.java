package dev.almanac.predictor.capacity;

/** What is known of how much demand one replica serves. */
public sealed interface Capacity {

  /**
   * It is known.
   *
   * @param perReplica demand at which a pod reaches its target, and no more than pods have been
   *     seen to serve; above 0
   * @param low the 5 % point of that under another choice of the same days
   * @param high the 95 % point
   * @param base usage of a pod without demand, at least 0
   * @param slope usage that one unit of demand adds to a pod, above 0
   * @param most demand on one pod that 99 % of the minutes stayed below: nothing is known beyond
   * @param minutes that the fit rests on
   * @param saturated minutes in which pods were as busy as they can be; what was served then was
   *     not what was asked for
   */
  record Learned(
      double perReplica,
      double low,
      double high,
      double base,
      double slope,
      double most,
      int minutes,
      int saturated)
      implements Capacity {

    /** Whether the target lies beyond what has been seen, so that more may be possible. */
    public boolean isBounded() {
      return perReplica >= most;
    }

    /** Usage that a pod should show at a demand. */
    public double usageAt(double demandPerPod) {
      return base + slope * demandPerPod;
    }
  }

  /** It is not known, and guessing would be worse than asking. */
  record Refused(Why why, String detail) implements Capacity {}

  /** Why nothing was learned. */
  enum Why {
    /** Pods use so much more or less than they did that what was learned is of another image. */
    DRIFTED,
    /** Too few minutes with all three values and a settled number of pods. */
    TOO_FEW_MINUTES,
    /** Demand on a pod has hardly changed: any line fits. */
    DEMAND_TOO_STILL,
    /** Usage does not rise with demand, or mostly for other reasons. */
    USAGE_DOES_NOT_FOLLOW,
    /** Other choices of the same hours would give quite another answer. */
    TOO_UNCERTAIN,
    /** A pod without demand is above the target already. */
    TARGET_BELOW_BASE
  }
}
