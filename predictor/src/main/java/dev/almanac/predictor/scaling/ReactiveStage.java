package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.hpa.DefaultBehavior;
import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import java.util.ArrayList;
import java.util.List;

/** What plain HPA would set now: one External metric with an AverageValue target (hpa.md 1.5). */
final class ReactiveStage implements DecisionStage {

  @Override
  public StageName name() {
    return StageName.REACTIVE;
  }

  @Override
  public void decide(Draft d) {
    if (Double.isNaN(d.demandNow)) {
      // HPA's own answer to a failed metric: no change, and no recommendation is recorded.
      d.reactive = d.current;
      return;
    }
    var p = d.policy;
    int raw =
        ExternalMetric.averageValue(
            ExternalMetric.milli(d.demandNow),
            Math.max(1, ExternalMetric.milli(p.perReplica() * p.targetUtilization())),
            d.current,
            p.tolerance(),
            p.tolerance());
    int stable = stabilize(d, raw);
    int limit = Math.min(p.maxReplicas(), DefaultBehavior.scaleUpLimit(d.current));
    d.reactive = Math.max(p.minReplicas(), Math.min(stable, limit));
    d.move(d.reactive, ReasonCode.REACTIVE, name());
    if (d.reactive == d.current && raw < d.current) {
      d.reason = ReasonCode.STABILIZED;
    }
    if (d.trace.isOn()) {
      d.trace.note(
          name(),
          "%s at %s a replica x %.0f %% -> %d%s"
              .formatted(
                  Amounts.show(d.demandNow),
                  Amounts.show(p.perReplica()),
                  100 * p.targetUtilization(),
                  raw,
                  stable == raw ? "" : ", stabilized to " + stable),
          d.reactive);
    }
  }

  /** HPA's downscale stabilization (hpa.md 1.6), and the memory for the next sync. */
  private static int stabilize(Draft d, int raw) {
    List<AutoscalerState.Recommendation> slots = new ArrayList<>(d.recommendations);
    var at = d.observation.at();
    if (slots.isEmpty()) {
      // First sync: HPA remembers the present size, so a restart never falls before the window
      // ends.
      slots.add(new AutoscalerState.Recommendation(at, d.current));
    }
    double[] ages = new double[slots.size()];
    int[] replicas = new int[slots.size()];
    for (int i = 0; i < ages.length; i++) {
      ages[i] = d.secondsSince(slots.get(i).at());
      replicas[i] = slots.get(i).replicas();
    }
    double window = d.policy.downscaleStabilization().toSeconds();
    int stable = DefaultBehavior.stabilize(raw, ages, replicas, window);
    int slot = DefaultBehavior.slotFor(ages, window);
    var now = new AutoscalerState.Recommendation(at, raw);
    if (slot == slots.size()) {
      slots.add(now);
    } else {
      slots.set(slot, now);
    }
    d.recommendations = slots;
    return stable;
  }
}
