package dev.almanac.predictor.rightsizing.vpa;

import java.time.Instant;

/** Distances of time as the reference counts them: 64 bit nanoseconds that end at 292 years. */
final class Nanoseconds {
  private static final long PER_SECOND = 1_000_000_000;

  private Nanoseconds() {}

  /** From one instant to another, at most 292 years in either direction. */
  static long between(Instant from, Instant to) {
    long seconds = to.getEpochSecond() - from.getEpochSecond();
    long limit = Long.MAX_VALUE / PER_SECOND;
    if (seconds >= limit) {
      return Long.MAX_VALUE;
    }
    if (seconds < -limit) {
      return Long.MIN_VALUE;
    }
    return seconds * PER_SECOND + to.getNano() - from.getNano();
  }

  /**
   * The nearest multiple of a duration, counted from the year 1, halves up.
   *
   * @param duration whole seconds, positive
   */
  static Instant round(Instant time, long duration) {
    long wholeSeconds = duration / PER_SECOND;
    long seconds = time.getEpochSecond() - Histogram.UNSET.getEpochSecond();
    long rest = Math.floorMod(seconds, wholeSeconds) * PER_SECOND + time.getNano();
    return rest < duration - rest ? time.minusNanos(rest) : time.plusNanos(duration - rest);
  }
}
