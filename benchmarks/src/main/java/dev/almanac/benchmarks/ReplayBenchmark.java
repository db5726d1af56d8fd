package dev.almanac.benchmarks;

import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.demo.DemoTrace;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.fleet.Control;
import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetDemand;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.NodeGroup;
import dev.almanac.simulator.fleet.Resources;
import dev.almanac.simulator.fleet.Supply;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Replays of fleets: workload-minutes a second and core, a year of many, and a study. */
public final class ReplayBenchmark implements Benchmark {
  private static final int DAY = 1440;
  private static final int TRACES = 50;

  /** A tenth of the study of 1,000, so that the machine is taken for less than a minute. */
  private static final int SCENARIOS = 100;

  private static final long START = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
  private static final long GIB = 1L << 30;

  @Override
  public String about() {
    return """
    Every workload under an HPA, with pods that start in 60 s on 6 groups of nodes that come in 90 s.
    Traces are those of the demo's server, cut into 50 pieces, scaled at random; decisions once a
    minute. Rates by CPU time, after one run of the same size; the year and the study once each, on all
    processors, one replay a thread. Shows replay alone: no reading of traces.\
    """;
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Table table = new Table("what", "workload-minutes", "threads", "s", "M a CPU second", "hash");
    List<DemandTrace> week = traces(7);
    FleetScenario small = fleet(week, 1_000, 7, 1, 1);
    FleetReplay.run(small, new FitCache());
    measure(table, "1,000 workloads x 7 days", List.of(small), 1);
    FleetScenario alone =
        new FleetScenario(
            small.start(),
            small.minutes(),
            0,
            60,
            small.workloads(),
            Optional.empty(),
            List.of(),
            1);
    measure(table, "the same without nodes", List.of(alone), 1);
    int threads = Runtime.getRuntime().availableProcessors();
    List<DemandTrace> year = traces(365);
    List<FleetScenario> shards = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      shards.add(fleet(year, 1_000 / threads, 365, 1, t));
    }
    measure(table, "1,000 workloads x 365 days", shards, threads);
    List<DemandTrace> month = traces(30);
    List<FleetScenario> study = new ArrayList<>();
    for (int s = 0; s < SCENARIOS; s++) {
      study.add(fleet(month, 200, 30, 0.5 + s * 2.0 / SCENARIOS, 7));
    }
    measure(table, "100 scenarios x 200 workloads x 30 days", study, threads);
    measure(table, "of these 20 on 1 thread", study.subList(0, 20), 1);
    measure(table, "of these 20 on 2 threads", study.subList(0, 20), 2);
    return table;
  }

  private static void measure(Table table, String what, List<FleetScenario> fleets, int threads)
      throws Exception {
    long began = System.nanoTime();
    List<String> hashes = new ArrayList<>();
    double cpu = 0;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Run>> runs = new ArrayList<>();
      for (FleetScenario fleet : fleets) {
        runs.add(pool.submit(() -> run(fleet)));
      }
      for (Future<Run> run : runs) {
        hashes.add(run.get().hash());
        cpu += run.get().cpuSeconds();
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    double minutes =
        fleets.stream().mapToDouble(f -> (double) f.minutes() * f.workloads().size()).sum();
    double rate = minutes / cpu / 1e6;
    String hash = Integer.toHexString(hashes.hashCode());
    System.err.printf("%s: %.1f s, %.1f M a CPU second, %s%n", what, seconds, rate, hash);
    table.row(what, minutes, threads, seconds, rate, hash);
  }

  private record Run(String hash, double cpuSeconds) {}

  /** One replay, and the CPU time that its thread took for it. */
  private static Run run(FleetScenario fleet) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    String hash = FleetReplay.run(fleet, new FitCache()).hash();
    return new Run(hash, (threads.getCurrentThreadCpuTime() - before) / 1e9);
  }

  /** Pieces of the demo's trace, each from another day on, one after the other up to the length. */
  private static List<DemandTrace> traces(int days) {
    double[] source =
        Arrays.stream(DemoTrace.read().values()).map(v -> Double.isNaN(v) ? 0 : v).toArray();
    List<DemandTrace> traces = new ArrayList<>();
    for (int i = 0; i < TRACES; i++) {
      double[] values = new double[days * DAY];
      for (int m = 0; m < values.length; m++) {
        values[m] = source[(i * DAY + m) % source.length];
      }
      traces.add(DemandTrace.of(new TimeSeries(START, 60, values), 1));
    }
    return traces;
  }

  private static FleetScenario fleet(
      List<DemandTrace> traces, int workloads, int days, double growth, int seed) {
    Random random = new Random(seed);
    List<FleetWorkload> all = new ArrayList<>();
    for (int w = 0; w < workloads; w++) {
      DemandTrace trace = traces.get(w % traces.size());
      all.add(
          new FleetWorkload(
              "w" + w,
              FleetDemand.of(trace).times(growth * (0.5 + random.nextDouble())),
              10,
              2,
              100,
              StartUpLag.fixed(Duration.ofSeconds(60)),
              new Resources(200 + random.nextInt(1_800), (256L + random.nextInt(4_096)) << 20),
              List.of(),
              0,
              0,
              Control.Hpa.at(0.7),
              Optional.empty()));
    }
    List<NodeGroup> groups = new ArrayList<>();
    for (String zone : List.of("a", "b", "c")) {
      groups.add(group("m-" + zone, zone, 58, 0.768));
      groups.add(group("c-" + zone, zone, 28, 0.68));
    }
    return new FleetScenario(
        Instant.ofEpochSecond(START),
        days * DAY,
        0,
        60,
        all,
        Optional.of(Supply.of(groups)),
        List.of(),
        1);
  }

  private static NodeGroup group(String name, String zone, long gib, double price) {
    return new NodeGroup(
        name,
        name,
        zone,
        new Resources(15_900, gib * GIB),
        110,
        price,
        1,
        5_000,
        Duration.ofSeconds(90));
  }
}
