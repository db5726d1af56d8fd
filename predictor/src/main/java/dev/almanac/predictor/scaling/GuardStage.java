package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.AutoscalerState.Size;
import java.time.Instant;

/**
 * What no other stage may overrule: evidence, rollout, step caps, bounds, pause and other writers,
 * in this order. Bounds come after the caps because a write outside them is never right; Hold comes
 * last because then nothing is written at all.
 */
final class GuardStage implements DecisionStage {

  @Override
  public StageName name() {
    return StageName.GUARDS;
  }

  @Override
  public void decide(Draft d) {
    remember(d);
    evidence(d);
    rollout(d);
    stepCaps(d);
    bounds(d);
    hold(d);
    if (d.trace.isOn()) {
      String text =
          d.binding == name()
              ? "%s (binding)".formatted(d.reason)
              : "bounds %d to %d kept".formatted(d.policy.minReplicas(), d.policy.maxReplicas());
      d.trace.note(name(), text, d.replicas);
    }
  }

  private void evidence(Draft d) {
    if (!d.mayFall && d.replicas < d.current) {
      d.move(d.current, d.evidence, name());
    }
    if (!d.mayRise && d.replicas > d.current) {
      d.move(d.current, d.evidence, name());
    }
    if (!d.mayRise && !d.mayFall) {
      d.hold = true;
      d.reason = d.evidence;
      d.binding = StageName.EVIDENCE;
    }
  }

  private void rollout(Draft d) {
    if (d.observation.target().rollout() && d.replicas < d.current) {
      d.move(d.current, ReasonCode.ROLLOUT, name());
    }
  }

  private void stepCaps(Draft d) {
    int first = sizeAtWindowStart(d);
    int highest = Math.max(d.current, d.policy.stepCaps().highest(first));
    int lowest = Math.min(d.current, d.policy.stepCaps().lowest(first));
    if (d.replicas > highest) {
      d.move(highest, ReasonCode.STEP_CAP_UP, name());
    } else if (d.replicas < lowest) {
      d.move(lowest, ReasonCode.STEP_CAP_DOWN, name());
    }
  }

  private void bounds(Draft d) {
    if (d.replicas < d.policy.minReplicas()) {
      d.move(d.policy.minReplicas(), ReasonCode.MIN_REPLICAS, name());
      d.hold = false; // raising to the lower bound needs no evidence
    } else if (d.replicas > d.policy.maxReplicas() && !d.hold) {
      d.move(d.policy.maxReplicas(), ReasonCode.MAX_REPLICAS, name());
    }
  }

  private void hold(Draft d) {
    if (d.observation.limits().paused() || d.current == 0) {
      holdBecause(d, ReasonCode.PAUSED); // replicas: 0 is a person's off switch (as in HPA)
    } else if (!d.observation.limits().otherWriter().isEmpty()) {
      holdBecause(d, ReasonCode.CONFLICT);
    } else if (d.policy.stage() == Stage.SHADOW) {
      holdBecause(d, ReasonCode.SHADOW);
    }
  }

  private void holdBecause(Draft d, ReasonCode why) {
    d.hold = true;
    d.reason = why;
    d.binding = name();
  }

  /** Records an observed change of size and forgets those older than the window of the caps. */
  private static void remember(Draft d) {
    var sizes = d.sizes;
    Instant at = d.observation.at();
    if (sizes.isEmpty() || sizes.getLast().replicas() != d.current) {
      sizes.add(new Size(at, d.current));
    }
    Instant start = at.minus(d.policy.stepCaps().window());
    // The newest size from before the window stays: it is what the window began with.
    while (sizes.size() > 1 && !sizes.get(1).at().isAfter(start)) {
      sizes.removeFirst();
    }
  }

  private static int sizeAtWindowStart(Draft d) {
    return d.sizes.getFirst().replicas();
  }
}
