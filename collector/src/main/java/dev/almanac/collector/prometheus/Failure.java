package dev.almanac.collector.prometheus;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;

/**
 * Why there is no answer to read.
 *
 * @param kind what a caller can do about it
 * @param nonsense whether something answered that is not the store we expect, as opposed to silence
 *     and refusal
 * @param detail one line without secrets
 */
record Failure(Kind kind, boolean nonsense, String detail) {

  /** What a caller can do. */
  enum Kind {
    /** Ask again later. */
    BUSY,
    /** Ask for less. */
    TOO_MUCH,
    /** Nothing. */
    FINAL
  }

  /** Nothing could be reached, or not in time. */
  static Failure unreachable(String why) {
    return new Failure(Kind.BUSY, false, SeriesReading.UNREACHABLE + ": " + why);
  }

  static Failure noData(String detail) {
    return new Failure(Kind.FINAL, false, detail);
  }

  static Failure invalid(String detail) {
    return new Failure(Kind.FINAL, true, detail);
  }

  /** The store asks for patience. */
  static Failure busy(String detail) {
    return new Failure(Kind.BUSY, false, detail);
  }

  /** More than the store computes, or than we read. */
  static Failure tooMuch(String detail) {
    return new Failure(Kind.TOO_MUCH, true, detail);
  }

  Reading toReading() {
    return nonsense ? new Reading.Invalid(detail) : new Reading.NoData(detail);
  }

  SeriesReading toSeriesReading() {
    return nonsense ? new SeriesReading.Invalid(detail) : new SeriesReading.NoData(detail);
  }
}
