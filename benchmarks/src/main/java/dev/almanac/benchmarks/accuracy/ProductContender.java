package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A forecaster of the product, as the service calls it.
 *
 * @param upTo the forecaster for a horizon
 */
record ProductContender(String name, Function<Duration, Forecaster> upTo) implements Contender {

  @Override
  public Fitted fit(TimeSeries history, int steps) {
    Duration horizon = Duration.ofSeconds((long) steps * history.stepSeconds());
    FittedModel model = upTo.apply(horizon).fit(history, DemandCalendar.empty());
    return (recent, ahead, levels) -> {
      // A forecast starts at the last present sample; what is absent after it was not known either.
      int absent = recent.length() - 1 - recent.lastPresent();
      Forecast forecast = model.forecast(recent, absent + ahead, levels);
      double[][] quantiles = forecast.quantiles();
      if (absent > 0) {
        for (int i = 0; i < quantiles.length; i++) {
          quantiles[i] = Arrays.copyOfRange(quantiles[i], absent, absent + ahead);
        }
      }
      return quantiles;
    };
  }
}
