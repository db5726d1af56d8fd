package dev.almanac.service.history;

import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.view.Fan;
import dev.almanac.service.view.WorkloadRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The forecast that is drawn: half a day from now on, at the levels of the page.
 *
 * @param forecast quantile paths at {@link #LEVELS}
 */
record ForecastAhead(Forecast forecast) {
  private static final Duration LENGTH = Duration.ofHours(12);

  /** One point of the fan stands for so many of the forecast. */
  private static final int STRIDE = 5;

  private static final double[] LEVELS = {0.1, 0.5, 0.9, 0.95, 0.99};
  private static final int P10 = 0;
  private static final int P50 = 1;
  private static final int P90 = 2;
  private static final int P95 = 3;
  private static final int P99 = 4;

  /** A rise by less is not worth a word. */
  private static final double RISE = 1.2;

  /** What the model says now; empty without a recent sample, and once it has expired. */
  static Optional<ForecastAhead> of(FittedModel model, TimeSeries recent, Instant now) {
    if (recent.lastPresent() < 0) {
      return Optional.empty();
    }
    int steps = (int) (LENGTH.toSeconds() / model.stepSeconds());
    return Optional.of(new ForecastAhead(model.forecast(recent, steps, LEVELS)))
        .filter(ahead -> now.isBefore(ahead.forecast.expires()));
  }

  private double[] path(int level) {
    return forecast.quantiles()[level];
  }

  /** The next thing that will happen: too much for the most replicas, a peak, or nothing. */
  WorkloadRow.Next next(ScalingPolicy policy, Instant now) {
    double[] median = path(P50);
    int peak = 0;
    for (int h = 0; h < median.length; h++) {
      if (path(P99)[h] / policy.perReplica() > policy.maxReplicas()
          && forecast.instantAt(h).isAfter(now)) {
        return new WorkloadRow.Next("at max", Optional.of(forecast.instantAt(h)));
      }
      if (median[h] > median[peak]) {
        peak = h;
      }
    }
    return median[peak] > RISE * median[0]
        ? new WorkloadRow.Next("peaks", Optional.of(forecast.instantAt(peak)))
        : new WorkloadRow.Next("steady", Optional.empty());
  }

  /** The paths after now. */
  Fan fan(Instant now) {
    int first = 0;
    while (first < forecast.steps() - 1 && !forecast.instantAt(first).isAfter(now)) {
      first++;
    }
    return new Fan(
        forecast.instantAt(first).getEpochSecond(),
        forecast.stepSeconds() * STRIDE,
        thinned(P10, first),
        thinned(P50, first),
        thinned(P90, first),
        thinned(P99, first));
  }

  private double[] thinned(int level, int first) {
    double[] points = new double[Math.ceilDiv(forecast.steps() - first, STRIDE)];
    for (int p = 0; p < points.length; p++) {
      points[p] = path(level)[first + p * STRIDE];
    }
    return points;
  }

  /** The highest 95 % point within the next hour. */
  double nextHourP95(Instant now) {
    Instant end = now.plus(Duration.ofHours(1));
    double highest = path(P95)[0];
    for (int h = 1; h < forecast.steps() && !forecast.instantAt(h).isAfter(end); h++) {
      highest = Math.max(highest, path(P95)[h]);
    }
    return highest;
  }
}
