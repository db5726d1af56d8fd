package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;

/**
 * {@code vm_cpu_readings-file-N-of-195.csv.gz} of AzurePublicDataset V1 (2017) and V2 (2019):
 * seconds from the start of the trace, virtual machine, and the lowest, highest and mean CPU of 5
 * minutes in percent of its cores. Sorted by time, without a header.
 *
 * @see <a
 *     href="https://github.com/Azure/AzurePublicDataset/blob/master/AzurePublicDatasetV2.md">its
 *     description</a>
 */
final class AzureVm implements TraceReader {
  private static final int STEP_SECONDS = 300;

  @Override
  public boolean recognises(TraceHead head) {
    String[] cells = head.cells(",");
    return cells.length == 5
        && cells[0].matches("\\d{1,9}")
        && !cells[1].matches("[0-9.]*")
        && cells[2].matches("[0-9.eE+-]+")
        && cells[3].matches("[0-9.eE+-]+");
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    series.describe("percent of the machine's cores", Scale.OWN_SIZE, 1);
    int cell =
        switch (column) {
          case "min_cpu" -> 2;
          case "max_cpu" -> 3;
          default -> 4;
        };
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.MEAN);
    Table table = new Table(text, ',');
    while (table.next()) {
      long line = table.line();
      if (table.cells() != 5) {
        throw text.problem(
            line,
            "the row has %d cells".formatted(table.cells()),
            "a row is time,machine,lowest,highest,mean");
      }
      String name = table.text(1);
      if (series.wants(name)) {
        long at = table.time(0, "the time");
        grid.overSeconds(name, at, at + STEP_SECONDS, table.number(cell, column), line);
      }
    }
  }
}
