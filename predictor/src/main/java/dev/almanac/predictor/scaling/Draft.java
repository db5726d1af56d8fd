package dev.almanac.predictor.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scratch pad of one step: what the stages have concluded so far. It lives for one call of
 * {@link Autoscaler#step} and never leaves it, so its fields may change freely.
 */
final class Draft {
  final ScalingPolicy policy;
  final Observation observation;
  final Trace trace;

  /** {@code spec.replicas} as observed. */
  final int current;

  /** Set by evidence: which directions the readings allow. */
  boolean mayRise = true;

  boolean mayFall = true;

  /** Set by evidence when a direction is closed. */
  ReasonCode evidence = ReasonCode.STEADY;

  /** Set by evidence: demand now, NaN when nothing is known. */
  double demandNow = Double.NaN;

  /** Set by evidence: whether the forecast of this observation may be used. */
  boolean forecastUsable;

  /** Set by evidence: whether the windows ahead of this observation may be used. */
  boolean windowsUsable;

  /** Set by need: no price is better than the reactive rule, which decides alone. */
  boolean reactiveAlone;

  /** Set by reactive: what plain HPA would set now. */
  int reactive;

  /** Set by need, in replicas: below {@code low} rise to {@code level}, above {@code high} fall. */
  int low;

  int level;
  int high;

  /** Set by hold: the size that the forecast asks for. */
  int held;

  /** The size as it stands; each stage may move it. */
  int replicas;

  ReasonCode reason = ReasonCode.STEADY;
  StageName binding = StageName.REACTIVE;

  /** Set by guards: nothing is written. */
  boolean hold;

  // The next state.
  Optional<AutoscalerState.ReactiveMemory> reactiveMemory;
  final List<AutoscalerState.Size> sizes;
  int ticksAbove;
  Optional<Instant> forecastMissingSince;
  WindowMemory lead;
  WindowMemory holdWindow;

  Draft(ScalingPolicy policy, Observation observation, AutoscalerState state, Trace trace) {
    this.policy = policy;
    this.observation = observation;
    this.trace = trace;
    this.current = observation.target().specReplicas();
    this.replicas = current;
    this.reactive = current;
    this.held = current;
    this.reactiveMemory = state.reactive();
    this.sizes = new ArrayList<>(state.sizes());
    this.ticksAbove = state.ticksAbove();
    this.forecastMissingSince = state.forecastMissingSince();
    this.lead = state.lead();
    this.holdWindow = state.hold();
  }

  /** Moves the size, and makes this stage the binding one when that changes anything. */
  void move(int to, ReasonCode why, StageName stage) {
    if (to != replicas) {
      replicas = to;
      reason = why;
      binding = stage;
    }
  }

  /** Time that a rise must be ordered ahead: measured P90 to Ready, or what the policy assumes. */
  Duration leadTime() {
    return Autoscaler.leadTime(policy, observation.target().startUpTimes());
  }

  double secondsSince(Instant then) {
    return Duration.between(then, observation.at()).toMillis() / 1000.0;
  }

  AutoscalerState next() {
    return new AutoscalerState(
        reactiveMemory, sizes, ticksAbove, forecastMissingSince, lead, holdWindow);
  }
}
