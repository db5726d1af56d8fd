package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.PricedWindow.Patience;

/**
 * Keeps the size still while it lies in the band, so that events stay few: rises at once, falls
 * only when what it was too much is worth an event ({@link Patience}). Where a guard or the fleet's
 * budget forbids the fall, patience stays over: people read of the guard, and who waits for the
 * budget keeps its turn.
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
    d.ticksAbove = d.current > d.level ? waited + 1 : 0;
    int patience = Patience.at(d.policy.interval()).ticks(d.current, d.level);
    d.held = PricedWindow.held(d.current, d.low, d.level, d.ticksAbove >= patience);
    if (d.trace.isOn()) {
      String text =
          d.held > d.current
              ? "%d is below the band: rise".formatted(d.current)
              : d.held < d.current
                  ? "%d has been above the band for %d decisions: fall"
                      .formatted(d.current, d.ticksAbove)
                  : d.ticksAbove > 0
                      ? "%d is above the band, decision %d of %d: wait"
                          .formatted(d.current, d.ticksAbove, patience)
                      : "%d is inside the band: keep".formatted(d.current);
      d.trace.note(name(), text, d.held);
    }
  }
}
