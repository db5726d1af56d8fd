package dev.almanac.predictor.metrics;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;

/** What a metric said over a range: a series, or the reason why there is none. */
public sealed interface SeriesReading {

  /** A complete answer. Absent samples are NaN in the series; at least one sample is present. */
  record Present(TimeSeries series) implements SeriesReading {}

  /** An answer that its source calls incomplete, as Prometheus and Thanos do with warnings. */
  record Partial(TimeSeries series, String detail) implements SeriesReading {}

  /** No sample in the range, or no answer from the source; the detail says which. */
  record NoData(String detail) implements SeriesReading {}

  /** An answer that cannot be a measurement. */
  record Invalid(String detail) implements SeriesReading {}

  /** Name of the cause used in the detail of {@link NoData} when nothing could be reached. */
  String UNREACHABLE = "unreachable";

  /**
   * The newest sample as a reading of its own. The age is that of the newest present sample, not of
   * the answer: an expression that went quiet shows as stale.
   *
   * @param now the decision's time
   * @param maxAge older samples become {@link Reading.Stale}
   */
  default Reading latest(Instant now, Duration maxAge) {
    return switch (this) {
      case Present(TimeSeries series) -> newest(series, now, maxAge);
      case Partial(TimeSeries series, String detail) ->
          switch (newest(series, now, maxAge)) {
            case Reading.Present(double value, Instant at) ->
                new Reading.Partial(value, at, detail);
            case Reading other -> other;
          };
      case NoData(String detail) -> new Reading.NoData(detail);
      case Invalid(String detail) -> new Reading.Invalid(detail);
    };
  }

  /** The samples, or an empty series that starts at the epoch when there are none. */
  default TimeSeries seriesOrEmpty() {
    return switch (this) {
      case Present(TimeSeries series) -> series;
      case Partial(TimeSeries series, String _) -> series;
      case NoData _, Invalid _ -> TimeSeries.empty(Instant.EPOCH, Duration.ofMinutes(1));
    };
  }

  private static Reading newest(TimeSeries series, Instant now, Duration maxAge) {
    int last = series.lastPresent();
    return last < 0
        ? new Reading.NoData("no sample in the range")
        : Reading.of(
            series.values()[last], Instant.ofEpochSecond(series.epochSecondAt(last)), now, maxAge);
  }
}
