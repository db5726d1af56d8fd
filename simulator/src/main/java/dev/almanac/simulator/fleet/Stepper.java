package dev.almanac.simulator.fleet;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.FleetGovernor;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.demand.MetricTiming;
import dev.almanac.simulator.demand.TraceMetricSource;
import dev.almanac.simulator.replay.Fits;
import dev.almanac.simulator.replay.Observer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One workload under the product's own {@code step}, with the budget of a fleet of its own. */
final class Stepper {
  private static final String QUERY = "demand";

  private final Control.Almanac control;
  private final DemandTrace demand;
  private final Observer observer;
  private final Autoscaler autoscaler = new Autoscaler();
  private AutoscalerState state = AutoscalerState.cold();
  private Instant now = Instant.MIN;

  Stepper(Control.Almanac control, DemandTrace demand, Fits fits) {
    this.control = control;
    this.demand = demand;
    this.observer =
        new Observer(
            source(), QUERY, control.policy(), control.forecaster(), control.learning(), fits);
  }

  /** One that goes on by itself from where another stands. */
  Stepper(Stepper other) {
    this.control = other.control;
    this.demand = other.demand;
    this.observer = new Observer(other.observer, source());
    this.state = other.state;
    this.now = other.now;
  }

  private TraceMetricSource source() {
    return new TraceMetricSource(Map.of(QUERY, demand), MetricTiming.DEFAULT, () -> now);
  }

  /** The size after the decision of an instant. */
  int decide(Instant at, int spec, int ready) {
    now = at;
    TargetFacts facts = new TargetFacts(spec, spec, ready, false, "1", at, StartUpTimes.none());
    Step step = autoscaler.step(control.policy(), observer.observe(at, facts), state);
    state = step.next();
    var request = new FleetGovernor.Request(spec, step.decision(), 0);
    return new FleetGovernor()
        .admit(List.of(request), FleetGovernor.Budget.DEFAULT)
        .getFirst()
        .replicasOr(spec);
  }
}
