package dev.almanac.collector.trace;

import java.util.Optional;

/**
 * What is wanted of a trace. Of a large file only that is kept.
 *
 * @param format the layout, empty to go by the content
 * @param column one of the format's columns, empty for its first
 * @param series the name of the only series that is kept, empty for all
 * @param sum whether all series are added up while they are read, as one series {@code total}; at
 *     each instant those count that are there
 */
public record TraceChoice(
    Optional<TraceFormat> format, Optional<String> column, Optional<String> series, boolean sum) {
  /** Everything, of whatever it is. */
  public static final TraceChoice ALL =
      new TraceChoice(Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** One series, or the sum of all. */
  public TraceChoice {
    if (sum && series.isPresent()) {
      throw new IllegalArgumentException("one series or the sum of all, not both");
    }
  }
}
