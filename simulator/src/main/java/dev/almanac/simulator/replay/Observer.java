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
import dev.almanac.predictor.scaling.Trust;
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
public final class Observer {
  /** Where no history was found, it is looked for again after this. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final MetricSource source;
  private final String query;
  private final ScalingPolicy policy;
  private final Forecaster forecaster;
  private final Learning learning;
  private final Fits fits;

  private Optional<FittedModel> model = Optional.empty();
  private Optional<PricedModel> priced = Optional.empty();
  private Instant nextFit = Instant.MIN;

  /**
   * An observer that has seen nothing.
   *
   * @param query selects the demand
   * @param fits of this demand, policy and learning, and of no other
   */
  public Observer(
      MetricSource source,
      String query,
      ScalingPolicy policy,
      Forecaster forecaster,
      Learning learning,
      Fits fits) {
    this.source = source;
    this.query = query;
    this.policy = policy;
    this.forecaster = forecaster;
    this.learning = learning;
    this.fits = fits;
  }

  /** An observer that goes on by itself from where another stands. */
  public Observer(Observer other, MetricSource source) {
    this(source, other.query, other.policy, other.forecaster, other.learning, other.fits);
    model = other.model;
    priced = other.priced;
    nextFit = other.nextFit;
  }

  /** What may be known at an instant; instants come in order. */
  public Observation observe(Instant at, TargetFacts facts) {
    if (!at.isBefore(nextFit)) {
      fit(at, Autoscaler.leadTime(policy, facts.startUpTimes()));
    }
    SeriesReading recent = recent(at);
    return Observation.of(
        policy,
        at,
        facts,
        List.of(),
        recent,
        model,
        priced.flatMap(p -> p.forecast(recent.seriesOrEmpty())),
        priced.map(PricedModel::trust).orElse(Trust.NOT_SCORED),
        Limits.none());
  }

  /** Without any history there is nothing to fit. */
  private void fit(Instant at, Duration leadTime) {
    Fits.Fit fit = fits.at(at, leadTime, () -> fitted(at, leadTime));
    if (fit.model().isEmpty()) {
      nextFit = at.plus(RETRY);
    } else {
      model = fit.model();
      priced = fit.priced();
      nextFit = at.plus(learning.refit());
    }
  }

  private Fits.Fit fitted(Instant at, Duration leadTime) {
    TimeSeries history =
        source.past(query, at, learning.history(), learning.step()).seriesOrEmpty();
    return history.lastPresent() < 0
        ? new Fits.Fit(Optional.empty(), priced)
        : new Fits.Fit(
            Optional.of(forecaster.fit(history, learning.calendar())),
            PricedModel.next(priced, history, learning.calendar(), policy, leadTime, at));
  }

  /** The last samples, on the grid whose last point is now. */
  private SeriesReading recent(Instant at) {
    long step = learning.step().toSeconds();
    return source.range(
        query, at.minusSeconds(learning.recent().toSeconds() / step * step), at, learning.step());
  }
}
