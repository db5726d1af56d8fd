package dev.almanac.predictor.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

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

  /** Set by evidence: why demand is doubted, for the trace; empty while it is not. */
  String doubts = "";

  /** Set by evidence: whether the forecast of this observation may be used. */
  boolean forecastUsable;

  /** Set by evidence: whether the windows ahead of this observation may be used. */
  boolean windowsUsable;

  /** Set by need: how far the forecast may be followed. */
  Trust trust = Trust.NOT_SCORED;

  /** Set by need: no price is better than the reactive rule, which decides alone. */
  boolean reactiveAlone;

  /** Set by reactive: what plain HPA would set now. */
  int reactive;

  /** Set by need, in replicas: below {@code low} rise to {@code level}, above that fall to it. */
  int low;

  int level;

  /** Set by hold: the size that the forecast asks for. */
  int held;

  /** Set by the schedule: fewest replicas by calendar, inside the bounds. */
  int floor;

  /** The size as it stands; each stage may move it. */
  int replicas;

  ReasonCode reason = ReasonCode.STEADY;
  StageName binding = StageName.REACTIVE;

  /** Set by guards: nothing is written. */
  boolean hold;

  /** Whether somebody has forbidden to write at all; the first one is named. */
  private boolean stopped;

  /** The size of the last decision, -1 before the first. */
  final int before;

  // The next state.
  Optional<AutoscalerState.ReactiveMemory> reactiveMemory;
  List<AutoscalerState.Size> sizes;
  int ticksAbove;
  Optional<Instant> forecastMissingSince;
  WindowMemory lead;
  WindowMemory holdWindow;
  private final GuardMemory guards;
  double plausible;
  Optional<GuardMemory.Doubt> doubt;
  Optional<GuardMemory.Stall> stall;
  OptionalInt asked;
  Optional<Instant> foreignSeen;
  List<Instant> foreignWrites;
  String foreignWriter;

  Draft(ScalingPolicy policy, Observation observation, AutoscalerState state, Trace trace) {
    this.policy = policy;
    this.observation = observation;
    this.trace = trace;
    this.current = observation.target().specReplicas();
    this.replicas = current;
    this.reactive = current;
    this.held = current;
    this.reactiveMemory = state.reactive();
    this.sizes = state.sizes();
    this.before = sizes.isEmpty() ? -1 : sizes.getLast().replicas();
    this.ticksAbove = state.ticksAbove();
    this.forecastMissingSince = state.forecastMissingSince();
    this.lead = state.lead();
    this.holdWindow = state.hold();
    this.guards = state.guards();
    this.plausible = guards.plausible().orElse(Double.NaN);
    this.doubt = guards.doubt();
    this.stall = guards.stall();
    this.asked = guards.asked();
    this.foreignSeen = guards.foreignSeen();
    this.foreignWrites = guards.foreignWrites();
    this.foreignWriter = guards.foreignWriter();
  }

  /** Moves the size, and makes this stage the binding one when that changes anything. */
  void move(int to, ReasonCode why, StageName stage) {
    if (to != replicas) {
      replicas = to;
      reason = why;
      binding = stage;
    }
  }

  /** Moves the size as a guard does, and says why. */
  void limit(int to, ReasonCode why, String text, Object... values) {
    move(to, why, StageName.GUARDS);
    say(text, values);
  }

  /** Lets nothing be written, unless somebody has done so before, and says why. */
  void stop(ReasonCode why, String text, Object... values) {
    if (stopped) {
      return;
    }
    stopped = true;
    hold = true;
    reason = why;
    binding = StageName.GUARDS;
    say(text, values);
  }

  private void say(String text, Object... values) {
    if (trace.isOn()) {
      trace.note(StageName.GUARDS, String.format(Locale.ROOT, text, values), replicas);
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
        reactiveMemory, sizes, ticksAbove, forecastMissingSince, lead, holdWindow, guardMemory());
  }

  private GuardMemory guardMemory() {
    int size = hold ? current : replicas;
    boolean sameSize = asked.isPresent() && asked.getAsInt() == size;
    return new GuardMemory(
        same(guards.plausible(), plausible),
        doubt,
        stall,
        sameSize ? asked : OptionalInt.of(size),
        foreignSeen,
        foreignWrites,
        foreignWriter);
  }

  /** The old value where nothing has changed: a step is made ten thousand times a second. */
  private static OptionalDouble same(OptionalDouble old, double value) {
    if (Double.isNaN(value)) {
      return OptionalDouble.empty();
    }
    return old.isPresent() && old.getAsDouble() == value ? old : OptionalDouble.of(value);
  }
}
