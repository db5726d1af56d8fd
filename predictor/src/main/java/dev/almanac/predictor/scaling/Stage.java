package dev.almanac.predictor.scaling;

/** How far a workload's forecast is trusted. */
public enum Stage {
  /** The forecast is computed, scored and recorded; nothing is written. */
  SHADOW,
  /** The forecast may raise the reactive answer, never lower it. */
  FLOOR,
  /** The forecast replaces the reactive answer, down to what demand needs now. */
  FULL
}
