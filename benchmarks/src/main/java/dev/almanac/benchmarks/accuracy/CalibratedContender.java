package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.OnlineForecaster;
import dev.almanac.predictor.forecast.OnlineState;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.forecast.PooledRidgeModel;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.util.Optional;

/**
 * The engine with its online part: mixed and calibrated by what has come since.
 *
 * @param width what is forecast is the highest of so many steps; 1 for the samples themselves
 */
record CalibratedContender(String name, int width) implements OnlineContender {

  @Override
  public Life begin(int stepSeconds, int[] targets) {
    Duration horizon = Duration.ofSeconds((long) stepSeconds * targets[targets.length - 1]);
    return new Calibrated(PooledRidgeForecaster.maximumOf(width, horizon), targets);
  }

  private static final class Calibrated implements Life {
    private final PooledRidgeForecaster forecaster;
    private final int[] targets;
    private Optional<PooledRidgeModel> model = Optional.empty();
    private Optional<OnlineState> state = Optional.empty();

    Calibrated(PooledRidgeForecaster forecaster, int[] targets) {
      this.forecaster = forecaster;
      this.targets = targets;
    }

    @Override
    public void refit(TimeSeries history) {
      model = Optional.of(forecaster.fit(history, DemandCalendar.empty()));
    }

    @Override
    public double[][] forecast(TimeSeries recent, double[] levels) {
      PooledRidgeModel fitted = model.orElseThrow();
      OnlineForecaster online = new OnlineForecaster(levels);
      OnlineState before = state.orElseGet(() -> online.start(fitted));
      OnlineState now = online.observe(fitted, recent, before);
      state = Optional.of(now);
      // A forecast starts at the last present sample, which may lie before this step.
      int absent = recent.length() - 1 - recent.lastPresent();
      int steps = absent + targets[targets.length - 1];
      double[][] paths = online.forecast(fitted, recent, steps, now).quantiles();
      double[][] quantiles = new double[targets.length][levels.length];
      for (int k = 0; k < targets.length; k++) {
        for (int i = 0; i < levels.length; i++) {
          quantiles[k][i] = paths[i][absent + targets[k] - 1];
        }
      }
      return quantiles;
    }
  }
}
