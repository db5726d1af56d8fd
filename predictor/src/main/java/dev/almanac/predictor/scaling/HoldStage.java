package dev.almanac.predictor.scaling;

import java.time.Duration;

/**
 * Keeps the size still while it lies in the band, so that events stay few: rises at once, falls
 * only after two minutes above the band. Where a guard forbids the fall, patience stays over, so
 * that it is the guard that a person reads of.
 */
final class HoldStage implements DecisionStage {

  @Override
  public StageName name() {
    return StageName.HOLD;
  }

  @Override
  public void decide(Draft d) {
    if (!d.forecastUsable || d.reactiveAlone) {
      d.ticksAbove = 0;
      d.held = d.current;
      return;
    }
    d.ticksAbove = d.current > d.high ? d.ticksAbove + 1 : 0;
    boolean patienceOver = d.ticksAbove >= ticks(PricedWindow.PATIENCE, d.policy.interval());
    d.held = PricedWindow.held(d.current, d.low, d.level, patienceOver);
    if (patienceOver && !isForbidden(d)) {
      d.ticksAbove = 0;
    }
    if (d.trace.isOn()) {
      String text =
          d.held > d.current
              ? "%d is below the band: rise".formatted(d.current)
              : d.held < d.current
                  ? "%d has been above the band for %s: fall"
                      .formatted(d.current, minutes(PricedWindow.PATIENCE))
                  : d.ticksAbove > 0
                      ? "%d is above the band for %d decisions: wait"
                          .formatted(d.current, d.ticksAbove)
                      : "%d is inside the band: keep".formatted(d.current);
      d.trace.note(name(), text, d.held);
    }
  }

  private static boolean isForbidden(Draft d) {
    return !d.mayFall
        || d.observation.target().rollout()
        || d.policy.guards().direction() == Guards.Direction.UP_ONLY;
  }

  /** Decisions within a time, at least one. */
  static int ticks(Duration time, Duration interval) {
    return (int) Math.max(1, Math.ceilDiv(time.toMillis(), interval.toMillis()));
  }

  private static String minutes(Duration time) {
    return time.toMinutes() + " min";
  }
}
