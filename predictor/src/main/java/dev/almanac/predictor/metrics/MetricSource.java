package dev.almanac.predictor.metrics;

import java.time.Duration;
import java.time.Instant;

/**
 * The port to whatever stores metrics. Calls block, are made from virtual threads, end within the
 * source's own time-out and do not throw for anything the other side does: refusal, silence and
 * nonsense are {@link SeriesReading}s.
 */
public interface MetricSource {

  /**
   * The value of an expression on a grid.
   *
   * @param query an expression that yields one series, PromQL for Prometheus
   * @param from first grid point
   * @param to last grid point, at or after {@code from}; the grid is {@code from + k * step}
   * @param step whole seconds
   * @return a series whose sample {@code k} is the value at {@code from + k * step}, NaN where
   *     there is none; never samples from after {@code to}
   */
  SeriesReading range(String query, Instant from, Instant to, Duration step);

  /**
   * The values of a long past that a model can be fitted on: {@link #range} in pieces of days, each
   * of which stands back by another quarter of a step, so that the fit sees demand at all places of
   * its step, as the ticks do that it will be asked at.
   *
   * @param to last grid point
   * @param span what lies between it and the first one, cut to whole steps
   * @param step whole seconds
   * @return a series on the grid; its sample {@code k} is up to three quarters of a step older than
   *     its grid point. An older piece without a valid answer is absent; a source that cannot be
   *     reached in the middle of it gives no series at all
   */
  default SeriesReading past(String query, Instant to, Duration span, Duration step) {
    return Past.read(this, query, to, span, step);
  }

  /**
   * The newest value for each pod of an expression that yields one series a pod.
   *
   * @param query an expression whose series differ in the label {@code pod}
   * @param at when
   */
  default PodValues byPod(String query, Instant at) {
    return new PodValues.None("this source has no values of single pods");
  }
}
