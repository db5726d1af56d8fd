package dev.almanac.service.cli;

import dev.almanac.predictor.series.TimeSeries;
import java.util.SequencedMap;
import picocli.CommandLine.ArgGroup;

/** Where series come from: a trace file or a live Prometheus, one of them. */
final class SeriesChoice {
  @ArgGroup(exclusive = false)
  private TraceOptions.Group csv = new TraceOptions.Group();

  @ArgGroup(exclusive = false)
  private LiveOptions.Group live = new LiveOptions.Group();

  boolean isGiven() {
    return csv.isGiven() || live.isGiven();
  }

  /** The one series that was asked for. */
  TimeSeries read() {
    return csv.isGiven() ? csv.read() : live.read();
  }

  /** All series that were asked for, by name. */
  SequencedMap<String, TimeSeries> all() {
    return csv.isGiven() ? csv.all() : live.all();
  }
}
