package dev.almanac.predictor.scaling;

/** Why a decision is what it is. Documented in docs/reference, counted as a metric label. */
public enum ReasonCode {
  /** Demand and forecast ask for what is there. */
  STEADY,
  /** The reactive rule set the size. */
  REACTIVE,
  /** The forecast over the lead window set the size. */
  FORECAST,
  /** A fall waits: the hold band or the stabilization window still asks for the present size. */
  STABILIZED,
  /** Demand now needs more than the forecast said. */
  DEMAND_NOW,
  /** No reading of demand: the source gave nothing or did not answer. */
  NO_DATA,
  /** The newest sample is too old, so nothing may fall. */
  STALE,
  /** The source calls its answer incomplete, so nothing may fall. */
  PARTIAL,
  /** The clocks of the source and of Almanac disagree, so nothing may fall. */
  CLOCK_SKEW,
  /** The answer cannot be a measurement. */
  INVALID,
  /** Demand rose by more than a first sample is believed, so it is cut and nothing may fall. */
  IMPLAUSIBLE,
  /** Demand comes from too few of the pods, so nothing may fall. */
  LOW_COVERAGE,
  /** A veto of the policy says that there is trouble, or has no reading, so nothing may fall. */
  DOWN_VETOED,
  /** The forecast is missing or expired, so nothing may fall for a while. */
  FORECAST_MISSING,
  /** Stage Shadow: the decision is recorded, not written. */
  SHADOW,
  /** A floor of the calendar. */
  SCHEDULE,
  /** Switched off by a person: paused, or {@code replicas: 0} by hand. */
  PAUSED,
  /** The whole fleet is switched off by the kill switch. */
  KILL_SWITCH,
  /** Another writer sets this workload's replicas. */
  CONFLICT,
  /** A rollout is in progress, so nothing may fall. */
  ROLLOUT,
  /** The policy lets the size move in the other direction only. */
  DIRECTION_LOCK,
  /** Pods have found no node for a long time, so no more are asked for. */
  CAPACITY_BLOCKED,
  /** Pods have not become Ready for a long time, so no more are asked for. */
  PODS_NOT_READY,
  /** A ResourceQuota admits no more pods. */
  QUOTA,
  /** The lower bound of the policy. */
  MIN_REPLICAS,
  /** The upper bound of the policy. */
  MAX_REPLICAS,
  /** The most that may be added within the window. */
  STEP_CAP_UP,
  /** The most that may be removed within the window. */
  STEP_CAP_DOWN,
  /** The fleet's budget of removals, or of writes, for this tick is spent. */
  FLEET_BUDGET
}
