package dev.almanac.simulator.demand;

import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A monitoring system in virtual time. It shows the demand of traces as {@link MetricTiming} says;
 * the query is the name of a trace.
 *
 * <p>It never looks ahead: a sample rests on demand that has passed at its own instant, and grid
 * points after the virtual clock have none. A grid point costs the same wherever it lies. Safe for
 * any number of threads when the clock is.
 */
public final class TraceMetricSource implements MetricSource {

  /** Points that one answer may have, 28 days of ticks and more. */
  static final int MAX_POINTS = 200_000;

  private final Map<String, DemandTrace> traces;
  private final MetricTiming timing;
  private final Supplier<Instant> now;

  /**
   * A source of the given traces.
   *
   * @param traces by the query that selects them
   * @param now the virtual clock
   */
  public TraceMetricSource(
      Map<String, DemandTrace> traces, MetricTiming timing, Supplier<Instant> now) {
    this.traces = Map.copyOf(traces);
    this.timing = timing;
    this.now = now;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Instants are cut to whole seconds. Without any sample, for a query that is not the name of a
   * trace, and for more than {@value #MAX_POINTS} points the answer is {@code NoData}.
   *
   * @throws IllegalArgumentException when {@code to} lies before {@code from} or the step is not
   *     whole seconds
   */
  @Override
  public SeriesReading range(String query, Instant from, Instant to, Duration step) {
    if (to.isBefore(from) || step.toSeconds() < 1 || step.toMillis() % 1000 != 0) {
      throw new IllegalArgumentException("no grid from %s to %s by %s".formatted(from, to, step));
    }
    DemandTrace demand = traces.get(query);
    if (demand == null) {
      return new SeriesReading.NoData("no trace is called " + query);
    }
    long first = from.getEpochSecond();
    long seconds = step.toSeconds();
    long points = (to.getEpochSecond() - first) / seconds + 1;
    if (points > MAX_POINTS) {
      return new SeriesReading.NoData(
          "%,d points asked for, at most %,d are given".formatted(points, MAX_POINTS));
    }
    double[] values = new double[(int) points];
    Arrays.fill(values, Double.NaN);
    long clock = now.get().getEpochSecond();
    boolean any = false;
    for (int i = 0; i < values.length; i++) {
      long at = first + i * seconds;
      if (at > clock) {
        break;
      }
      values[i] = timing.valueAt(demand, at);
      any |= !Double.isNaN(values[i]);
    }
    return any
        ? new SeriesReading.Present(new TimeSeries(first, Math.toIntExact(seconds), values))
        : new SeriesReading.NoData("no sample in the range");
  }
}
