package dev.almanac.predictor.scaling;

/**
 * What the surroundings forbid now.
 *
 * @param paused whether a person has switched decisions off for this workload
 * @param otherWriter who else sets this workload's replicas, empty when nobody was seen
 */
public record Limits(boolean paused, String otherWriter) {

  /** Nothing is forbidden. */
  public static Limits none() {
    return new Limits(false, "");
  }
}
