package dev.almanac.simulator;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The last sample, forever, with quantiles in proportion; remembers what it was fitted on. */
public final class LevelForecaster implements Forecaster {

  /** The histories it was given, in order. */
  public final List<TimeSeries> histories = new ArrayList<>();

  @Override
  public FittedModel fit(TimeSeries history, DemandCalendar calendar) {
    histories.add(history);
    ModelId id = new ModelId("level", Instant.ofEpochSecond(history.endEpochSecond()));
    return new Level(id, history.stepSeconds());
  }

  private record Level(ModelId id, int stepSeconds) implements FittedModel {

    @Override
    public Forecast forecast(TimeSeries recent, int steps, double[] levels) {
      int last = recent.lastPresent();
      double level = recent.values()[last];
      double[][] paths = new double[levels.length][steps];
      for (int i = 0; i < levels.length; i++) {
        Arrays.fill(paths[i], level * (0.8 + 0.6 * levels[i]));
      }
      Instant origin = Instant.ofEpochSecond(recent.epochSecondAt(last));
      Instant expires = origin.plus(Duration.ofMinutes(10));
      return new Forecast(origin, stepSeconds, levels, paths, expires, id);
    }
  }
}
