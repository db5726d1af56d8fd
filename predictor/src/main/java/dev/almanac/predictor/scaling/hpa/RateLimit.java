package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.ScalingRules.Policy;
import dev.almanac.predictor.scaling.hpa.ScalingRules.PolicyType;
import dev.almanac.predictor.scaling.hpa.ScalingRules.SelectPolicy;

/**
 * The rate limits of a {@code behavior} block (Kubernetes 1.37, {@code horizontal.go}: {@code
 * convertDesiredReplicasWithBehaviorRate}).
 *
 * <p>A policy allows a change from the size at the start of its period, which is today's size with
 * the changes of the period, of both directions, undone. Changes come as parallel arrays: ages in
 * seconds and absolute numbers of replicas, one pair of arrays per direction.
 */
public final class RateLimit {
  private RateLimit() {}

  /** A size and what it was limited by, {@code DESIRED_WITHIN_RANGE} when by nothing. */
  public record Limited(int replicas, ConditionReason reason) {}

  /**
   * The stabilized answer inside the limits of its direction. A budget that is already overspent
   * holds the size; it never turns the direction.
   *
   * @param upLimit see {@link #upLimit}; read only above {@code current}
   * @param downLimit see {@link #downLimit}; read only below {@code current}
   */
  public static Limited limit(
      int current, int stabilized, int min, int max, int upLimit, int downLimit) {
    if (stabilized > current) {
      int limit = Math.max(upLimit, current);
      if (stabilized > Math.min(max, limit)) {
        return limit < max
            ? new Limited(limit, ConditionReason.SCALE_UP_LIMIT)
            : new Limited(max, ConditionReason.TOO_MANY_REPLICAS);
      }
    } else if (stabilized < current) {
      int limit = Math.min(downLimit, current);
      if (stabilized < Math.max(min, limit)) {
        return limit > min
            ? new Limited(limit, ConditionReason.SCALE_DOWN_LIMIT)
            : new Limited(min, ConditionReason.TOO_FEW_REPLICAS);
      }
    }
    return new Limited(stabilized, ConditionReason.DESIRED_WITHIN_RANGE);
  }

  /**
   * How far up the policies allow. Percentages round up, in binary64: 10 % on 100 pods allows 111,
   * because 1.1 is a little more than it says. May be below {@code current}.
   *
   * @return {@link Integer#MIN_VALUE}, or MAX_VALUE when selecting the smallest, without policies
   */
  public static int upLimit(
      int current, ScalingRules rules, double[] upAges, int[] ups, double[] downAges, int[] downs) {
    if (rules.select() == SelectPolicy.DISABLED) {
      return current;
    }
    boolean smallest = rules.select() == SelectPolicy.MIN;
    int limit = smallest ? Integer.MAX_VALUE : Integer.MIN_VALUE;
    for (Policy policy : rules.policies()) {
      int start = sizeAtStart(current, policy, upAges, ups, downAges, downs);
      int allowed =
          policy.type() == PolicyType.PODS
              ? Milli.saturate((long) start + policy.value())
              : (int) Math.ceil(start * (1 + policy.value() / 100.0));
      limit = smallest ? Math.min(limit, allowed) : Math.max(limit, allowed);
    }
    return limit;
  }

  /**
   * How far down the policies allow. Percentages truncate, in binary64: 90 % off 10 pods allows 0,
   * because 0.1 comes out a little less than it should. May be above {@code current}, or negative.
   *
   * @return {@link Integer#MAX_VALUE}, or MIN_VALUE when selecting the smallest, without policies
   */
  public static int downLimit(
      int current, ScalingRules rules, double[] upAges, int[] ups, double[] downAges, int[] downs) {
    if (rules.select() == SelectPolicy.DISABLED) {
      return current;
    }
    boolean smallest = rules.select() == SelectPolicy.MIN;
    int limit = smallest ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    for (Policy policy : rules.policies()) {
      int start = sizeAtStart(current, policy, upAges, ups, downAges, downs);
      int allowed =
          policy.type() == PolicyType.PODS
              ? Milli.saturate((long) start - policy.value())
              : (int) (start * (1 - policy.value() / 100.0));
      limit = smallest ? Math.max(limit, allowed) : Math.min(limit, allowed);
    }
    return limit;
  }

  /** Sum of the changes younger than a period; one exactly that old is no longer charged. */
  public static long changeWithin(double periodSeconds, double[] ages, int[] changes) {
    long sum = 0;
    for (int i = 0; i < ages.length; i++) {
      if (ages[i] < periodSeconds) {
        sum += changes[i];
      }
    }
    return sum;
  }

  private static int sizeAtStart(
      int current, Policy policy, double[] upAges, int[] ups, double[] downAges, int[] downs) {
    double period = Ages.seconds(policy.period());
    return Milli.saturate(
        current - changeWithin(period, upAges, ups) + changeWithin(period, downAges, downs));
  }
}
