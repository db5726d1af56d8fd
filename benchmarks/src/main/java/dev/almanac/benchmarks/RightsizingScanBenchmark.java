package dev.almanac.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.collector.workloads.ScanCost;
import dev.almanac.collector.workloads.ScanException;
import dev.almanac.collector.workloads.ScanOptions;
import dev.almanac.collector.workloads.WorkloadScan;
import dev.almanac.predictor.rightsizing.advice.Goal;
import dev.almanac.predictor.rightsizing.advice.Prices;
import dev.almanac.predictor.rightsizing.advice.Rightsizer;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.service.rightsize.Row;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A scan of many workloads, from a store on this machine that has its answers ready. */
final class RightsizingScanBenchmark implements Benchmark {
  private static final int[] WORKLOADS = {100, 1_000, 10_000};
  private static final int CONTAINERS = 3;
  private static final int IN_NAMESPACE = 50;
  private static final Instant TO = Instant.ofEpochSecond(1_764_000_000);

  /**
   * KRR 1.x, strategy simple: CPU percentile, CPU amount, memory maximum, memory amount for every
   * container of every workload of up to 50 pods
   * (robusta_krr/core/integrations/prometheus/metrics).
   */
  private static final int KRR_QUERIES = 4;

  @Override
  public String about() {
    return "Workloads of %d containers and one pod, 14 days at 5 minutes, %d a namespace, read and advised on."
            .formatted(CONTAINERS, IN_NAMESPACE)
        + "\nThe store runs in the same process and has its answers ready: what is shown is what Almanac"
        + "\nitself takes. A Prometheus takes its own time on top. Heap: largest after a collection, the"
        + "\nstore's included; rows are kept as the command keeps them.";
  }

  @Override
  public Table run(Optional<Path> data) throws IOException {
    Table table =
        new Table(
            "workloads", "seconds", "samples", "MB read", "MB heap", "queries", "queries of KRR");
    for (int workloads : WORKLOADS) {
      System.gc();
      try (Store store = new Store(workloads / IN_NAMESPACE);
          HeapWatch heap = new HeapWatch()) {
        long began = System.nanoTime();
        ScanCost cost = scan(store.url());
        double seconds = (System.nanoTime() - began) / 1e9;
        table.row(
            workloads,
            seconds,
            cost.samples(),
            cost.bytes() / 1e6,
            heap.most() / 1e6,
            cost.queries(),
            (long) workloads * CONTAINERS * KRR_QUERIES);
      }
    }
    return table;
  }

  private static ScanCost scan(URI url) {
    Vertx vertx = Vertx.vertx();
    PrometheusOptions options =
        PrometheusOptions.of(url)
            .withTimeout(Duration.ofSeconds(60))
            .withBodyLimits(64L << 20, 256L << 20);
    try (PrometheusSource source = new PrometheusSource(vertx, options)) {
      WorkloadScan scan = WorkloadScan.begin(source, new ScanOptions(TO, 14, "", 0));
      List<Row> rows = new ArrayList<>();
      for (String namespace : scan.namespaces()) {
        scan.read(
            namespace,
            (rules, workloads) -> {
              Rightsizer rightsizer = new Rightsizer(Goal.BALANCED, rules);
              for (WorkloadHistory workload : workloads) {
                rows.addAll(
                    Row.of(
                        rightsizer.advise(workload),
                        new Prices(0.03, 0.004),
                        new Row.Wanted(false, false)));
              }
            });
      }
      if (rows.isEmpty()) {
        throw new IllegalStateException("nothing was read");
      }
      return scan.cost();
    } catch (ScanException e) {
      throw new IllegalStateException(e);
    } finally {
      vertx.close().await();
    }
  }

  /** Looks at the heap after collections, ten times a second. */
  private static final class HeapWatch implements AutoCloseable {
    private final Thread thread = Thread.ofPlatform().daemon().start(this::watch);
    private volatile boolean over;
    private volatile long most;

    private void watch() {
      while (!over) {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
          if (pool.getCollectionUsage() != null) {
            used += pool.getCollectionUsage().getUsed();
          }
        }
        most = Math.max(most, used);
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    long most() {
      return most;
    }

    @Override
    public void close() {
      over = true;
      thread.interrupt();
    }
  }

  /** Answers as Prometheus would, of series that are made up as they are asked for. */
  private static final class Store implements AutoCloseable {
    private static final Pattern NAMESPACE = Pattern.compile("namespace=\"(ns-[0-9]+)\"");
    private static final int VARIANTS = 16;

    private final Map<String, List<byte[]>> answers = new ConcurrentHashMap<>();

    private final int namespaces;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Store(int namespaces) throws IOException {
      this.namespaces = namespaces;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.setExecutor(threads);
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
      threads.close();
    }

