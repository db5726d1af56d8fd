package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.FittedModel;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that one decision may know. With the policy and the state it determines the decision, byte
 * for byte.
 *
 * @param at the decision's time
 * @param target facts about the workload
 * @param readings further metrics: first one for each of the reactive rule's, in its order
 * @param demand the demand now
 * @param forecast demand ahead, at least over {@link Autoscaler#horizon} and with the levels of
 *     {@link Autoscaler#levels}; empty when no model is fitted
 * @param priced the windows that replicas are bought against; empty with less than a day of history
 * @param trust how far forecast and windows have earned to be followed
 * @param limits what people have switched off
 * @param signals what is read beside the demand
 */
public record Observation(
    Instant at,
    TargetFacts target,
    List<MetricReading> readings,
    Demand demand,
    Optional<Forecast> forecast,
    Optional<PricedForecast> priced,
    Trust trust,
    Limits limits,
    Signals signals) {

  /** A start-up time of more than two hours is not a start-up time. */
  private static final int MOST_STEPS = 120;

  /** Copies the list. */
  public Observation {
    readings = List.copyOf(readings);
  }

  /** An observation of a forecast that is trusted, with nothing read beside the demand. */
  public Observation(
      Instant at,
      TargetFacts target,
      List<MetricReading> readings,
      Demand demand,
      Optional<Forecast> forecast,
      Optional<PricedForecast> priced,
      Limits limits) {
    this(at, target, readings, demand, forecast, priced, Trust.EARNED, limits, Signals.none());
  }

  /** The same of a target with other facts. */
  public Observation with(TargetFacts other) {
    return new Observation(at, other, readings, demand, forecast, priced, trust, limits, signals);
  }

  /** The same where forecast and windows have earned another trust. */
  public Observation with(Trust other) {
    return new Observation(at, target, readings, demand, forecast, priced, other, limits, signals);
  }

  /** The same with other signals. */
  public Observation with(Signals other) {
    return new Observation(at, target, readings, demand, forecast, priced, trust, limits, other);
  }

  /**
   * Puts an observation together from what was read. The live loop and the simulator both come
   * through here, so that both see the world alike.
   *
   * @param readings one for each metric of the reactive rule, in its order
   * @param demand the recent demand; its newest sample is the reading, and the forecast starts
   *     there
   * @param model the fitted model, empty while there is none; its step must be that of {@code
   *     demand}
   * @param priced the windows ahead from the same demand, empty while there are none
   * @param trust what model and windows have earned so far
   */
  public static Observation of(
      ScalingPolicy policy,
      Instant at,
      TargetFacts target,
      List<MetricReading> readings,
      SeriesReading demand,
      Optional<FittedModel> model,
      Optional<PricedForecast> priced,
      Trust trust,
      Limits limits) {
    TimeSeries recent = demand.seriesOrEmpty();
    int last = recent.lastPresent();
    Optional<Forecast> forecast =
        last < 0 ? Optional.empty() : model.map(m -> ahead(policy, at, target, recent, last, m));
    return new Observation(
        at,
        target,
        readings,
        new Demand(demand.latest(at, policy.maxAge())),
        forecast,
        priced,
        trust,
        limits,
        Signals.none());
  }

  private static Forecast ahead(
      ScalingPolicy policy,
      Instant at,
      TargetFacts target,
      TimeSeries recent,
      int last,
      FittedModel model) {
    Instant end = at.plus(Autoscaler.horizon(policy, target.startUpTimes()));
    long seconds = end.getEpochSecond() - recent.epochSecondAt(last);
    long steps = Math.ceilDiv(seconds, (long) model.stepSeconds());
    return model.forecast(
        recent, (int) Math.clamp(steps, 1, MOST_STEPS), Autoscaler.levels(policy));
  }
}
