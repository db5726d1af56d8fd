package dev.almanac.predictor.rightsizing.vpa;

import java.time.Duration;
import java.util.Optional;

/**
 * What the updater does with a pod that it may resize in place ({@code
 * updater/restriction/pods_inplace_restriction.go}).
 */
public final class InPlaceResize {
  /** Waiting for room on the node longer than this is given up. */
  static final Duration DEFERRED_TIMEOUT = Duration.ofMinutes(5);

  /** Being resized longer than this is given up. */
  static final Duration IN_PROGRESS_TIMEOUT = Duration.ofHours(1);

  private InPlaceResize() {}

  /** How pods get new requests, of the modes that resize in place. */
  public enum Mode {
    /** Never evicts. */
    IN_PLACE,
    /** Evicts when resizing fails. */
    IN_PLACE_OR_RECREATE
  }

  /** What to do now. */
  public enum Decision {
    /** Resize. */
    APPROVED,
    /** Wait. */
    DEFERRED,
    /** Evict, as resizing has failed. */
    EVICT,
    /** Do not try again before the target is lower. */
    INFEASIBLE
  }

  /** Type of the condition that the kubelet sets. */
  public enum ConditionType {
    /** {@code PodResizePending}. */
    PENDING,
    /** {@code PodResizeInProgress}. */
    IN_PROGRESS
  }

  /**
   * The condition of a pod that is being resized.
   *
   * @param reason empty for none
   * @param message empty for none
   */
  public record Condition(ConditionType type, String reason, String message) {}

  /**
   * The decision for a running pod.
   *
   * @param condition where a resize is under way
   * @param sinceAttempt since the updater asked for the resize
   * @param budget of the controller
   */
  public static Decision decide(
      Mode mode, Optional<Condition> condition, Duration sinceAttempt, DisruptionBudget budget) {
    if (condition.isEmpty()) {
      return budget.allows() ? Decision.APPROVED : Decision.DEFERRED;
    }
    Condition resize = condition.get();
    if (mode == Mode.IN_PLACE) {
      boolean infeasible =
          resize.type() == ConditionType.PENDING && resize.reason().equals("Infeasible");
      return infeasible ? Decision.INFEASIBLE : Decision.DEFERRED;
    }
    return budget.allows() && hasFailed(resize, sinceAttempt) ? Decision.EVICT : Decision.DEFERRED;
  }

  private static boolean hasFailed(Condition resize, Duration sinceAttempt) {
    if (resize.type() == ConditionType.PENDING) {
      return !resize.reason().equals("Deferred") || sinceAttempt.compareTo(DEFERRED_TIMEOUT) > 0;
    }
    boolean working = resize.reason().isEmpty() && resize.message().isEmpty();
    return !working || sinceAttempt.compareTo(IN_PROGRESS_TIMEOUT) > 0;
  }
}
