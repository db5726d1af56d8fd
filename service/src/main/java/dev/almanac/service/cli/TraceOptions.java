package dev.almanac.service.cli;

import dev.almanac.collector.trace.Trace;
import dev.almanac.collector.trace.TraceChoice;
import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.collector.trace.TraceFormat;
import dev.almanac.collector.trace.TraceFormatException;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A demand trace in a file. */
final class TraceOptions {
  private TraceOptions() {}

  /** A name of a format. */
  static final class Format implements ITypeConverter<TraceFormat> {
    @Override
    public TraceFormat convert(String text) {
      return TraceFormat.named(text)
          .orElseThrow(() ->
              new TypeConversionException(
                  "'%s' is no format of traces; formats: %s"
                      .formatted(text, TraceFormat.labels())));
    }
  }

  /** The options that name one series. */
  static final class Group {
    @Option(
        names = {"--trace", "--csv"},
        required = true,
        paramLabel = "FILE",
        description = {
          "A trace, or a folder with its files: CSV",
          "(timestamp,value or series,timestamp,value; epoch",
          "seconds), query_range JSON, and public traces such",
          "as worldcup98 or borg-2019; .gz allowed. All:",
          "docs/reference/traces.md."
        })
    private Path file = Path.of("");

    @Option(
        names = "--format",
        converter = Format.class,
        paramLabel = "NAME",
        description = "Of the trace (default: seen from its content).")
    private List<TraceFormat> format = List.of();

    @Option(
        names = "--column",
        paramLabel = "NAME",
        description = "What to read of a public trace, such as cpu or memory.")
    private String column = "";

    @Option(
        names = "--series",
        paramLabel = "NAME",
        description = "Which series, where the trace has several.")
    private String series = "";

    @Option(names = "--sum", description = "Add all series up while they are read.")
    private boolean sum;

    private final Streams streams = new Streams();

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
          "%s has %d series: choose one with --series NAME, or add them up with --sum: %s"
              .formatted(file, found.size(), names(found)));
    }

    /** All series, or the one that was named, or their sum. */
    SequencedMap<String, TimeSeries> all() {
      if (sum && !series.isEmpty()) {
        throw new BadInput("--sum adds up all series, --series names one: leave one of them out");
      }
      try (Progress progress = new Progress(streams.err(), "read " + file.getFileName())) {
        TraceChoice choice =
            new TraceChoice(
                format.stream().findFirst(),
                column.isEmpty() ? Optional.empty() : Optional.of(column),
                series.isEmpty() ? Optional.empty() : Optional.of(series),
                sum);
        Trace trace = TraceFiles.read(file, choice, progress::ifLong);
        progress.close();
        tell(trace);
        return trace.series();
      } catch (TraceFormatException e) {
        throw new BadInput(String.valueOf(e.getMessage()));
      } catch (IOException e) {
        throw new BadInput("cannot read " + file + ": " + e.getMessage());
      }
    }

    /** What the numbers of somebody else's trace are. */
    private void tell(Trace trace) {
      if (trace.format() == TraceFormat.CSV || trace.format() == TraceFormat.QUERY_RANGE) {
        return;
      }
      TimeSeries first = trace.series().firstEntry().getValue();
      List<String> facts = new ArrayList<>();
      facts.add("%,d series".formatted(trace.series().size()));
      facts.add("step " + Durations.show(Duration.ofSeconds(first.stepSeconds())));
      facts.add(String.format(Locale.ROOT, "%.1f %% absent", 100 * trace.gapShare()));
      facts.add("in " + trace.unit());
      facts.add(trace.scale().words());
      if (trace.broken() > 0) {
        facts.add("%,d broken lines passed over".formatted(trace.broken()));
      }
      streams.err().println(trace.format().label() + ": " + String.join(", ", facts));
    }

    private static String names(Map<String, TimeSeries> found) {
      String names = found.keySet().stream().sorted().limit(10).collect(Collectors.joining(", "));
      return names + (found.size() > 10 ? ", ..." : "");
    }
  }
}
