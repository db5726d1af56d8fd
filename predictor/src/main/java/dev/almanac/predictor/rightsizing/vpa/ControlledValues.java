package dev.almanac.predictor.rightsizing.vpa;

/** What of a container a recommendation sets. */
public enum ControlledValues {
  /** Requests; limits stay, and cap them. */
  REQUESTS_ONLY,
  /** Requests, and limits in the ratio that they have now. */
  REQUESTS_AND_LIMITS
}
