package dev.almanac.predictor.scaling;

/**
 * What a person has switched off stays off: the fleet, the workload, and a size of 0, which means
 * the same to an HPA. It stands before the other reasons to write nothing, so that it is the one
 * that is named.
 */
final class SwitchGuard implements Guard {

  @Override
  public void apply(Draft d) {
    if (d.observation.limits().fleetStopped()) {
      d.stop(ReasonCode.KILL_SWITCH, "the kill switch is on");
    } else if (d.observation.limits().paused()) {
      d.stop(ReasonCode.PAUSED, "spec.paused is set");
    } else if (d.observation.target().surroundings().paused()) {
      d.stop(ReasonCode.PAUSED, "the target is annotated as paused");
    } else if (d.current == 0) {
      d.stop(ReasonCode.PAUSED, "0 replicas are a person's off switch");
    }
  }
}
