package dev.almanac.service.rightsize;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Usage out of trace files, for a first look without a cluster.
 *
 * @param to end of the history
 * @param days whole days of history
 */
public record UsageFiles(Instant to, int days, List<WorkloadHistory> workloads) {
  private static final int STEP_SECONDS = 300;

  /** 60 days, as from a store. */
  private static final int MOST_DAYS = 60;

  /**
   * Reads one file or two.
   *
   * @param cpu in cores, an empty path for none
   * @param memory in bytes, an empty path for none
   * @throws IOException when a file cannot be read or is no trace
   * @throws IllegalArgumentException when usage is negative
   */
  public static UsageFiles read(Path cpu, Path memory) throws IOException {
    Map<String, TimeSeries> cpus = series(cpu);
    Map<String, TimeSeries> memories = series(memory);
    long end = Long.MIN_VALUE;
    long start = Long.MAX_VALUE;
    for (Map<String, TimeSeries> all : List.of(cpus, memories)) {
      for (TimeSeries one : all.values()) {
        end = Math.max(end, one.endEpochSecond());
        start = Math.min(start, one.startEpochSecond());
      }
    }
    int days = (int) Math.clamp(Math.ceilDiv(end - start, 86_400L), 1, MOST_DAYS);
    long from = end - days * 86_400L;
    Map<WorkloadName, List<ContainerHistory>> byWorkload = new TreeMap<>();
    TreeSet<String> names = new TreeSet<>(cpus.keySet());
    names.addAll(memories.keySet());
    for (String name : names) {
      String[] parts = name.split("/", -1);
      boolean full = parts.length == 4;
      WorkloadName workload =
          full
              ? new WorkloadName(parts[0], parts[1], parts[2])
              : new WorkloadName("file", "Pod", name);
      byWorkload
          .computeIfAbsent(workload, _ -> new ArrayList<>())
          .add(
              new ContainerHistory(
                  full ? parts[3] : "container",
                  Role.MAIN,
                  Optional.empty(),
                  grid(name, cpus, from, days),
                  new double[0],
                  grid(name, memories, from, days),
                  OomKills.NONE,
                  OptionalDouble.empty(),
                  Optional.empty()));
    }
    List<WorkloadHistory> workloads = new ArrayList<>();
    byWorkload.forEach((name, containers) ->
        workloads.add(
            new WorkloadHistory(
                name,
                true,
                Instant.ofEpochSecond(from),
                1,
                1,
                containers,
                Optional.empty(),
                List.of())));
    return new UsageFiles(Instant.ofEpochSecond(end), days, workloads);
  }

  private static Map<String, TimeSeries> series(Path file) throws IOException {
    return file.toString().isEmpty() ? Map.of() : new LinkedHashMap<>(TraceFiles.read(file));
  }

  /** Highest of the samples in each 5 minutes; one of a coarser step stands for its whole step. */
  private static double[] grid(String name, Map<String, TimeSeries> all, long from, int days) {
    TimeSeries series = all.get(name);
    if (series == null) {
      return new double[0];
    }
    double[] grid = new double[days * PER_DAY];
    Arrays.fill(grid, Double.NaN);
    for (int i = 0; i < series.length(); i++) {
      double value = series.values()[i];
      if (Double.isNaN(value)) {
        continue;
      }
      if (value < 0) {
        throw new IllegalArgumentException(
            "usage of %s is negative: %s at %s"
                .formatted(name, value, Instant.ofEpochSecond(series.epochSecondAt(i))));
      }
      long first = Math.floorDiv(series.epochSecondAt(i) - from, (long) STEP_SECONDS);
      long cells = Math.max(1, series.stepSeconds() / STEP_SECONDS);
      for (long at = Math.max(0, first); at < Math.min(grid.length, first + cells); at++) {
        grid[(int) at] = value <= grid[(int) at] ? grid[(int) at] : value;
      }
    }
    return grid;
  }
}
