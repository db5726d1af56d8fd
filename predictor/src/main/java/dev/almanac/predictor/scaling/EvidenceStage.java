package dev.almanac.predictor.scaling;

import dev.almanac.predictor.metrics.MetricReading;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.GuardMemory.Doubt;
import java.time.Duration;
import java.util.List;
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

  /** Demand above this multiple of the last one, and of what all pods can serve, is doubted. */
  private static final double DOUBTED = 4;

  /**
   * For so long. A reset or a sample that was seen twice (thanos-io/thanos#1326: 2.4 became 168.8)
   * stays in a rate over a minute for that minute. A surge that is real loses nothing by it: plain
   * HPA does not quadruple in a minute either.
   */
  static final Duration DOUBT = Duration.ofSeconds(60);

  @Override
  public StageName name() {
    return StageName.EVIDENCE;
  }

  @Override
  public void decide(Draft d) {
    judge(d, d.observation.demand().now(), true);
    judgeSize(d);
    judgeCoverage(d);
    judgeVetoes(d);
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
      case Reading.Skewed(double value, var _) -> {
        use(d, value, demand);
        forbidFall(d, ReasonCode.CLOCK_SKEW);
      }
      case Reading.NoData _ -> missing(d, ReasonCode.NO_DATA, demand);
      case Reading.Invalid _ -> missing(d, ReasonCode.INVALID, demand);
    }
  }

  /** Cuts a demand that nobody has seen anything like, until it has lasted. */
  private static void judgeSize(Draft d) {
    double now = d.demandNow;
    if (Double.isNaN(now)) {
      return;
    }
    var at = d.observation.at();
    Optional<Doubt> doubt = d.doubt.filter(known -> !known.since().isAfter(at));
    double known = Double.isNaN(d.plausible) ? now : d.plausible;
    double most =
        doubt.isPresent()
            ? doubt.get().most()
            : DOUBTED * Math.max(known, d.current * d.policy.capacity().orElse(0));
    boolean lasts =
        doubt.isPresent() && Duration.between(doubt.get().since(), at).compareTo(DOUBT) >= 0;
    if (now <= most || lasts) {
      d.doubt = Optional.empty();
      d.plausible = now;
      return;
    }
    d.doubt = doubt.isPresent() ? doubt : Optional.of(new Doubt(at, most));
    d.demandNow = most;
    forbidFall(d, ReasonCode.IMPLAUSIBLE);
    if (d.trace.isOn()) {
      d.doubts = ", taken as " + Amounts.show(most) + " until it has lasted a minute";
    }
  }

  /** Where series of pods are missing, demand is lower than it seems. */
  private static void judgeCoverage(Draft d) {
    if (d.policy.guards().leastCoverage().isEmpty()) {
      return;
    }
    double least = d.policy.guards().leastCoverage().getAsDouble();
    int ready = d.observation.target().readyReplicas();
    double pods = Double.NaN;
    if (d.observation.signals().reportingPods().isPresent()) {
      Reading reading = d.observation.signals().reportingPods().get();
      // Of a partial answer at least so many are there.
      if (reading instanceof Reading.Present || reading instanceof Reading.Partial) {
        pods = reading.valueOrNaN();
      }
    }
    if (!(pods >= least * ready)) {
      forbidFall(d, ReasonCode.LOW_COVERAGE);
      if (d.trace.isOn()) {
        d.doubts +=
            Double.isNaN(pods)
                ? ", from nobody knows how many pods"
                : ", from %s of %d pods".formatted(Amounts.show(pods), ready);
      }
    }
  }

  /** A veto that nobody has read is one, too. */
  private static void judgeVetoes(Draft d) {
    List<Guards.Veto> vetoes = d.policy.guards().vetoes();
    List<Reading> readings = d.observation.signals().vetoes();
    for (int i = 0; i < vetoes.size(); i++) {
      boolean fresh = i < readings.size() && readings.get(i) instanceof Reading.Present;
      double value = fresh ? readings.get(i).valueOrNaN() : Double.NaN;
      if (!(value <= vetoes.get(i).above())) {
        forbidFall(d, ReasonCode.DOWN_VETOED);
        if (d.trace.isOn()) {
          d.doubts +=
              "; %s %s"
                  .formatted(
                      vetoes.get(i).name(),
                      Double.isNaN(value)
                          ? "not known"
                          : "%s, above %s"
                              .formatted(Amounts.show(value), Amounts.show(vetoes.get(i).above())));
        }
      }
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
      d.mayRise |= !Double.isNaN(readings.get(i).reading().valueOrNaN());
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
    if (d.doubt.isPresent()) {
      return; // forecasts start from the same sample
    }
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
    var since = d.forecastMissingSince.filter(s -> !s.isAfter(at)).orElse(at);
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
          case Reading.Skewed(double value, var at) ->
              "demand %s, from %.0f s in the future"
                  .formatted(Amounts.show(value), -d.secondsSince(at));
          case Reading.NoData(var detail) -> "no demand: " + detail;
          case Reading.Invalid(var detail) -> "demand unusable: " + detail;
        };
    return demand + d.doubts + "; " + directions;
  }
}
