package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;

/**
 * Call rates and usage of Alibaba's microservices, once a minute and instance, in milliseconds from
 * the start of the trace: {@code MSRTQps} of 2021 (a row for each metric, calls a second), {@code
 * MSRTMCR} of 2022 (a column for each metric, scaled to 0 to 1 over the whole trace) and {@code
 * MSResource} of both (share of the instance's size). The rates of all instances of a microservice
 * are added up; of usage the mean is taken.
 *
 * @see <a
 *     href="https://github.com/alibaba/clusterdata/blob/master/cluster-trace-microservices-v2021/README.md">its
 *     description</a>
 */
final class AlibabaMicroservices implements TraceReader {
  private static final int STEP_SECONDS = 60;

  @Override
  public boolean recognises(TraceHead head) {
    String line = head.firstLine();
    return line.contains("timestamp") && line.contains("msname") && line.contains("msinstanceid");
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    Table table = new Table(text, ',');
    if (!table.next()) {
      throw text.problem(1, "the file is empty", "take a file of MSRTQps, MSRTMCR or MSResource");
    }
    int time = table.required("timestamp");
    int service = table.required("msname");
    int metric = table.column("metric", "metrics");
    boolean rows = metric >= 0;
    boolean usage = column.equals("cpu") || column.equals("memory");
    String called =
        switch (column) {
          case "http" -> "HTTP_MCR";
          case "mq" -> "consumerMQ_MCR";
          case "cpu" -> "cpu_utilization";
          case "memory" -> "memory_utilization";
          default -> "providerRPC_MCR";
        };
    int value =
        rows ? table.required("value") : table.required(called, "instance_" + column + "_usage");
    if (usage) {
      series.describe("share of the instance's size", Scale.OWN_SIZE, 1);
    } else if (rows) {
      series.describe("calls a second", Scale.ABSOLUTE, 1);
    } else {
      series.describe("share of the highest call rate", Scale.COMMON_UNIT, 1);
    }
    Grid grid = series.grid(STEP_SECONDS, usage ? Grid.Rule.MEAN : Grid.Rule.SUM);
    int columns = table.cells();
    while (table.next()) {
      if (table.cells() < columns) {
        throw text.problem(
            table.line(),
            "the row has %d cells, not %d".formatted(table.cells(), columns),
            "is the file cut off?");
      }
      if (rows && !table.text(metric).equalsIgnoreCase(called)) {
        continue;
      }
      String name = table.text(service);
      if (series.wants(name)) {
        long at = table.time(time, "the time") / 1000;
        grid.overSeconds(name, at, at + STEP_SECONDS, table.number(value, called), table.line());
      }
    }
  }
}
