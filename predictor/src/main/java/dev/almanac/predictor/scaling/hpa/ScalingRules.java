package dev.almanac.predictor.scaling.hpa;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One direction of {@code behavior} in the HPA v2 API, complete. A reader of a block that leaves
 * something out starts from the defaults and replaces what is given.
 *
 * @param stabilizationWindow not negative; the API allows up to {@link #LONGEST_WINDOW}
 * @param select which policy holds when there are several
 * @param policies limits of the rate
 * @param tolerance finite, at least 0; empty for the controller's own (KEP-4951)
 */
public record ScalingRules(
    Duration stabilizationWindow,
    SelectPolicy select,
    List<Policy> policies,
    OptionalDouble tolerance) {

  /** Longest stabilization window that the API accepts. */
  public static final Duration LONGEST_WINDOW = Duration.ofHours(1);

  /** Longest policy period that the API accepts; the shortest is one second. */
  public static final Duration LONGEST_PERIOD = Duration.ofMinutes(30);

  /** Which policy holds: that of the largest change, of the smallest, or none may change at all. */
  public enum SelectPolicy {
    MAX,
    MIN,
    DISABLED
  }

  /** What a policy's value counts. */
  public enum PolicyType {
    PODS,
    PERCENT
  }

  /**
   * A limit of the rate.
   *
   * @param type what {@code value} counts
   * @param value change per period, at least 0
   * @param period how far back earlier changes are charged against it, not negative
   */
  public record Policy(PolicyType type, int value, Duration period) {
    /** Refuses negative values and periods. */
    public Policy {
      if (value < 0 || period.isNegative()) {
        throw new IllegalArgumentException(
            "a policy must not be negative, was %d per %s".formatted(value, period));
      }
    }
  }

  /** Copies the policies; refuses a negative window and a tolerance out of range. */
  public ScalingRules {
    if (stabilizationWindow.isNegative()) {
      throw new IllegalArgumentException(
          "stabilization window must not be negative, was " + stabilizationWindow);
    }
    policies = List.copyOf(policies);
    tolerance.ifPresent(Tolerance::check);
  }

  /** Scale-up of a block that leaves it out: 4 pods or 100 % in 15 s, at once. */
  public static ScalingRules scaleUpDefault() {
    return new ScalingRules(
        Duration.ZERO,
        SelectPolicy.MAX,
        List.of(
            new Policy(PolicyType.PODS, 4, Duration.ofSeconds(15)),
            new Policy(PolicyType.PERCENT, 100, Duration.ofSeconds(15))),
        OptionalDouble.empty());
  }

  /**
   * Scale-down of a block that leaves it out: all in 15 s, to the highest answer of the window.
   *
   * @param downscaleStabilization the controller's own window
   */
  public static ScalingRules scaleDownDefault(Duration downscaleStabilization) {
    return new ScalingRules(
        downscaleStabilization,
        SelectPolicy.MAX,
        List.of(new Policy(PolicyType.PERCENT, 100, Duration.ofSeconds(15))),
        OptionalDouble.empty());
  }

  /** The same with another window. */
  public ScalingRules withStabilizationWindow(Duration window) {
    return new ScalingRules(window, select, policies, tolerance);
  }

  /** The same with another choice among policies. */
  public ScalingRules withSelect(SelectPolicy other) {
    return new ScalingRules(stabilizationWindow, other, policies, tolerance);
  }

  /** The same with other policies. */
  public ScalingRules withPolicies(List<Policy> others) {
    return new ScalingRules(stabilizationWindow, select, others, tolerance);
  }

  /** The same with a tolerance of its own. */
  public ScalingRules withTolerance(double width) {
    return new ScalingRules(stabilizationWindow, select, policies, OptionalDouble.of(width));
  }

  /** For how long a change can matter to any policy; zero without policies. */
  Duration longestPeriod() {
    Duration longest = Duration.ZERO;
    for (Policy policy : policies) {
      longest = policy.period().compareTo(longest) > 0 ? policy.period() : longest;
    }
    return longest;
  }
}
