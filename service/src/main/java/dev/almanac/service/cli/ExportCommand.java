package dev.almanac.service.cli;

import dev.almanac.collector.trace.TraceWriter;
import dev.almanac.predictor.series.TimeSeries;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A trace out of Prometheus. */
@Command(
    name = "export",
    description = {
      "Writes the series of a query on Prometheus to a file.",
      "The other verbs read it with --trace: CSV, or the JSON of query_range where FILE",
      "ends in .json; gzip where it ends in .gz."
    },
    footer = {
      "",
      "A range longer than Prometheus answers at once is read in parts. FILE appears",
      "when all of it is there; what it held before is replaced.",
      "",
      "Example:",
      "  almanac export --prometheus http://127.0.0.1:9090 --history 30d \\",
      "    --query 'sum by (app) (rate(http_requests_total[1m]))' --to demand.csv.gz"
    },
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {

  @ArgGroup(exclusive = false, multiplicity = "1")
  private LiveOptions.Group live = new LiveOptions.Group();

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "End of the history, such as 2026-11-27T08:00:00Z (default: now).")
  private Instant until = InstantSource.system().instant();

  @Option(names = "--to", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path file = Path.of("");

  private final Streams streams = new Streams();

  @Override
  public Integer call() {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new BadInput("--to: %s is not a file in a folder that exists".formatted(file));
    }
    SequencedMap<String, TimeSeries> found;
    try (Progress progress = new Progress(streams.err(), "export")) {
      found = live.all(until, progress::at);
    }
    Map<String, TimeSeries> written = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    long samples = 0;
    for (Map.Entry<String, TimeSeries> entry : found.entrySet()) {
      if (TraceWriter.holds(entry.getValue())) {
        written.put(entry.getKey(), entry.getValue());
        samples += entry.getValue().presentCount();
      } else {
        leftOut.add(entry.getKey());
      }
    }
    if (!leftOut.isEmpty()) {
      streams
          .err()
          .printf(
              "almanac: left out: %,d series with less than two samples or without a step, such as"
                  + " %s%n",
              leftOut.size(), leftOut.getFirst());
    }
    if (written.isEmpty()) {
      throw new BadInput("no series has two samples in the range: take a longer --history");
    }
    write(written);
    streams.err().printf("%,d samples of %,d series in %s%n", samples, written.size(), file);
    return 0;
  }

  /** Whole or not at all: a reader never meets half a trace. */
  private void write(Map<String, TimeSeries> series) {
    String name = String.valueOf(file.getFileName());
    boolean gzip = name.endsWith(".gz");
    boolean json = name.replaceFirst("\\.gz$", "").endsWith(".json");
    Path temporary = file.resolveSibling(name + ".part");
    try {
      try (OutputStream plain =
              new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16);
          OutputStream out = gzip ? new GZIPOutputStream(plain, 1 << 16) : plain) {
        if (json) {
          TraceWriter.queryRange(series, out);
        } else {
          TraceWriter.csv(series, out);
        }
      }
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BadInput("--to: cannot write %s: %s".formatted(file, e.getMessage()));
    }
  }
}
