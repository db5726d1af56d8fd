package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.forecast.Forecast;
import dev.almanac.predictor.forecast.ModelId;
import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Observations in the words of a test. */
final class Observations {
  static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

  private Instant at = START;
  private int spec = 10;
  private boolean rollout;
  private Reading demand = new Reading.Present(700, START);
  private Optional<Forecast> forecast = Optional.empty();
  private List<MetricReading> metrics = List.of();
  private int status = -1;
  private int ready = -1;
  private Optional<PricedForecast> priced = Optional.empty();
  private Trust trust = Trust.EARNED;
  private Limits limits = Limits.none();
  private StartUpTimes startUp = StartUpTimes.none();
  private Surroundings surroundings = Surroundings.none();
  private Signals signals = Signals.none();

  static Observations replicas(int spec) {
    Observations o = new Observations();
    o.spec = spec;
    return o;
  }

  Observations at(Duration since) {
    at = START.plus(since);
    return this;
  }

  Observations demand(double value) {
    demand = new Reading.Present(value, at);
    return this;
  }

  Observations reading(Reading reading) {
    demand = reading;
    return this;
  }

  /** Readings of the reactive rule's metrics. */
  Observations metrics(Reading... readings) {
    metrics = Arrays.stream(readings).map(r -> new MetricReading("m", r)).toList();
    return this;
  }

  Observations readings(List<MetricReading> given) {
    metrics = given;
    return this;
  }

  Observations pods(int exist, int areReady) {
    status = exist;
    ready = areReady;
    return this;
  }

  Observations rollout() {
    rollout = true;
    return this;
  }

  Observations limits(Limits what) {
    limits = what;
    return this;
  }

  Observations surroundings(Surroundings what) {
    surroundings = what;
    return this;
  }

  Observations signals(Signals what) {
    signals = what;
    return this;
  }

  Observations startUp(Duration p90) {
    startUp = new StartUpTimes(20, p90.dividedBy(2), p90);
    return this;
  }

  /** A forecast that says the same at every level. */
  Observations forecast(ScalingPolicy policy, double... path) {
    double[] levels = Autoscaler.levels(policy);
    double[][] quantiles = new double[levels.length][];
    Arrays.fill(quantiles, path);
    forecast =
        Optional.of(
            new Forecast(
                at, 60, levels, quantiles, at.plusSeconds(3600), new ModelId("test", START)));
    return this;
  }

  Observations forecast(Forecast given) {
    forecast = Optional.of(given);
    return this;
  }

  Observations priced(PricedForecast given) {
    priced = Optional.of(given);
    return this;
  }

  Observations trust(Trust given) {
    trust = given;
    return this;
  }

  Observation build() {
    return new Observation(
        at,
        new TargetFacts(
            spec,
            status < 0 ? spec : status,
            ready < 0 ? spec : ready,
            rollout,
            "1",
            at,
            startUp,
            surroundings),
        metrics,
        new Demand(demand),
        forecast,
        priced,
        trust,
        limits,
        signals);
  }
}
