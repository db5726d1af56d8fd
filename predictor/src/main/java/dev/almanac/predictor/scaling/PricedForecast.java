package dev.almanac.predictor.scaling;

import dev.almanac.predictor.forecast.window.WindowForecast;
import java.util.OptionalDouble;

/**
 * The windows ahead, and the price at which replicas are bought against them.
 *
 * @param windows demand in replicas of capacity
 * @param price of a replica, as a probability of being short, above 0; empty: the reactive rule
 *     decides alone, because no price would have done better in the days before, or because there
 *     are too few of them to tell
 */
public record PricedForecast(WindowForecast windows, OptionalDouble price) {
  /** Refuses a price that buys everything or nothing. */
  public PricedForecast {
    if (price.isPresent() && !(price.getAsDouble() > 0 && price.getAsDouble() < 1)) {
      throw new IllegalArgumentException("price must lie in (0, 1), was " + price.getAsDouble());
    }
  }
}
