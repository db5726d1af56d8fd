package dev.almanac.service.cli;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.collector.trace.TraceFormatException;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** A demand trace in a file. */
final class TraceOptions {
  private TraceOptions() {}

  /** The options that name one series. */
  static final class Group {
    @Option(
        names = "--csv",
        required = true,
        paramLabel = "FILE",
        description = {
          "CSV (timestamp,value or series,timestamp,value; epoch seconds; .gz allowed)",
          "or Prometheus query_range JSON (.json)."
        })
    private Path file = Path.of("");

    @Option(
        names = "--series",
        paramLabel = "NAME",
        description = "Which series, where the file has several.")
    private String series = "";

    boolean isGiven() {
      return !file.toString().isEmpty();
    }

    /** The one series that is meant. */
    TimeSeries read() {
      SequencedMap<String, TimeSeries> found = all();
      if (found.size() == 1) {
        return found.firstEntry().getValue();
      }
      throw new BadInput(
          "%s has %d series: choose one with --series NAME: %s"
              .formatted(file, found.size(), names(found)));
    }

    /** All series, or the one that was named. */
    SequencedMap<String, TimeSeries> all() {
      SequencedMap<String, TimeSeries> found;
      try {
        found = TraceFiles.read(file);
      } catch (TraceFormatException e) {
        throw new BadInput(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw new BadInput("cannot read " + file + ": " + e.getMessage());
      }
      if (series.isEmpty()) {
        return found;
      }
      TimeSeries chosen = found.get(series);
      if (chosen == null) {
        throw new BadInput(
            "%s has no series of that name among its %d: %s"
                .formatted(file, found.size(), names(found)));
      }
      return new LinkedHashMap<>(Map.of(series, chosen));
    }

    private static String names(Map<String, TimeSeries> found) {
      String names = found.keySet().stream().sorted().limit(10).collect(Collectors.joining(", "));
      return names + (found.size() > 10 ? ", ..." : "");
    }
  }
}
