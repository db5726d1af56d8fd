package dev.almanac.predictor.scaling;

import dev.almanac.predictor.cluster.StartUpTimes;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The decision: from what is known now to replicas or Hold. A pure function; the live loop, the
 * simulator and the verifier call this very method and get the same bytes.
 */
public final class Autoscaler {

  /**
   * Each stage sees what the earlier ones concluded; the comment says why it stands where it is.
   */
  private static final List<DecisionStage> STAGES =
      List.of(
          // First, because every later stage asks what the readings allow.
          new EvidenceStage(),
          // Needs demand now; its memory must grow on every tick, whether or not it is followed.
          new ReactiveStage(),
          // Needs the forecast only; says how many replicas it asks for, not yet whether to move.
          new NeedStage(),
          // Compares need with the present size, so that small moves of need cause no event.
          new HoldStage(),
          // Only here do reactive rule and forecast meet, by the stage of trust.
          new MergeStage(),
          // A floor by calendar holds against the forecast, but not against the guards.
          new ScheduleStage(),
          // Last: what no other stage may overrule.
          new GuardStage());

  /**
   * Decides once.
   *
   * @param policy what the owner wants
   * @param observation all that may be known
   * @param state what was remembered by the step before, {@link AutoscalerState#cold()} at first
   */
  public Step step(ScalingPolicy policy, Observation observation, AutoscalerState state) {
    return step(policy, observation, state, Trace.NONE);
  }

  /** Decides once, and tells the trace what each stage concluded. The trace changes nothing. */
  public Step step(
      ScalingPolicy policy, Observation observation, AutoscalerState state, Trace trace) {
    AutoscalerState from = state.asOf(observation.at(), policy.interval());
    Draft draft = new Draft(policy, observation, from, trace);
    for (DecisionStage stage : STAGES) {
      stage.decide(draft);
    }
    Decision decision =
        draft.hold
            ? Decision.hold(draft.replicas, draft.reason, draft.binding)
            : Decision.of(draft.replicas, draft.reason, draft.binding);
    return new Step(decision, draft.next());
  }

  /** The explanation of a step: the same stages, traced. */
  public List<Trace.Line> explain(
      ScalingPolicy policy, Observation observation, AutoscalerState state) {
    Trace.Recorder recorder = new Trace.Recorder();
    step(policy, observation, state, recorder);
    return recorder.lines();
  }

  /**
   * The quantile levels of a step's forecast, rising: those that {@link NeedStage} reads, and the
   * median, p90 and p95, by which a forecast is scored and shown.
   */
  public static double[] levels(ScalingPolicy policy) {
    double share = policy.risk().acceptedShare();
    return DoubleStream.of(
            0.5, 0.9, 0.95, NeedStage.level(share), NeedStage.low(share), NeedStage.hold(share))
        .sorted()
        .distinct()
        .toArray();
  }

  /** How far ahead of now a step looks at least. */
  public static Duration horizon(ScalingPolicy policy, StartUpTimes measured) {
    Duration lead = leadTime(policy, measured).plus(policy.interval());
    return lead.compareTo(PricedWindow.HOLD_WINDOW) > 0 ? lead : PricedWindow.HOLD_WINDOW;
  }

  /** Measured P90 to Ready where there is one, else what the policy assumes. */
  public static Duration leadTime(ScalingPolicy policy, StartUpTimes measured) {
    return policy.leadTime().fixed() || measured.samples() == 0
        ? policy.leadTime().assumed()
        : measured.p90();
  }
}
