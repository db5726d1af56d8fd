package dev.almanac.predictor.scaling;

/** Policies that differ in one field from another. */
record Policies(ScalingPolicy base) {

  ScalingPolicy caps(StepCaps caps) {
    return with(base.reactive(), caps);
  }

  ScalingPolicy reactive(ReactiveRule rule) {
    return with(rule, base.stepCaps());
  }

  private ScalingPolicy with(ReactiveRule rule, StepCaps caps) {
    return new ScalingPolicy(
        base.minReplicas(),
        base.maxReplicas(),
        base.stage(),
        base.perReplica(),
        rule,
        base.interval(),
        base.maxAge(),
        base.leadTime(),
        base.risk(),
        caps,
        base.guards(),
        base.floors());
  }
}
