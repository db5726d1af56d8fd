package dev.almanac.predictor.forecast.window;

import dev.almanac.predictor.forecast.ModelId;
import java.time.Instant;

/**
 * The distribution of the highest demand over two windows ahead.
 *
 * @param origin the last instant that the forecast knew
 * @param expires from this instant on it must not be used
 * @param model the model that made it
 * @param lead over the time that a replica ordered now needs to become Ready
 * @param hold over the time that a size should last
 */
public record WindowForecast(
    Instant origin, Instant expires, ModelId model, Ahead lead, Ahead hold) {

  /**
   * One window: {@code P(highest > x) = survival.beyond((sqrt(x) - location) / spread)}.
   *
   * @param closes when its maximum is known
   * @param location finite, in the square root of the unit of demand
   * @param spread above 0, finite
   */
  public record Ahead(Instant closes, double location, double spread, Survival survival) {
    /** Refuses numbers that no distribution has. */
    public Ahead {
      if (!Double.isFinite(location) || !(spread > 0) || Double.isInfinite(spread)) {
        throw new IllegalArgumentException(
            "location %s and spread %s are no distribution".formatted(location, spread));
      }
    }
  }
}
