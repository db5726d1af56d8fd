package dev.almanac.predictor.scaling;

import java.time.Duration;

/**
 * How much the size may change within a window, in both directions, counting what has changed
 * already.
 *
 * @param window length of the window, above zero
 * @param upReplicas rises of so many replicas are always allowed, at least 1
 * @param upShare rises of this share of the window's smallest size are allowed, at least 0
 * @param downShare falls of this share of the window's largest size are allowed, in (0, 1]; one
 *     replica may always go
 */
public record StepCaps(Duration window, int upReplicas, double upShare, double downShare) {

  /**
   * Up as HPA's default behaviour, but over a minute (x8 and at least 32); down a quarter a minute,
   * where plain HPA may drop everything at once (k8s#115162).
   */
  public static final StepCaps DEFAULT = new StepCaps(Duration.ofMinutes(1), 32, 7, 0.25);

  /** Refuses caps that would stop all change or mean nothing. */
  public StepCaps {
    if (!window.isPositive()) {
      throw new IllegalArgumentException("window must be above zero");
    }
    if (upReplicas < 1 || !(upShare >= 0) || !(downShare > 0 && downShare <= 1)) {

      throw new IllegalArgumentException("caps must allow some change");
    }
  }

  /** Most replicas allowed in a window whose smallest size is {@code first}. */
  int highest(int first) {
    double most = first + Math.max(upReplicas, Math.floor(first * upShare));
    return (int) Math.min(most, Integer.MAX_VALUE);
  }

  /** Fewest replicas allowed in a window whose largest size is {@code first}. */
  int lowest(int first) {
    return first - Math.max(1, (int) Math.floor(first * downShare));
  }
}
