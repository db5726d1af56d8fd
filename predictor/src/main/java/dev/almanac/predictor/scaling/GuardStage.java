package dev.almanac.predictor.scaling;

/** What no other stage may overrule, in an order. */
final class GuardStage implements DecisionStage {

  /** Each sees what the earlier ones left; the comment says why it stands where it is. */
  private static final Guard[] GUARDS = {
    // First: what no evidence supports need not be limited by anything else.
    new EvidenceGuard(),
    // Facts of the workload, then the owner's wish: the reason that names the cluster says more.
    new RolloutGuard(),
    new DirectionGuard(),
    new StallGuard(),
    new QuotaGuard(),
    // After all that asks for less of a move, so that a cap is named only where it binds.
    new StepCapGuard(),
    // After the caps, because a write outside the bounds is never right.
    new BoundsGuard(),
    // Last, because then nothing is written at all; a person's word before a conflict.
    new SwitchGuard(),
    new WriterGuard(),
    new ShadowGuard()
  };

  @Override
  public StageName name() {
    return StageName.GUARDS;
  }

  @Override
  public void decide(Draft d) {
    for (Guard guard : GUARDS) {
      guard.apply(d);
    }
    if (d.trace.isOn() && d.binding != name()) {
      d.trace.note(
          name(),
          "inside %d to %d, nothing in the way"
              .formatted(d.policy.minReplicas(), d.policy.maxReplicas()),
          d.replicas);
    }
  }
}
