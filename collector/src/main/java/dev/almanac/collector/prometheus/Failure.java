package dev.almanac.collector.prometheus;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.metrics.SeriesReading;

/**
 * Why there is no answer to read.
 *
 * @param nonsense whether something answered that is not the store we expect, as opposed to silence
 *     and refusal
 * @param detail one line without secrets
 */
record Failure(boolean nonsense, String detail) {

  /** Nothing could be reached, or not in time. */
  static Failure unreachable(String why) {
    return new Failure(false, SeriesReading.UNREACHABLE + ": " + why);
  }

  static Failure noData(String detail) {
    return new Failure(false, detail);
  }

  static Failure invalid(String detail) {
    return new Failure(true, detail);
  }

  Reading toReading() {
    return nonsense ? new Reading.Invalid(detail) : new Reading.NoData(detail);
  }

  SeriesReading toSeriesReading() {
    return nonsense ? new SeriesReading.Invalid(detail) : new SeriesReading.NoData(detail);
  }
}
