package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;

/** A forecaster of the product, as the service calls it. */
record ProductContender(String name, Forecaster forecaster) implements Contender {

  @Override
  public Fitted fit(TimeSeries history) {
    FittedModel model = forecaster.fit(history, DemandCalendar.empty());
    return (recent, steps, levels) -> {
      // A forecast starts at the last present sample; what is absent after it was not known either.
      int absent = recent.length() - 1 - recent.lastPresent();
      Forecast forecast = model.forecast(recent, absent + steps, levels);
      double[][] quantiles = forecast.quantiles();
      if (absent > 0) {
        for (int i = 0; i < quantiles.length; i++) {
          quantiles[i] = Arrays.copyOfRange(quantiles[i], absent, absent + steps);
        }
      }
      return quantiles;
    };
  }
}
