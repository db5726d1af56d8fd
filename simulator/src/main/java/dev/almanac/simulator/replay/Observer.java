package dev.almanac.simulator.replay;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Builds observations over a {@link MetricSource} as the live loop does, except that a fit is done
 * when it is due and not beside the tick. It knows the port only, not what stands behind it.
 */
final class Observer {
  private final MetricSource source;
  private final String query;
  private final ScalingPolicy policy;
  private final Forecaster forecaster;
  private final Learning learning;
  private final Instant oldest;

  private Optional<FittedModel> model = Optional.empty();
  private Instant nextFit;

  /**
   * @param oldest nothing older is asked for
   */
  Observer(
      MetricSource source,
      String query,
      ScalingPolicy policy,
      Forecaster forecaster,
      Learning learning,
      Instant oldest) {
    this.source = source;
    this.query = query;
    this.policy = policy;
    this.forecaster = forecaster;
    this.learning = learning;
    this.oldest = oldest;
    this.nextFit = oldest;
  }

  Observation observe(Instant at, TargetFacts facts) {
    if (!at.isBefore(nextFit)) {
      fit(at);
    }
    SeriesReading recent = upTo(at, learning.recent());
    return Observation.of(policy, at, facts, recent, model, Limits.none());
  }

  /** Without any history there is nothing to fit; it is tried again at the next decision. */
  private void fit(Instant at) {
    TimeSeries history = upTo(at, learning.history()).seriesOrEmpty();
    if (!history.isEmpty()) {
      model = Optional.of(forecaster.fit(history, learning.calendar()));
      nextFit = at.plus(learning.refit());
    }
  }

  /** The samples of a span that ends now, on the grid whose last point is now. */
  private SeriesReading upTo(Instant at, Duration span) {
    long step = learning.step().toSeconds();
    long known = Math.max(0, Duration.between(oldest, at).toSeconds());
    long steps = Math.min(span.toSeconds(), known) / step;
    return source.range(query, at.minusSeconds(steps * step), at, learning.step());
  }
}
