package dev.almanac.benchmarks;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.metrics.MetricSource;
import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import dev.almanac.service.loop.ControlLoop;
import dev.almanac.service.loop.Models;
import dev.almanac.service.loop.WorkloadTick;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One tick of the control loop over 10,000 workloads whose ports answer from memory. */
final class TickBenchmark implements Benchmark {
  private static final int WORKLOADS = 10_000;
  private static final int WARM_UP = 20;
  private static final int TICKS = 200;

  @Override
  public String about() {
    return "%,d workloads in stage Full, ports in memory, a virtual thread a read; a JVM of its own with"
            .formatted(WORKLOADS)
        + "\n-Xmx512m. A tick is timed whole, so its time bounds every decision in it. Shows the"
        + " loop, not\nPrometheus or Kubernetes.";
  }

  @Override
  public Table run(Optional<Path> data) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Work.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Table table = new Table("figure", "value", "unit");
    for (String line : new String(process.getInputStream().readAllBytes()).lines().toList()) {
      String[] parts = line.split("\t");
      table.row(parts[0], Double.valueOf(parts[1]), parts[2]);
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the measured JVM failed");
    }
    return table;
  }

  /** What runs in the JVM that is measured. */
  static final class Work {
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
    private static final int DAY = 1440;

    /** A first fit with its prices takes a fifth of a second, so all of them take a while. */
    private static final long TELL_EVERY_NANOS = 30_000_000_000L;

    private Work() {}

    /** Prints one figure a line: name, value, unit, separated by tabs. */
    public static void main(String[] args) throws InterruptedException {
      List<Workload> workloads = new ArrayList<>();
      for (int i = 0; i < WORKLOADS; i++) {
        String name = "w" + i;
        workloads.add(
            new Workload(
                "bench",
                name,
                TargetRef.deployment("bench", name),
                "memory",
                name,
                "req/s",
                DemandCalendar.empty(),
                ScalingPolicy.of(1, 200, Stage.FULL, 100),
                false));
      }
      MetricSource source = new MemoryMetrics();
      ExecutorService io = Executors.newVirtualThreadPerTaskExecutor();
      ExecutorService fits = Executors.newFixedThreadPool(2);
      Models models = new Models(new PooledRidgeForecaster(), _ -> source, fits);
      ControlLoop loop =
          new ControlLoop(
              _ -> source,
              new MemoryCluster(),
              models,
              io,
              () -> START,
              Duration.ofSeconds(30),
              () -> false,
              List.of());
      loop.manage(workloads, Map.of());
      long began = System.nanoTime();
      models.refitDue(workloads, START);
      long told = began;
      while (models.fitted() < WORKLOADS) {
        Thread.sleep(50);
        if (System.nanoTime() - told > TELL_EVERY_NANOS) {
          told = System.nanoTime();
          System.err.printf("tick: %,d of %,d workloads fitted%n", models.fitted(), WORKLOADS);
        }
      }
      print("fits of all workloads, 2 threads", (System.nanoTime() - began) / 1e9, "s");
      double[] millis = new double[TICKS];
      long decided = 0;
      for (int tick = -WARM_UP; tick < TICKS; tick++) {
        // Four ticks a minute stay inside the hour before the next refit.
        Instant at = START.plusSeconds(15L * (tick + WARM_UP + 1));
        long from = System.nanoTime();
        List<WorkloadTick> outcomes = loop.tick(at);
        if (tick >= 0) {
          millis[tick] = (System.nanoTime() - from) / 1e6;
          decided += outcomes.stream().filter(WorkloadTick.Decided.class::isInstance).count();
        }
      }
      Arrays.sort(millis);
      print("decisions a tick", (double) decided / TICKS, "");
      print("tick p50", millis[TICKS / 2], "ms");
      print("tick p99", millis[TICKS * 99 / 100], "ms");
      print("tick longest", millis[TICKS - 1], "ms");
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      print("heap after GC", (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0, "MiB");
      io.shutdownNow();
      fits.shutdownNow();
      fits.awaitTermination(5, TimeUnit.SECONDS);
      System.exit(0);
    }

    private static void print(String figure, double value, String unit) {
      System.out.println(figure + "\t" + value + "\t" + (unit.isEmpty() ? "-" : unit));
    }

    /** A day season with noise, shared by all workloads at their own phase. */
    private static final class MemoryMetrics implements MetricSource {
      private final double[] days = new double[30 * DAY];

      MemoryMetrics() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < days.length; i++) {
          double mean = 1_000 - 700 * Math.cos(2 * Math.PI * i / DAY);
          days[i] = Math.max(0, mean + 3 * Math.sqrt(mean) * random.nextGaussian());
        }
      }

      @Override
      public SeriesReading range(String query, Instant from, Instant to, Duration step) {
        int points = (int) (Duration.between(from, to).toSeconds() / step.toSeconds()) + 1;
        long minute = from.getEpochSecond() / 60 + query.hashCode() % DAY;
        int first = (int) Math.floorMod(minute, (long) (days.length - points));
        return new SeriesReading.Present(
            new TimeSeries(
                from.getEpochSecond(), 60, Arrays.copyOfRange(days, first, first + points)));
      }
    }

    /** Every write succeeds at once, and every pod is Ready. */
    private static final class MemoryCluster implements Cluster {
      private final Map<TargetRef, Integer> sizes = new ConcurrentHashMap<>();

      @Override
      public Observed observe(TargetRef target, Instant now) {
        int size = sizes.getOrDefault(target, 10);
        return new Observed.Known(
            new TargetFacts(size, size, size, false, "1", now, StartUpTimes.none()));
      }

      @Override
      public ApplyResult apply(
          TargetRef target, int replicas, String resourceVersion, Instant now) {
        sizes.put(target, replicas);
        return new ApplyResult.Applied("1");
      }
    }
  }
}
