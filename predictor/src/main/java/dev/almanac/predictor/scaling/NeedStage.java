package dev.almanac.predictor.scaling;

import dev.almanac.predictor.forecast.Forecast;
import java.time.Duration;
import java.time.Instant;

/**
 * How many replicas the forecast asks for: the highest demand over the time that a rise needs to
 * become Ready, at the accepted share of being short, in replicas of capacity.
 *
 * <p>Three sizes come out of it. Below {@code low} the risk is four times the accepted one: rise at
 * once to {@code level}. {@code level} also covers the next ten minutes at eight times the accepted
 * risk, so that what is bought is not sold again at once. Above {@code high}, a tenth over {@code
 * level}, there is too much. The factors are those of the priced window that this stage will grow
 * into.
 */
final class NeedStage implements DecisionStage {
  /** A rise is triggered where the risk is this multiple of the accepted one. */
  static final double LOW_FACTOR = 4;

  /** What is bought must last for {@link #HOLD_WINDOW} at this multiple of the accepted risk. */
  static final double HOLD_FACTOR = 8;

  static final Duration HOLD_WINDOW = Duration.ofMinutes(10);

  /** Spare share that is kept rather than sold. */
  static final double BAND = 0.1;

  @Override
  public StageName name() {
    return StageName.NEED;
  }

  @Override
  public void decide(Draft d) {
    if (!d.forecastUsable) {
      d.low = 0;
      d.level = 0;
      d.high = Integer.MAX_VALUE;
      if (d.trace.isOn()) {
        String why = d.observation.forecast().isEmpty() ? "no forecast yet" : "forecast expired";
        d.trace.note(name(), why, d.replicas);
      }
      return;
    }
    Forecast forecast = d.observation.forecast().orElseThrow();
    ScalingPolicy p = d.policy;
    double share = p.risk().acceptedShare();
    double level = level(share);
    Instant leadEnd = d.observation.at().plus(d.leadTime()).plus(p.interval());
    Instant holdEnd = d.observation.at().plus(HOLD_WINDOW);
    double lead = highest(forecast, level, leadEnd);
    d.low = replicasFor(highest(forecast, low(share), leadEnd), p.perReplica());
    d.level =
        Math.max(
            replicasFor(lead, p.perReplica()),
            replicasFor(highest(forecast, hold(share), holdEnd), p.perReplica()));
    d.level = Math.max(d.level, d.low);
    d.high = Math.max(d.level, (int) Math.floor(d.level * (1 + BAND) + 1e-9));
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
                  d.high),
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
