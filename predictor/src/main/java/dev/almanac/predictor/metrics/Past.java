package dev.almanac.predictor.metrics;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** A long past in pieces, each at another place of the step. */
final class Past {
  /*
   * A model is fitted on a grid of minutes and then asked at every tick, three out of four of which
   * lie between the points of that grid. Where demand has a rhythm of a minute itself, as a recorded
   * trace has whose load is constant inside a minute, a mean over 60 s tells one minute at one place
   * of the grid and half of each of two at another: neighbouring samples are then alike, a fit learns
   * to undo that, and goes wrong at all other places. On a web server's month that was a third more
   * short time at equal cost and twice the scale events (docs/benchmarks/control.md).
   *
   * So a piece stands 0, 1/2, 1/4, 3/4, 0, ... of a step before the nominal grid, from the newest one
   * on: a fit sees all places, from as many samples as before. Nothing else notices up to 3/4 of a
   * step in days.
   */

  /** At a step of a minute fewer points than a request to Prometheus may ask for. */
  private static final Duration PIECE = Duration.ofDays(5);

  /** Quarters of a step by which pieces stand back, the newest first. */
  private static final int[] QUARTERS = {0, 2, 1, 3};

  private Past() {}

  static SeriesReading read(
      MetricSource source, String query, Instant to, Duration span, Duration step) {
    long seconds = step.toSeconds();
    int points = Math.toIntExact(span.toSeconds() / seconds) + 1;
    int most = (int) Math.max(1, PIECE.toSeconds() / seconds);
    Instant first = to.minusSeconds((points - 1) * seconds);
    double[] values = new double[points];
    Arrays.fill(values, Double.NaN);
    Optional<String> partial = Optional.empty();
    Optional<SeriesReading> nothing = Optional.empty();
    boolean any = false;
    int piece = 0;
    for (int end = points; end > 0; end -= most, piece++) {
      int begin = Math.max(0, end - most);
      long back = QUARTERS[piece % QUARTERS.length] * seconds / QUARTERS.length;
      Instant from = first.plusSeconds(begin * seconds - back);
      SeriesReading reading =
          source.range(query, from, from.plusSeconds((end - 1 - begin) * seconds), step);
      switch (reading) {
        case SeriesReading.Present(TimeSeries series) -> copy(series, from, values, begin, end);
        case SeriesReading.Partial(TimeSeries series, String detail) -> {
          copy(series, from, values, begin, end);
          partial = Optional.of(detail);
        }
        case SeriesReading.NoData(String detail) -> {
          if (detail.startsWith(SeriesReading.UNREACHABLE)) {
            return reading; // what has been read so far would be taken for all there is
          }
          nothing = nothing.isPresent() ? nothing : Optional.of(reading);
          continue;
        }
        case SeriesReading.Invalid _ -> {
          if (piece == 0) {
            return reading;
          }
          continue; // the last sample of an older piece is one among many
        }
      }
      any = true;
    }
    if (!any) {
      return nothing.orElseThrow();
    }
    TimeSeries series = new TimeSeries(first.getEpochSecond(), (int) seconds, values);
    return partial.isPresent()
        ? new SeriesReading.Partial(series, partial.get())
        : new SeriesReading.Present(series);
  }

  /** What a source gives may begin later or end earlier than it was asked for. */
  private static void copy(TimeSeries piece, Instant from, double[] values, int begin, int end) {
    for (int i = 0; i < piece.length(); i++) {
      long at = Math.floorDiv(piece.epochSecondAt(i) - from.getEpochSecond(), piece.stepSeconds());
      if (at >= 0 && begin + at < end) {
        values[begin + (int) at] = piece.values()[i];
      }
    }
  }
}
