package dev.almanac.simulator.replay;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.shadow.PricedModel;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Builds observations over a {@link MetricSource} as the live loop does, except that a fit is done
 * when it is due and not beside the tick. It knows the port only, not what stands behind it.
 */
final class Observer {
  /** Where no history was found, it is looked for again after this. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final MetricSource source;
  private final String query;
  private final ScalingPolicy policy;
  private final Forecaster forecaster;
  private final Learning learning;

  private Optional<FittedModel> model = Optional.empty();
  private Optional<PricedModel> priced = Optional.empty();
  private Instant nextFit = Instant.MIN;

  Observer(
      MetricSource source,
      String query,
      ScalingPolicy policy,
      Forecaster forecaster,
      Learning learning) {
    this.source = source;
    this.query = query;
    this.policy = policy;
    this.forecaster = forecaster;
    this.learning = learning;
  }

  Observation observe(Instant at, TargetFacts facts) {
    if (!at.isBefore(nextFit)) {
      fit(at, Autoscaler.leadTime(policy, facts.startUpTimes()));
    }
    SeriesReading recent = upTo(at, learning.recent());
    return Observation.of(
        policy,
        at,
        facts,
        List.of(),
        recent,
        model,
        priced.flatMap(p -> p.forecast(recent.seriesOrEmpty())),
        Limits.none());
  }

  /** Without any history there is nothing to fit. */
  private void fit(Instant at, Duration leadTime) {
    TimeSeries history = upTo(at, learning.history()).seriesOrEmpty();
    if (history.lastPresent() < 0) {
      nextFit = at.plus(RETRY);
    } else {
      model = Optional.of(forecaster.fit(history, learning.calendar()));
      priced = PricedModel.next(priced, history, learning.calendar(), policy, leadTime, at);
      nextFit = at.plus(learning.refit());
    }
  }

  /** The samples of a span that ends now, on the grid whose last point is now. */
  private SeriesReading upTo(Instant at, Duration span) {
    long step = learning.step().toSeconds();
    return source.range(
        query, at.minusSeconds(span.toSeconds() / step * step), at, learning.step());
  }
}
