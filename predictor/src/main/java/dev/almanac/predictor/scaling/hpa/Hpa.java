package dev.almanac.predictor.scaling.hpa;

import dev.almanac.predictor.scaling.hpa.Condition.Type;
import dev.almanac.predictor.scaling.hpa.History.Normal;
import dev.almanac.predictor.scaling.hpa.HpaInput.Scale;
import dev.almanac.predictor.scaling.hpa.HpaResult.Action;
import dev.almanac.predictor.scaling.hpa.HpaResult.Event;
import dev.almanac.predictor.scaling.hpa.PerPodMetric.Context;
import dev.almanac.predictor.scaling.hpa.PodGroups.PodTiming;
import dev.almanac.predictor.scaling.hpa.Proposal.Current;
import dev.almanac.predictor.scaling.hpa.Proposal.Failed;
import dev.almanac.predictor.scaling.hpa.Proposal.Replicas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One sync of the HorizontalPodAutoscaler of Kubernetes 1.37 as a pure function ({@code
 * horizontal.go}: {@code reconcileAutoscaler}).
 *
 * <p>It gives the sizes, conditions and reasons of the controller, number for number. Only where
 * the controller's integers would wrap round does it saturate instead.
 */
public final class Hpa {
  private final HpaInput input;
  private final HpaSpec spec;
  private final Instant now;
  private final HpaStatus before;

  // What this sync has found so far.
  private final Conditions conditions;
  private final List<Event> events = new ArrayList<>();
  private final List<Proposal> proposals = new ArrayList<>();
  private Optional<String> error = Optional.empty();

  // The next state.
  private Optional<History> history;

  private Hpa(HpaInput input, HpaState state) {
    this.input = input;
    this.spec = input.spec();
    this.now = input.at();
    this.before = state.status();
    this.conditions = new Conditions(before.conditions(), now);
    this.history = state.history();
  }

  /**
   * Syncs once.
   *
   * @param input all that may be known
   * @param state what the sync before left, {@link HpaState#cold} at first
   */
  public static HpaResult reconcile(HpaInput input, HpaState state) {
    return new Hpa(input, state).run();
  }

  private HpaResult run() {
    return switch (input.scale()) {
      case Scale.Read scale -> {
        conditions.set(Type.ABLE_TO_SCALE, true, ConditionReason.SUCCEEDED_GET_SCALE);
        yield sync(scale);
      }
      case Scale.Unreadable(String detail) -> {
        conditions.set(Type.ABLE_TO_SCALE, false, ConditionReason.FAILED_GET_SCALE);
        warn(ConditionReason.FAILED_GET_SCALE, detail);
        error = Optional.of("the scale could not be read: " + detail);
        yield result(
            Action.NONE,
            new HpaStatus(
                before.currentReplicas(),
                before.desiredReplicas(),
                before.lastScaleTime(),
                before.currentMetrics(),
                conditions.list()));
      }
    };
  }

  private HpaResult sync(Scale.Read scale) {
    int current = scale.specReplicas();
    if (history.isEmpty()) {
      history = Optional.of(History.startingWith(current, now));
    }
    if (current == 0) {
      return mayLeaveZero() ? followMetrics(scale) : disabled();
    }
    // Out of bounds: no metric, window or policy is asked, not even a Disabled one.
    if (current > spec.maxReplicas()) {
      return rescale(current, spec.maxReplicas(), "more replicas than the upper bound");
    }
    if (current < spec.minReplicas()) {
      return rescale(current, spec.minReplicas(), "fewer replicas than the lower bound");
    }
    return followMetrics(scale);
  }

  /** Zero replicas are a person's off switch, unless this controller itself went there. */
  private boolean mayLeaveZero() {
    return scaledToZero() && (spec.hasMetricAtZero() || spec.minReplicas() > 0);
  }

  private boolean scaledToZero() {
    return input.gates().scaleToZero() && conditions.holds(Type.SCALED_TO_ZERO);
  }

  private HpaResult disabled() {
    conditions.set(Type.SCALING_ACTIVE, false, ConditionReason.SCALING_DISABLED);
    if (!input.gates().scaleToZero()) {
      conditions.remove(Type.SCALED_TO_ZERO);
    }
    return unchanged(0);
  }

