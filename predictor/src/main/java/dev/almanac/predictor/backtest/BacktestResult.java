package dev.almanac.predictor.backtest;

import dev.almanac.predictor.accuracy.Scorecard;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.series.TimeSeries;
import java.util.List;
import java.util.Optional;

/**
 * What a backtest of one series came to.
 *
 * @param series as it was forecast: at most one sample a minute
 * @param model the kind of model; empty when nothing was forecast
 * @param horizons scores by horizon, short ones first; those that the series is too short for are
 *     left out
 * @param lead the same at the lead time; empty when nothing was scored
 * @param verdict whether a forecast is worth it
 * @param forecasts a few, for a picture, in the order of their origins; each over the longest
 *     horizon
 */
public record BacktestResult(
    TimeSeries series,
    String model,
    List<Horizon> horizons,
    Optional<Horizon> lead,
    Verdict verdict,
    List<Forecast> forecasts) {

  /** Copies the lists. */
  public BacktestResult {
    horizons = List.copyOf(horizons);
    forecasts = List.copyOf(forecasts);
  }

  /**
   * The path from an origin up to a horizon, every step scored.
   *
   * @param steps of the series
   * @param forecast the model's
   * @param season seasonal naive's
   * @param reacting the last value's
   */
  public record Horizon(int steps, Scorecard forecast, Scorecard season, Scorecard reacting) {
    /** Skill over seasonal naive: the share of its scaled quantile loss that is saved. */
    public double skill() {
      return 1 - Scorecard.ratio(forecast.scaledQuantileLoss(), season.scaledQuantileLoss());
    }
  }
}
