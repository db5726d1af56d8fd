package dev.almanac.predictor.rightsizing.replay;

import dev.almanac.predictor.rightsizing.RequestAdvisor;

/**
 * Past usage of one resource of one container, in whole days from midnight to midnight.
 *
 * @param samples one every 5 minutes, at least 0, NaN where absent; 288 a day. Not copied
 * @param firstDay the first day that has a request; what is before is history
 */
public record Usage(double[] samples, int firstDay) {

  /** Refuses half days and a history without a sample. */
  public Usage {
    if (samples.length % RequestAdvisor.PER_DAY != 0) {
      throw new IllegalArgumentException(
          "usage must be whole days of %d samples, has %d"
              .formatted(RequestAdvisor.PER_DAY, samples.length));
    }
    if (firstDay < 1 || firstDay * RequestAdvisor.PER_DAY >= samples.length) {
      throw new IllegalArgumentException(
          "a first day between 1 and the last is needed, was %d of %d"
              .formatted(firstDay, samples.length / RequestAdvisor.PER_DAY));
    }
  }

  /** Number of days. */
  public int days() {
    return samples.length / RequestAdvisor.PER_DAY;
  }

  /** Number of days with a request. */
  public int scoredDays() {
    return days() - firstDay;
  }

  /** Index of the first sample with a request. */
  int firstSample() {
    return firstDay * RequestAdvisor.PER_DAY;
  }
}
