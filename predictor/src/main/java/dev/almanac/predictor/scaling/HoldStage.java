package dev.almanac.predictor.scaling;

import java.time.Duration;

/**
 * Keeps the size still while it lies in the band, so that events stay few: rises at once, falls
 * only after two minutes above the band. Where a guard or the fleet's budget forbids the fall,
 * patience stays over: people read of the guard, and who waits for the budget keeps its turn.
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
    int waited = d.current < d.before ? 0 : d.ticksAbove; // it fell: what is left waits anew
    d.ticksAbove = d.current > d.high ? waited + 1 : 0;
    boolean patienceOver = d.ticksAbove >= ticks(PricedWindow.PATIENCE, d.policy.interval());
    d.held = PricedWindow.held(d.current, d.low, d.level, patienceOver);
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

  /** Decisions within a time, at least one. */
  static int ticks(Duration time, Duration interval) {
    return (int) Math.max(1, Math.ceilDiv(time.toMillis(), interval.toMillis()));
  }

  private static String minutes(Duration time) {
    return time.toMinutes() + " min";
  }
}
