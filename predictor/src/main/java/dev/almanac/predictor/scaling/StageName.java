package dev.almanac.predictor.scaling;

/** The stages of a decision, in the order in which they act. */
public enum StageName {
  EVIDENCE,
  REACTIVE,
  NEED,
  HOLD,
  MERGE,
  SCHEDULE,
  GUARDS
}
