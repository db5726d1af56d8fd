package dev.almanac.predictor.scaling;

/** Policies that differ in one field from another. */
record Policies(ScalingPolicy base) {

  ScalingPolicy caps(StepCaps caps) {
    return new ScalingPolicy(
        base.minReplicas(),
        base.maxReplicas(),
        base.stage(),
        base.perReplica(),
        base.targetUtilization(),
        base.tolerance(),
        base.downscaleStabilization(),
        base.interval(),
        base.maxAge(),
        base.leadTime(),
        base.risk(),
        caps);
  }
}
