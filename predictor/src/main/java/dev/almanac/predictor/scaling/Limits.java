package dev.almanac.predictor.scaling;

/**
 * What people have switched off.
 *
 * @param paused decisions for this workload, in its document
 * @param fleetStopped all decisions, by the kill switch
 */
public record Limits(boolean paused, boolean fleetStopped) {
  private static final Limits NONE = new Limits(false, false);

  /** Nothing is switched off. */
  public static Limits none() {
    return NONE;
  }
}
