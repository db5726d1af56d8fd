package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;

/**
 * {@code openb_pod_list_*.csv} of Alibaba's GPU trace of 2023: pods with what they ask for and when
 * they were created, scheduled and deleted, in seconds from the start of the trace. A series for
 * each quality-of-service class holds what its running pods ask for together; the list is complete,
 * so that a time without pods is a zero.
 *
 * @see <a
 *     href="https://github.com/alibaba/clusterdata/blob/master/cluster-trace-gpu-v2023/README.md">its
 *     description</a>
 */
final class AlibabaGpu implements TraceReader {
  private static final int STEP_SECONDS = 300;

  @Override
  public boolean recognises(TraceHead head) {
    return head.firstLine().startsWith("name,cpu_milli,memory_mib,num_gpu,");
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    Table table = new Table(text, ',');
    if (!table.next()) {
      throw text.problem(1, "the file is empty", "take a file called openb_pod_list_*.csv");
    }
    int cpu = table.required("cpu_milli");
    int memory = table.required("memory_mib");
    int gpus = table.required("num_gpu");
    int gpu = table.required("gpu_milli");
    int quality = table.required("qos");
    int deleted = table.required("deletion_time");
    int scheduled = table.required("scheduled_time");
    series.describe(
        switch (column) {
          case "memory" -> "bytes asked for";
          case "gpu" -> "GPUs asked for";
          case "pods" -> "running pods";
          default -> "cores asked for";
        },
        Scale.ABSOLUTE,
        1);
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.LEVEL);
    while (table.next()) {
      String name = table.text(quality);
      double from = table.number(scheduled, "the time of scheduling"); // none: it never ran
      double to = table.number(deleted, "the time of deletion");
      if (!series.wants(name) || Double.isNaN(from) || Double.isNaN(to)) {
        continue;
      }
      double asked =
          switch (column) {
            case "memory" -> table.number(memory, "memory_mib") * (1 << 20);
            case "gpu" -> table.number(gpus, "num_gpu") * table.number(gpu, "gpu_milli") / 1000;
            case "pods" -> 1;
            default -> table.number(cpu, "cpu_milli") / 1000;
          };
      grid.over(name, (long) (from * 1000), (long) (to * 1000), asked, table.line());
    }
  }
}
