package dev.almanac.predictor.scaling;

/** Stage Shadow records and writes nothing. */
final class ShadowGuard implements Guard {

  @Override
  public void apply(Draft d) {
    if (d.policy.stage() == Stage.SHADOW) {
      d.stop(ReasonCode.SHADOW, "Shadow: recorded, not written");
    }
  }
}
