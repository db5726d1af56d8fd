package dev.almanac.predictor.scaling;

import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.Reading;
import java.time.Duration;
import java.util.Optional;

/**
 * Which directions the evidence allows. Losing an input may keep or raise capacity, never lower it
 * (reliability I2, I3): nothing at all means Hold, anything doubtful means that nothing falls.
 */
final class EvidenceStage implements DecisionStage {

  /**
   * For so long a missing forecast forbids a fall; after that the reactive rule decides alone, with
   * its own stabilization. Long enough for a restart to load its history and fit.
   */
  static final Duration FORECAST_GRACE = Duration.ofMinutes(15);

  @Override
  public StageName name() {
    return StageName.EVIDENCE;
  }

  @Override
  public void decide(Draft d) {
    judge(d, d.observation.demand().now(), true);
    for (MetricReading metric : d.observation.readings()) {
      judge(d, metric.reading(), false);
    }
    if (!d.policy.reactive().metrics().isEmpty()) {
      judgeMetrics(d);
    }
    judgeForecast(d);
    if (d.trace.isOn()) {
      d.trace.note(name(), describe(d), d.current);
    }
  }

  private static void judge(Draft d, Reading reading, boolean demand) {
    switch (reading) {
      case Reading.Present(double value, var _) -> use(d, value, demand);
      case Reading.Stale(double value, var _) -> {
        use(d, value, demand);
        forbidFall(d, ReasonCode.STALE);
      }
      case Reading.Partial(double value, var _, var _) -> {
        use(d, value, demand);
        forbidFall(d, ReasonCode.PARTIAL);
      }
      case Reading.NoData _ -> missing(d, ReasonCode.NO_DATA, demand);
      case Reading.Invalid _ -> missing(d, ReasonCode.INVALID, demand);
    }
  }

  /** A rise may rest on the rule's own metrics; one that nobody has read forbids a fall. */
  private static void judgeMetrics(Draft d) {
    int metrics = d.policy.reactive().metrics().size();
    var readings = d.observation.readings();
    if (readings.size() < metrics) {
      forbidFall(d, ReasonCode.NO_DATA);
    }
    for (int i = 0; i < Math.min(metrics, readings.size()); i++) {
      d.mayRise |= !Double.isNaN(ReactiveStage.valueOf(readings.get(i).reading()));
    }
  }

  private static void use(Draft d, double value, boolean demand) {
    if (demand) {
      d.demandNow = value;
    }
  }

  private static void missing(Draft d, ReasonCode why, boolean demand) {
    forbidFall(d, why);
    if (demand) {
      d.mayRise = false;
    }
  }

  private static void forbidFall(Draft d, ReasonCode why) {
    d.mayFall = false;
    if (d.evidence == ReasonCode.STEADY) {
      d.evidence = why;
    }
  }

  private static void judgeForecast(Draft d) {
    var at = d.observation.at();
    d.windowsUsable =
        d.observation.priced().filter(p -> at.isBefore(p.windows().expires())).isPresent();
    // Quantile paths stand in for the first windows only: in place of windows that went
    // missing they could lower what those held.
    boolean windowsBefore = d.lead.awaited().isPresent();
    d.forecastUsable =
        d.windowsUsable
            || (!windowsBefore
                && d.observation.forecast().filter(f -> at.isBefore(f.expires())).isPresent());
    if (d.forecastUsable) {
      d.forecastMissingSince = Optional.empty();
      return;
    }
    if (d.policy.stage() == Stage.SHADOW) {
      return; // nothing that was ever held for a forecast can fall with it
    }
    var since = d.forecastMissingSince.orElse(at);
    d.forecastMissingSince = Optional.of(since);
    if (Duration.between(since, at).compareTo(FORECAST_GRACE) < 0) {
      forbidFall(d, ReasonCode.FORECAST_MISSING);
    }
  }

  private static String describe(Draft d) {
    String directions =
        d.mayRise ? (d.mayFall ? "up, down" : "up only: " + d.evidence) : "none: " + d.evidence;
    String demand =
        switch (d.observation.demand().now()) {
          case Reading.Present(double value, var at) ->
              "demand %s, %.0f s old".formatted(Amounts.show(value), d.secondsSince(at));
          case Reading.Stale(double value, var at) ->
              "demand %s, stale: %.0f s old".formatted(Amounts.show(value), d.secondsSince(at));
          case Reading.Partial(double value, var _, var detail) ->
              "demand %s, partial: %s".formatted(Amounts.show(value), detail);
          case Reading.NoData(var detail) -> "no demand: " + detail;
          case Reading.Invalid(var detail) -> "demand unusable: " + detail;
        };
    return demand + "; " + directions;
  }
}
