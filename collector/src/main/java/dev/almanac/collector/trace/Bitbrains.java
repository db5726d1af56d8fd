package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;

/**
 * The GWA-T-12 traces of Bitbrains: a file for each virtual machine, with semicolons, a row every 5
 * minutes or so that stands for the time since the row before. The header calls the time
 * milliseconds; in the files it is in seconds, so that its size decides.
 *
 * @see <a href="http://gwa.ewi.tudelft.nl/datasets/gwa-t-12-bitbrains">its description</a>
 */
final class Bitbrains implements TraceReader {
  private static final int STEP_SECONDS = 300;

  /** A row that comes later than this after another does not stand for the time between. */
  private static final long LONGEST_SECONDS = STEP_SECONDS * 3 / 2;

  /** The year 5138 in seconds, 1973 in milliseconds. */
  private static final long SECONDS_BELOW = 100_000_000_000L;

  @Override
  public boolean recognises(TraceHead head) {
    return head.firstLine().startsWith("Timestamp [ms];");
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    Table table = new Table(text, ';');
    if (!table.next()) {
      throw text.problem(1, "the file is empty", "a file of the trace begins with Timestamp [ms];");
    }
    int time = table.required("Timestamp [ms]");
    int cell =
        table.required(
            switch (column) {
              case "memory" -> "Memory usage [KB]";
              case "disk_read" -> "Disk read throughput [KB/s]";
              case "disk_write" -> "Disk write throughput [KB/s]";
              case "net_in" -> "Network received throughput [KB/s]";
              case "net_out" -> "Network transmitted throughput [KB/s]";
              default -> "CPU usage [MHZ]";
            });
    series.describe(
        switch (column) {
          case "cpu" -> "MHz";
          case "memory" -> "KB";
          default -> "KB a second";
        },
        Scale.ABSOLUTE,
        1);
    String name = series.nameOfFile();
    if (!series.wants(name)) {
      return;
    }
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.MEAN);
    long before = Long.MIN_VALUE;
    while (table.next()) {
      long at = table.time(time, "the time");
      at = at < SECONDS_BELOW ? at : at / 1000;
      if (at <= before) {
        throw text.problem(
            table.line(),
            "time %d comes after %d".formatted(at, before),
            "keep one row per time, sorted");
      }
      long from = at - before <= LONGEST_SECONDS && at - before > 0 ? before : at - STEP_SECONDS;
      grid.overSeconds(name, from, at, table.number(cell, column), table.line());
      before = at;
    }
  }
}
