package dev.almanac.collector.trace;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Layouts of files that hold demand or usage over time. The order is that in which a file is asked
 * whether it is one of them: those whose first bytes say so come before those that are known by the
 * shape of a row, and {@link #CSV} is what a file is taken for that is nothing else, so that its
 * message says how a file should begin.
 */
public enum TraceFormat {
  /** The answer of {@code /api/v1/query_range}. */
  QUERY_RANGE("query-range", new QueryRange(), "value"),
  /** Google's Borg trace of 2019, table instance_usage, exported as lines of JSON or CSV. */
  BORG_2019("borg-2019", new Borg2019(), "cpu", "memory"),
  /** OpenDC's tasks.parquet and fragments.parquet. */
  OPENDC("opendc", new OpenDc(), "cpu"),
  /** Azure Functions 2019, invocations a minute and function. */
  AZURE_FUNCTIONS("azure-functions", new AzureFunctions(), "invocations"),
  /** Bitbrains' GWA-T-12, a file for each virtual machine. */
  BITBRAINS(
      "bitbrains",
      new Bitbrains(),
      "cpu",
      "memory",
      "disk_read",
      "disk_write",
      "net_in",
      "net_out"),
  /** The list of pods of Alibaba's GPU trace of 2023: what running pods ask for. */
  ALIBABA_GPU("alibaba-gpu", new AlibabaGpu(), "cpu", "memory", "gpu", "pods"),
  /** Alibaba's microservices of 2021 and 2022: call rates and usage. */
  ALIBABA_MICROSERVICES(
      "alibaba-microservices", new AlibabaMicroservices(), "rpc", "http", "mq", "cpu", "memory"),
  /** Alibaba 2018, usage of machines or containers. */
  ALIBABA_2018("alibaba-2018", new Alibaba2018(), "cpu", "memory", "net_in", "net_out", "disk"),
  /** Azure VM 2017 and 2019, readings of CPU. */
  AZURE_VM("azure-vm", new AzureVm(), "cpu", "max_cpu", "min_cpu"),
  /** Requests to the World Cup site of 1998, in binary records. */
  WORLDCUP98("worldcup98", new WorldCup98(), "requests", "bytes"),
  /** A web server's log in the Common Log Format, or the Combined one. */
  COMMON_LOG("common-log", new CommonLog(), "requests", "bytes"),
  /** {@code timestamp,value} or {@code series,timestamp,value}. */
  CSV("csv", new CsvTrace(), "value");

  private final String label;
  private final TraceReader reader;
  private final List<String> columns;

  TraceFormat(String label, TraceReader reader, String... columns) {
    this.label = label;
    this.reader = reader;
    this.columns = List.of(columns);
  }

  /** The name by which people call it. */
  public String label() {
    return label;
  }

  /** What can be read of such a file; the first one unless something else is asked for. */
  public List<String> columns() {
    return columns;
  }

  TraceReader reader() {
    return reader;
  }

  /** The format of that name. */
  public static Optional<TraceFormat> named(String label) {
    return Arrays.stream(values())
        .filter(f -> f.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /** All names, with commas. */
  public static String labels() {
    return Arrays.stream(values()).map(TraceFormat::label).collect(Collectors.joining(", "));
  }

  static TraceFormat of(TraceHead head) {
    return Arrays.stream(values()).filter(f -> f.reader.recognises(head)).findFirst().orElse(CSV);
  }
}
