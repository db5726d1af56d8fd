package dev.almanac.predictor.rightsizing;

/** What a container requests. */
public enum Resource {
  /** In millicores. */
  CPU,
  /** In bytes. */
  MEMORY
}
