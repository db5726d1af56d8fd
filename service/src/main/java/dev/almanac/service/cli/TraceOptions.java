package dev.almanac.service.cli;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.collector.trace.TraceFormatException;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
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

    TimeSeries read() {
      Map<String, TimeSeries> found;
      try {
        found = TraceFiles.read(file);
      } catch (TraceFormatException e) {
        throw new BadInput(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw new BadInput("cannot read " + file + ": " + e.getMessage());
      }
      if (series.isEmpty() && found.size() == 1) {
        return found.values().iterator().next();
      }
      TimeSeries chosen = found.get(series);
      if (chosen != null) {
        return chosen;
      }
      String names =
          found.keySet().stream().sorted().limit(10).reduce((a, b) -> a + ", " + b).orElse("none");
      throw new BadInput(
          (series.isEmpty()
                  ? "%s has %d series: choose one with --series NAME: %s"
                  : "%s has no series of that name among its %d: %s")
              .formatted(file, found.size(), names + (found.size() > 10 ? ", ..." : "")));
    }
  }
}
