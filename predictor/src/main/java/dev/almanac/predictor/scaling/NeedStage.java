package dev.almanac.predictor.scaling;

import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.window.WindowForecast;
import java.time.Instant;

/**
 * How many replicas the forecast asks for: the priced window ({@link PricedWindow}), or the
 * reactive rule alone where no price has proved better.
 *
 * <p>During the first day there are no windows yet. Then the highest quantile over the lead time
 * stands in, at the accepted share of being short, in the same band.
 */
final class NeedStage implements DecisionStage {
  /** A rise is triggered where the risk is this multiple of the accepted one. */
  private static final double LOW_FACTOR = 4;

  /** What is bought must last at this multiple of the accepted risk. */
  private static final double HOLD_FACTOR = 8;

  @Override
  public StageName name() {
    return StageName.NEED;
  }

  @Override
  public void decide(Draft d) {
    if (!d.forecastUsable) {
      d.low = 0;
      d.level = Integer.MAX_VALUE;
      if (d.trace.isOn()) {
        String why = d.observation.forecast().isEmpty() ? "no forecast yet" : "forecast expired";
        d.trace.note(name(), why, d.replicas);
      }
      return;
    }
    d.trust = d.observation.trust();
    if (d.policy.capacity().isEmpty()) {
      d.trust = Trust.CAPACITY_UNKNOWN;
      alone(d, "nobody knows what a replica serves");
    } else if (d.windowsUsable) {
      priced(d, d.observation.priced().orElseThrow());
    } else if (d.trust.stage() == Stage.SHADOW) {
      alone(d, "not trusted");
    } else {
      byQuantiles(d, d.observation.forecast().orElseThrow());
    }
  }

  private void priced(Draft d, PricedForecast priced) {
    WindowForecast.Ahead lead = priced.windows().lead();
    WindowForecast.Ahead hold = priced.windows().hold();
    double now = d.demandNow / d.policy.perReplica();
    d.lead = d.lead.after(d.observation.at(), now, lead);
    d.holdWindow = d.holdWindow.after(d.observation.at(), now, hold);
    d.trust = d.trust.after(d.lead);
    if (priced.price().isEmpty() || d.trust.stage() == Stage.SHADOW) {
      alone(d, priced.price().isEmpty() ? "no price today" : "not trusted");
      return;
    }
    double q = priced.price().getAsDouble();
    // Without a reading nothing surprises; evidence has closed both directions then.
    double known = Double.isNaN(now) ? 0 : now;
    double spread = lead.spread() * d.lead.factor();
    double holdSpread = hold.spread() * d.holdWindow.factor();
    int most = d.policy.maxReplicas();
    d.low =
        PricedWindow.need(
            lead.location(), spread, lead.survival(), known, PricedWindow.lowPrice(q), most);
    int first = PricedWindow.need(lead.location(), spread, lead.survival(), known, q, most);
    int last =
        PricedWindow.need(
            hold.location(),
            holdSpread,
            hold.survival(),
            known,
            PricedWindow.holdPrice(q, PricedWindow.reach(d.leadTime(), d.policy.interval())),
            most);
    d.level = Math.max(first, last);
    if (d.trace.isOn()) {
      double median = Math.max(0, lead.location() + lead.survival().median() * spread);
      double risk = PricedWindow.risk(d.level, lead.location(), spread, lead.survival(), known);
      d.trace.note(
          name(),
          ("window max by %s: median %s replicas; at price %.2g -> %d (%.2g %% risk), %d for"
                  + " %d min; band %d to %d")
              .formatted(
                  lead.closes().truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                  Amounts.show(median * median),
                  q,
                  first,
                  100 * risk,
                  last,
                  PricedWindow.HOLD_WINDOW.toMinutes(),
                  d.low,
                  d.level),
          d.level);
    }
  }

  private void alone(Draft d, String why) {
    d.reactiveAlone = true;
    if (d.trace.isOn()) {
      d.trace.note(
          name(), why + " (" + d.trust.cause() + "): the reactive rule decides", d.replicas);
    }
  }

  private void byQuantiles(Draft d, Forecast forecast) {
    ScalingPolicy p = d.policy;
    double share = p.risk().acceptedShare();
    double level = level(share);
    Instant leadEnd = d.observation.at().plus(d.leadTime()).plus(p.interval());
    Instant holdEnd = d.observation.at().plus(PricedWindow.HOLD_WINDOW);
    double lead = highest(forecast, level, leadEnd);
    d.low = replicasFor(highest(forecast, low(share), leadEnd), p.perReplica());
    d.level =
        Math.max(
            replicasFor(lead, p.perReplica()),
            replicasFor(highest(forecast, hold(share), holdEnd), p.perReplica()));
    d.level = Math.max(d.level, d.low);
    if (d.trace.isOn()) {
      d.trace.note(
          name(),
          "demand p%s %s by %s -> %d at %s a replica; window %d s; band %d to %d"
              .formatted(
                  Amounts.show(100 * level),
                  Amounts.show(lead),
                  leadEnd.truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                  d.level,
                  Amounts.show(p.perReplica()),
                  d.leadTime().plus(p.interval()).toSeconds(),
                  d.low,
                  d.level),
          d.level);
    }
  }

  /** Level at which is bought, from the accepted share of being short. */
  static double level(double share) {
    return 1 - Math.min(0.2, share);
  }

  /** Level that triggers a rise. */
  static double low(double share) {
    return 1 - Math.min(0.3, share * LOW_FACTOR);
  }

  /** Level at which what is bought must last. */
  static double hold(double share) {
    return 1 - Math.min(0.4, share * HOLD_FACTOR);
  }

  /**
   * Highest quantile at one level up to an instant; the first step always counts. A level that the
   * forecast does not carry is answered by the next higher one, or its highest.
   */
  static double highest(Forecast forecast, double level, Instant end) {
    double[] levels = forecast.levels();
    int row = 0;
    while (row < levels.length - 1 && levels[row] < level) {
      row++;
    }
    double[] path = forecast.quantiles()[row];
    double highest = path[0];
    for (int h = 1; h < path.length && !forecast.instantAt(h - 1).isAfter(end); h++) {
      highest = Math.max(highest, path[h]);
    }
    return highest;
  }

  /**
   * Fewest replicas that serve a demand.
   *
   * @param demand finite; negative counts as none
   * @param perReplica above 0
   * @return at least 0, saturating at {@link Integer#MAX_VALUE}
   */
  static int replicasFor(double demand, double perReplica) {
    double n = Math.ceil(Math.max(0, demand) / perReplica - 1e-9);
    return n >= Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) n;
  }
}
