package dev.almanac.predictor.rightsizing.usage;

import java.util.OptionalDouble;

/**
 * The usage of a container's first minutes apart from the rest.
 *
 * <p>Class loading, caches and just-in-time compilation make a peak that a request should not carry
 * all day and that must not be starved either: it asks for a boost while starting.
 *
 * @param steady the samples outside start-ups; those within are NaN
 * @param peak the highest sample within start-ups, where there was one
 */
public record StartUps(double[] steady, OptionalDouble peak) {

  /**
   * Splits usage.
   *
   * @param usage NaN where absent; not changed
   * @param starts indexes of the first sample of each run of the container, in any order
   * @param samples length of a start-up, at least 0
   */
  public static StartUps split(double[] usage, int[] starts, int samples) {
    if (samples < 0) {
      throw new IllegalArgumentException("a start-up has at least 0 samples, not " + samples);
    }
    double[] steady = usage.clone();
    double peak = Double.NaN;
    for (int start : starts) {
      if (start < 0 || start >= usage.length) {
        throw new IllegalArgumentException(
            "a start at sample %d of %d".formatted(start, usage.length));
      }
      for (int i = start; i < Math.min(usage.length, (long) start + samples); i++) {
        if (!(usage[i] <= peak) && !Double.isNaN(usage[i])) {
          peak = usage[i];
        }
        steady[i] = Double.NaN;
      }
    }
    return new StartUps(
        steady, Double.isNaN(peak) ? OptionalDouble.empty() : OptionalDouble.of(peak));
  }

  /**
   * The boost that a start-up needs on top of a request, in the unit of usage; 0 when none.
   *
   * @param request for the steady part
   */
  public double boostOver(double request) {
    return Math.max(0, peak.orElse(request) - request);
  }
}
