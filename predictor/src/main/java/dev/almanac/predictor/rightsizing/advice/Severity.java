package dev.almanac.predictor.rightsizing.advice;

/** How much a container's request matters, worst first. */
public enum Severity {
  /** It is killed or held back now. */
  CRITICAL,
  /** It requests less than it needs, or nothing. */
  WARNING,
  /** It requests more than it needs. */
  SAVING,
  /** It may stay as it is. */
  GOOD
}
