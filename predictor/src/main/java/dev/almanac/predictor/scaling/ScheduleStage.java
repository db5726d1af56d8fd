package dev.almanac.predictor.scaling;

/**
 * Floors over time ranges. It stands after the merge, so that a floor holds whatever the forecast
 * says, and before the guards, so that no floor leaves the bounds. No schedule is configurable yet:
 * the stage keeps its place in the order.
 */
final class ScheduleStage implements DecisionStage {

  @Override
  public StageName name() {
    return StageName.SCHEDULE;
  }

  @Override
  public void decide(Draft d) {}
}