  private HpaResult followMetrics(Scale.Read scale) {
    int current = scale.specReplicas();
    if (!selectorIsUsable(scale.selector())) {
      return failed(current);
    }
    Optional<Wish> wish = wish(scale);
    if (wish.isEmpty()) {
      warn(ConditionReason.FAILED_COMPUTE_METRICS_REPLICAS, error.orElse(""));
      return failed(current);
    }
    int desired = Math.max(0, wish.get().replicas());
    int normal = normalize(current, desired);
    if (current == 0) {
      // Only a raised lower bound matters here: the rules of a behavior have none on the way up.
      normal = Math.max(normal, spec.minReplicas());
    }
    if (normal == current) {
      return unchanged(current);
    }
    return rescale(current, normal, reason(current, desired, normal, wish.get().metric()));
  }

  private String reason(int current, int desired, int normal, String metric) {
    if (normal < current) {
      return "all metrics below target";
    }
    if (desired > current) {
      return metric + " above target";
    }
    return normal == spec.minReplicas()
        ? "fewer replicas than the lower bound"
        : "recent answers were higher";
  }

  private boolean selectorIsUsable(HpaInput.Selector selector) {
    return switch (selector) {
      case VALID -> true;
      case MISSING ->
          selectorFault(
              ConditionReason.SELECTOR_REQUIRED,
              ConditionReason.INVALID_SELECTOR,
              "the target has no label selector");
      case UNPARSABLE ->
          selectorFault(
              ConditionReason.INVALID_SELECTOR,
              ConditionReason.INVALID_SELECTOR,
              "the target's label selector cannot be parsed");
      case SHARED ->
          selectorFault(
              ConditionReason.AMBIGUOUS_SELECTOR,
              ConditionReason.AMBIGUOUS_SELECTOR,
              "another autoscaler's target matches some of the same pods");
    };
  }

  private boolean selectorFault(ConditionReason event, ConditionReason reason, String detail) {
    conditions.set(Type.SCALING_ACTIVE, false, reason);
    warn(event, detail);
    warn(ConditionReason.FAILED_COMPUTE_METRICS_REPLICAS, detail);
    error = Optional.of(detail);
    return false;
  }

  /** A size and the metric that asks for it. */
  private record Wish(int replicas, String metric) {}

  /** The highest of all metrics; empty when too many failed to tell. */
  private Optional<Wish> wish(Scale.Read scale) {
    Context context =
        new Context(
            input.pods(),
            scale.specReplicas(),
            tolerance(),
            new PodTiming(
                now, input.settings().cpuInitialization(), input.settings().readinessDelay()),
            input.gates().podLevelResources());
    Optional<Wish> highest = Optional.empty();
    Optional<ConditionReason> firstFailure = Optional.empty();
    for (int i = 0; i < spec.metrics().size(); i++) {
      MetricSpec metric = spec.metrics().get(i);
      Proposal proposal =
          MetricProposals.of(metric, input.answers().get(i), context, scale.statusReplicas());
      proposals.add(proposal);
      switch (proposal) {
        case Replicas(int replicas, var _) -> {
          if (highest.isEmpty() || replicas > highest.get().replicas()) {
            highest = Optional.of(new Wish(replicas, metric.describe()));
          }
        }
        case Failed(var _, String detail) -> {
          ConditionReason reason = MetricProposals.failureReason(metric);
          warn(reason, detail);
          if (firstFailure.isEmpty()) {
            firstFailure = Optional.of(reason);
            error = Optional.of(metric.describe() + " failed: " + detail);
          }
        }
      }
    }
    // With a metric failed, the others may raise, but nobody knows whether less would do.
    boolean blind = highest.isEmpty() || highest.get().replicas() < scale.specReplicas();
    if (firstFailure.isPresent() && blind) {
      conditions.set(Type.SCALING_ACTIVE, false, firstFailure.get());
      return Optional.empty();
    }
    conditions.set(Type.SCALING_ACTIVE, true, ConditionReason.VALID_METRIC_FOUND);
    return highest;
  }