    private void answer(HttpExchange exchange) {
      try (exchange) {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
          switch (exchange.getRequestURI().getPath()) {
            case "/api/v1/series" -> series(field(form, "match[]"), out);
            case "/api/v1/query_range" -> range(form, out);
            default -> instant(field(form, "query"), out);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String field(String form, String name) {
      for (String part : form.split("&", -1)) {
        if (part.startsWith(name + "=")) {
          return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
        }
      }
      return "";
    }

    private static String namespace(String query) {
      Matcher m = NAMESPACE.matcher(query);
      return m.find() ? m.group(1) : "";
    }

    private void series(String selector, OutputStream out) throws IOException {
      StringBuilder sets = new StringBuilder("{\"status\":\"success\",\"data\":[");
      String namespace = namespace(selector);
      String comma = "";
      for (int i = 0; i < (namespace.isEmpty() ? namespaces : IN_NAMESPACE); i++) {
        sets.append(comma);
        comma = ",";
        if (namespace.isEmpty()) {
          sets.append("{\"namespace\":\"ns-%d\"}".formatted(i));
        } else if (selector.contains("kube_pod_owner")) {
          sets.append(
              ("{\"__name__\":\"kube_pod_owner\",\"pod\":\"w%d-0\",\"owner_kind\":\"StatefulSet\","
                      + "\"owner_name\":\"w%d\"}")
                  .formatted(i, i));
        } else {
          sets.append(
              "{\"pod\":\"w%d-0\"},{\"pod\":\"w%d-0\"},{\"pod\":\"w%d-0\"}".formatted(i, i, i));
        }
      }
      out.write(sets.append("]}").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void instant(String query, OutputStream out) throws IOException {
      StringBuilder answer =
          new StringBuilder(
              "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[");
      if (query.startsWith("count by (job)")) {
        answer.append("{\"metric\":{\"job\":\"kubelet\"},\"value\":[1,\"1\"]}");
      } else if (query.contains("count_over_time")
          || query.startsWith("count(") && !query.contains("exported")) {
        answer.append("{\"metric\":{},\"value\":[1,\"12\"]}");
      } else if (query.contains("kube_limitrange")) {
        String comma = "";
        for (int i = 0; i < IN_NAMESPACE * CONTAINERS; i++) {
          for (String resource : List.of("cpu", "memory")) {
            answer.append(comma);
            comma = ",";
            answer.append(
                ("{\"metric\":{\"__name__\":\"kube_pod_container_resource_requests\",\"pod\":\"w%d-0\","
                        + "\"container\":\"c%d\",\"resource\":\"%s\"},\"value\":[1,\"%s\"]}")
                    .formatted(
                        i / CONTAINERS,
                        i % CONTAINERS,
                        resource,
                        resource.equals("cpu") ? "1" : "1073741824"));
          }
        }
      }
      out.write(answer.append("]}}").toString().getBytes(StandardCharsets.UTF_8));
    }

    private void range(String form, OutputStream out) throws IOException {
      String query = field(form, "query");
      long from = Long.parseLong(field(form, "start"));
      long to = Long.parseLong(field(form, "end"));
      out.write(
          "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
              .getBytes(StandardCharsets.UTF_8));
      boolean memory = query.contains("container_memory_working_set_bytes");
      if (memory || query.contains("container_cpu_usage_seconds_total")) {
        List<byte[]> values =
            answers.computeIfAbsent(from + "/" + to + memory, _ -> values(from, to, memory));
        for (int i = 0; i < IN_NAMESPACE * CONTAINERS; i++) {
          out.write(
              ("%s{\"metric\":{\"pod\":\"w%d-0\",\"container\":\"c%d\",\"job\":\"kubelet\"},\"values\":["
                      .formatted(i == 0 ? "" : ",", i / CONTAINERS, i % CONTAINERS))
                  .getBytes(StandardCharsets.UTF_8));
          out.write(values.get(i % VARIANTS));
          out.write("]}".getBytes(StandardCharsets.UTF_8));
        }
      }
      out.write("]}}".getBytes(StandardCharsets.UTF_8));
    }

    /** A few of many; what is sent is as long as if they all were different. */
    private static List<byte[]> values(long from, long to, boolean memory) {
      List<byte[]> variants = new ArrayList<>();
      for (int v = 0; v < VARIANTS; v++) {
        SplittableRandom random = new SplittableRandom(v);
        StringBuilder points = new StringBuilder();
        for (long t = from; t <= to; t += 300) {
          double wave = 1 + 0.5 * Math.sin(t * 2 * Math.PI / 86_400) + 0.2 * random.nextDouble();
          points
              .append(t == from ? "[" : ",[")
              .append(t)
              .append(",\"")
              .append(
                  memory
                      ? Long.toString(Math.round(3e8 * wave))
                      : String.format(Locale.ROOT, "%.16f", 0.2 * wave))
              .append("\"]");
        }
        variants.add(points.toString().getBytes(StandardCharsets.UTF_8));
      }
      return variants;
    }
  }
}
