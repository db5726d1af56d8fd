package dev.almanac.collector.prometheus;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What a store answers to a query that may yield any number of series. */
public sealed interface SeveralSeries {

  /**
   * The series that there are, all on the grid that was asked for.
   *
   * @param byName as Prometheus writes a series, {@code up{job="web"}}, in the order of the answer;
   *     at least one
   * @param warnings what the store said beside it; empty when it said nothing
   */
  record Present(SequencedMap<String, TimeSeries> byName, String warnings)
      implements SeveralSeries {
    /** Copies. */
    public Present {
      byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
    }
  }

  /** Nothing could be reached, or not in time. */
  record Unreachable(String detail) implements SeveralSeries {}

  /** No series, a refusal, or an answer that cannot be read; the detail says which. */
  record None(String detail) implements SeveralSeries {}
}