  private Tolerance tolerance() {
    double both = input.settings().tolerance();
    if (spec.behavior().isEmpty() || !input.gates().configurableTolerance()) {
      return new Tolerance(both, both);
    }
    Behavior behavior = spec.behavior().get();
    return new Tolerance(
        behavior.scaleDown().tolerance().orElse(both), behavior.scaleUp().tolerance().orElse(both));
  }

  private int normalize(int current, int desired) {
    HpaSettings settings = input.settings();
    History before = history.orElseThrow();
    int min = spec.minReplicas();
    int max = spec.maxReplicas();
    Normal normal =
        spec.behavior()
            .map(behavior -> before.normalize(current, desired, min, max, behavior, now))
            .orElseGet(() ->
                before.normalize(
                    desired,
                    min,
                    max,
                    DefaultBehavior.scaleUpLimit(
                        current, settings.scaleUpLimitFactor(), settings.scaleUpLimitMinimum()),
                    settings.downscaleStabilization(),
                    now));
    history = Optional.of(normal.next());
    boolean rise = spec.behavior().isPresent() && desired >= current;
    ConditionReason held =
        rise ? ConditionReason.SCALE_UP_STABILIZED : ConditionReason.SCALE_DOWN_STABILIZED;
    int stable = normal.stabilized();
    conditions.set(
        Type.ABLE_TO_SCALE, true, stable == desired ? ConditionReason.READY_FOR_NEW_SCALE : held);
    int replicas = normal.limited().replicas();
    conditions.set(Type.SCALING_LIMITED, replicas != stable, normal.limited().reason());
    return replicas;
  }

  private HpaResult rescale(int current, int desired, String reason) {
    if (!input.update().written()) {
      conditions.set(Type.ABLE_TO_SCALE, false, ConditionReason.FAILED_UPDATE_SCALE);
      warn(ConditionReason.FAILED_RESCALE, "to %d: %s".formatted(desired, reason));
      error = Optional.of("the new size %d could not be written".formatted(desired));
      return failed(current);
    }
    conditions.set(Type.ABLE_TO_SCALE, true, ConditionReason.SUCCEEDED_RESCALE);
    events.add(
        new Event(
            false, ConditionReason.SUCCESSFUL_RESCALE, "to %d: %s".formatted(desired, reason)));
    spec.behavior()
        .ifPresent(
            behavior -> history = history.map(h -> h.withChange(current, desired, behavior, now)));
    markZero(desired);
    return result(
        desired > current ? Action.SCALE_UP : Action.SCALE_DOWN,
        new HpaStatus(current, desired, Optional.of(now), currentMetrics(), conditions.list()));
  }

  /** Leaves the mark by which a later sync tells this zero from a person's. */
  private void markZero(int desired) {
    if (!input.gates().scaleToZero()) {
      conditions.remove(Type.SCALED_TO_ZERO);
      return;
    }
    boolean own = desired == 0 && spec.minReplicas() == 0 && spec.hasMetricAtZero();
    conditions.set(
        Type.SCALED_TO_ZERO,
        own,
        own ? ConditionReason.SCALED_TO_ZERO : ConditionReason.NOT_SCALED_TO_ZERO);
  }

  private HpaResult unchanged(int current) {
    return result(
        Action.NONE,
        new HpaStatus(
            current, current, before.lastScaleTime(), currentMetrics(), conditions.list()));
  }

  /** The sync ends in an error; what was last decided stays in the status. */
  private HpaResult failed(int current) {
    return result(
        Action.NONE,
        new HpaStatus(
            current,
            before.desiredReplicas(),
            before.lastScaleTime(),
            currentMetrics(),
            conditions.list()));
  }

  private HpaResult result(Action action, HpaStatus after) {
    return new HpaResult(
        new HpaState(after, history),
        after.desiredReplicas(),
        action,
        error,
        proposals,
        events,
        !after.equals(before));
  }

  private List<Current> currentMetrics() {
    List<Current> metrics = new ArrayList<>();
    for (Proposal proposal : proposals) {
      metrics.add(
          proposal instanceof Replicas(var _, Current current) ? current : new Current.Unknown());
    }
    return metrics;
  }

  private void warn(ConditionReason reason, String detail) {
    events.add(new Event(true, reason, detail));
  }
}
