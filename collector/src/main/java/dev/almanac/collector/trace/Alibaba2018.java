package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;

/**
 * {@code machine_usage.csv} and {@code container_usage.csv} of Alibaba's cluster trace of 2018:
 * percent of a machine's or a container's size, every 10 s or so, in seconds from the start of the
 * trace, without a header. -1 and 101 stand for a failed measurement.
 *
 * @see <a
 *     href="https://github.com/alibaba/clusterdata/blob/master/cluster-trace-v2018/schema.txt">its
 *     schema</a>
 */
final class Alibaba2018 implements TraceReader {
  private static final int STEP_SECONDS = 60;
  private static final int OF_MACHINES = 9;
  private static final int OF_CONTAINERS = 11;

  @Override
  public boolean recognises(TraceHead head) {
    String[] cells = head.cells(",");
    return (cells.length == OF_MACHINES && cells[0].matches("m_\\d+"))
        || (cells.length == OF_CONTAINERS
            && cells[0].matches("c_\\d+")
            && cells[1].matches("m_\\d+"));
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    series.describe("percent of the machine or container", Scale.OWN_SIZE, 1);
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.MEAN);
    Table table = new Table(text, ',');
    while (table.next()) {
      long line = table.line();
      int cells = table.cells();
      if (cells != OF_MACHINES && cells != OF_CONTAINERS) {
        throw text.problem(
            line,
            "the row has %d cells".formatted(cells),
            "rows of machine_usage.csv have 9, of container_usage.csv 11");
      }
      String name = table.text(0);
      if (!series.wants(name)) {
        continue;
      }
      int time = cells == OF_MACHINES ? 1 : 2;
      int last = cells - 1;
      int cell =
          switch (column) {
            case "memory" -> time + 2;
            case "net_in" -> last - 2;
            case "net_out" -> last - 1;
            case "disk" -> last;
            default -> time + 1;
          };
      long at = table.time(time, "the time");
      double percent = table.number(cell, column);
      boolean failed = percent < 0 || percent > 100;
      grid.overSeconds(name, at, at + 1, failed ? Double.NaN : percent, line);
    }
  }
}
