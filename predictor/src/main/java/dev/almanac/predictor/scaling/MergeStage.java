package dev.almanac.predictor.scaling;

import java.util.Locale;

/**
 * Joins forecast and reactive rule by the stage of trust: the policy's, or less where the forecast
 * has not earned as much. Shadow and Floor keep the reactive answer as the least; Full replaces it,
 * down to what demand needs now. Under an HPA the stages differ only in that Shadow writes nothing.
 */
final class MergeStage implements DecisionStage {

  @Override
  public StageName name() {
    return StageName.MERGE;
  }

  @Override
  public void decide(Draft d) {
    if (d.policy.actuation() == Actuation.HPA_FLOOR) {
      floor(d);
      return;
    }
    if (!d.forecastUsable) {
      note(d, "reactive rule alone");
      return;
    }
    if (d.reactiveAlone) {
      note(d, "reactive rule alone: %s", d.trust.cause());
      return;
    }
    Stage stage =
        d.policy.stage() == Stage.SHADOW ? Stage.SHADOW : d.trust.within(d.policy.stage());
    switch (stage) {
      case SHADOW -> {
        waitAnew(d);
        note(d, "Shadow: recorded, not written");
      }
      case FLOOR -> {
        if (d.held > d.reactive) {
          adopt(d);
        }
        waitAnew(d);
        if (d.policy.stage() == Stage.FLOOR) {
          note(d, "Floor: the higher of reactive %d and forecast %d", d.reactive, d.held);
        } else {
          note(
              d,
              "Floor, not Full (%s): the higher of reactive %d and forecast %d",
              d.trust.cause(),
              d.reactive,
              d.held);
        }
      }
      case FULL -> {
        adopt(d);
        int now =
            Double.isNaN(d.demandNow)
                ? 0
                : NeedStage.replicasFor(d.demandNow, d.policy.perReplica());
        if (d.replicas < now) {
          d.move(now, ReasonCode.DEMAND_NOW, name());
        }
        waitAnew(d);
        note(d, "Full: forecast %d, demand now needs %d", d.held, now);
      }
    }
  }

  /** The HPA is the reactive rule: it needs no floor but for what only the forecast knows. */
  private void floor(Draft d) {
    if (d.forecastUsable && !d.reactiveAlone) {
      adopt(d);
      note(d, "floor of the HPA: what the forecast needs");
    } else {
      d.replicas = d.policy.minReplicas();
      d.binding = name();
      d.reason = d.replicas == d.current ? ReasonCode.STEADY : ReasonCode.REACTIVE;
      note(d, "no forecast to go by: the HPA decides alone");
    }
  }

  /** A fall that demand or the reactive rule does not want yet starts its patience anew. */
  private static void waitAnew(Draft d) {
    if (d.held < d.current && d.replicas >= d.current) {
      d.ticksAbove = 0;
    }
  }

  private void adopt(Draft d) {
    d.replicas = d.held;
    d.binding = StageName.HOLD;
    d.reason =
        d.held != d.current
            ? ReasonCode.FORECAST
            : d.current > d.level ? ReasonCode.STABILIZED : ReasonCode.STEADY;
  }

  /** Formats only for a trace that is on: it would take longer than all else in a step. */
  private void note(Draft d, String text, Object... values) {
    if (d.trace.isOn()) {
      d.trace.note(name(), String.format(Locale.ROOT, text, values), d.replicas);
    }
  }
}
