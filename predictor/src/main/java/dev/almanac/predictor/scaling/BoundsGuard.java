package dev.almanac.predictor.scaling;

/**
 * A write outside the bounds is never right, whatever the guards before have said (reliability I1).
 * Raising to the lower bound needs no evidence.
 */
final class BoundsGuard implements Guard {

  @Override
  public void apply(Draft d) {
    int min = d.policy.minReplicas();
    int max = d.policy.maxReplicas();
    if (d.replicas < min) {
      d.limit(min, ReasonCode.MIN_REPLICAS, "minReplicas %d", min);
      d.hold = false;
    } else if (d.replicas > max && !d.hold) {
      d.limit(max, ReasonCode.MAX_REPLICAS, "maxReplicas %d", max);
    }
  }
}
