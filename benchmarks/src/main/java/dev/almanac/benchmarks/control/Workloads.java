package dev.almanac.benchmarks.control;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.simulator.demand.DemandTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which series of a data folder are run, cut and scaled how.
 *
 * <p>Series that are named here have the cut and the size that earlier measurements used, in two
 * sets: those that the policy's constants were tuned on, and those that they were checked on. All
 * others form a third set, by rules that know nothing but the series:
 *
 * <ul>
 *   <li>steps of 1 to 30 minutes, at least nine days, at most the last 56;
 *   <li>a tenth of the scored part or more above zero;
 *   <li>of a file with many series the first six in the order of the file;
 *   <li>the 99.95 % quantile of the load needs 50 replicas;
 *   <li>gaps of up to a day are bridged by a line, at longer ones the longest piece is taken; where
 *       more than two fifths are absent, absent means closed: no load;
 *   <li>not the folders of hourly demand that no replicas serve: {@code m4_hourly}, {@code
 *       pedestrian}, {@code taylor_electricity}.
 * </ul>
 */
final class Workloads {
  private static final long NOISE_SEED = 7;
  private static final Duration LONGEST = Duration.ofDays(56);
  private static final Duration SHORTEST = Duration.ofDays(9);
  private static final Duration LONGEST_GAP = Duration.ofDays(1);
  private static final double CLOSED_SHARE = 0.4;
  private static final double ALIVE_SHARE = 0.1;
  private static final int MOST_OF_A_FILE = 6;
  private static final double DEFAULT_PEAK = 50;
  private static final Set<String> NO_WORKLOADS =
      Set.of("m4_hourly", "pedestrian", "taylor_electricity");

  /** What a workload is for. */
  enum Use {
    TUNING,
    CHECK,
    OTHER
  }

  /** A workload and what it is for. */
  record Chosen(Workload workload, Use use) {}

  /** A series whose cut and size are fixed. */
  private record Known(
      String name, Use use, double peak, Optional<Instant> from, Optional<Instant> to, int days) {
    static Known tuning(String name, double peak) {
      return new Known(name, Use.TUNING, peak, Optional.empty(), Optional.empty(), 0);
    }

    static Known check(String name, double peak) {
      return new Known(name, Use.CHECK, peak, Optional.empty(), Optional.empty(), 0);
    }

    Known last(int lastDays) {
      return new Known(name, use, peak, from, to, lastDays);
    }
  }

  private static final Map<String, List<Known>> KNOWN =
      Map.ofEntries(
          Map.entry(
              "nasa_http/requests_1min",
              List.of(
                  new Known(
                      "nasa",
                      Use.TUNING,
                      40,
                      Optional.of(Instant.parse("1995-08-03T04:36:00Z")),
                      Optional.empty(),
                      0),
                  new Known(
                      "nasa_jul",
                      Use.TUNING,
                      60,
                      Optional.empty(),
                      Optional.of(Instant.parse("1995-07-28T13:33:00Z")),
                      0))),
          Map.entry("worldcup98/requests_1min", List.of(Known.tuning("worldcup", 100))),
          Map.entry("nab/ec2_request_latency_system_failure", List.of(Known.tuning("nab_ec2", 30))),
          Map.entry("internet_traffic/isp_eu_5min", List.of(Known.tuning("isp_eu", 80))),
          Map.entry("bank_calls/calls_5min", List.of(Known.tuning("bank", 50).last(56))),
          Map.entry("borg_cells/gc19_a_avgcpu", List.of(Known.tuning("borg_a", 60))),
          Map.entry("borg_cells/gc19_d_avgcpu", List.of(Known.tuning("borg_d", 100))),
          Map.entry("azure_vm/vm18_int_avg_cpu", List.of(Known.tuning("vm18_int", 25))),
          Map.entry("azure_vm/vm14_batch_avg_cpu", List.of(Known.tuning("vm14_batch", 50))),
          Map.entry("azure_vm/vm00_int_max_cpu", List.of(Known.tuning("vm00_max", 30))),
          Map.entry("nab/nyc_taxi", List.of(Known.tuning("taxi", 80).last(56))),
          Map.entry("nab/tweets_AAPL", List.of(Known.tuning("tweets", 100))),
          Map.entry("borg_cells/gc19_b_avgcpu", List.of(Known.check("borg_b", 80))),
          Map.entry("borg_cells/gc19_c_avgcpu", List.of(Known.check("borg_c", 80))),
          Map.entry("borg_cells/gc19_b_avgmem", List.of(Known.check("borg_b_mem", 50))),
          Map.entry("azure_vm/vm08_int_avg_cpu", List.of(Known.check("vm08_int", 30))),
          Map.entry("azure_vm/vm02_batch_avg_cpu", List.of(Known.check("vm02_batch", 30))),
          Map.entry("azure_vm/vm16_batch_avg_cpu", List.of(Known.check("vm16_batch", 50))),
          Map.entry("azure_vm/vm12_batch_max_cpu", List.of(Known.check("vm12_max", 50))),
          Map.entry("nab/tweets_FB", List.of(Known.check("tweets_fb", 60))),
          Map.entry("nab/tweets_IBM", List.of(Known.check("tweets_ibm", 40))),
          Map.entry("bitbrains/vm871_cpu_mhz", List.of(Known.check("bitbrains_871", 50))),
          Map.entry("borg2011_jobs/job1759618836_cpu", List.of(Known.check("job_a", 40))),
          Map.entry("borg2011_jobs/job3418442_cpu", List.of(Known.check("job_b", 40))),
          Map.entry(
              "nab/asg_cpu_misconfiguration", List.of(Known.check("asg_misconfiguration", 50))));

  private Workloads() {}

  /** The workloads in the folders of a folder, in the order of their names. */
  static List<Chosen> in(Path folder) throws IOException {
    List<Chosen> chosen = new ArrayList<>();
    for (Path dataset : sorted(folder)) {
      String name = String.valueOf(dataset.getFileName());
      if (Files.isDirectory(dataset) && !NO_WORKLOADS.contains(name)) {
        for (Path file : sorted(dataset)) {
          if (file.toString().matches(".*\\.csv(\\.gz)?")) {
            addFile(file, name, chosen);
          }
        }
      }
    }
    return chosen;
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static void addFile(Path file, String dataset, List<Chosen> chosen) throws IOException {
    int others = 0;
    for (Map.Entry<String, TimeSeries> entry : TraceFiles.read(file).entrySet()) {
      String name = dataset + "/" + entry.getKey();
      TimeSeries series = entry.getValue();
      List<Known> known = KNOWN.getOrDefault(name, List.of());
      for (Known k : known) {
        known(k, series).ifPresent(w -> chosen.add(new Chosen(w, k.use())));
      }
      if (known.isEmpty() && others < MOST_OF_A_FILE) {
        Optional<Workload> other = other(name, series);
        others += other.isPresent() ? 1 : 0;
        other.ifPresent(w -> chosen.add(new Chosen(w, Use.OTHER)));
      }
    }
  }

  private static Optional<Workload> known(Known k, TimeSeries series) {
    Instant end = Instant.ofEpochSecond(series.endEpochSecond());
    Instant to = k.to().orElse(end);
    Instant from = k.from().orElse(Instant.ofEpochSecond(series.startEpochSecond()));
    if (k.days() > 0) {
      from = to.minus(Duration.ofDays(k.days()));
    }
    TimeSeries cut = filled(series.between(from, to));
    return cut.length() * (long) cut.stepSeconds() < SHORTEST.toSeconds()
        ? Optional.empty()
        : Optional.of(workload(k.name(), cut, k.peak()));
  }

  private static Optional<Workload> other(String name, TimeSeries series) {
    if (series.stepSeconds() < 60 || series.stepSeconds() > 1_800) {
      return Optional.empty();
    }
    Instant end = Instant.ofEpochSecond(series.endEpochSecond());
    TimeSeries cut = filled(longestPiece(series.between(end.minus(LONGEST), end)));
    if (cut.length() * (long) cut.stepSeconds() < SHORTEST.toSeconds()) {
      return Optional.empty();
    }
    double[] scored = Arrays.copyOfRange(cut.values(), cut.length() * 6 / 10, cut.length());
    long alive = Arrays.stream(scored).filter(v -> v > 0).count();
    return alive < ALIVE_SHARE * scored.length
        ? Optional.empty()
        : Optional.of(workload(name, cut, DEFAULT_PEAK));
  }

  private static Workload workload(String name, TimeSeries series, double peak) {
    DemandTrace demand = DemandTrace.of(series, NOISE_SEED);
    double[] minutes = new double[demand.ticks() / 4];
    for (int i = 0; i < minutes.length; i++) {
      minutes[i] = demand.at(4 * i);
    }
    return Workload.of(name, minutes, demand.noise(), peak);
  }

  private static TimeSeries longestPiece(TimeSeries series) {
    if (series.presentShare() < 1 - CLOSED_SHARE) {
      return series;
    }
    long most = LONGEST_GAP.toSeconds() / series.stepSeconds();
    int start = 0;
    int bestStart = 0;
    int bestEnd = 0;
    int last = -1;
    for (int i = 0; i <= series.length(); i++) {
      boolean present = i < series.length() && !Double.isNaN(series.values()[i]);
      if (i == series.length() || (present && last >= 0 && i - last > most)) {
        if (last + 1 - start > bestEnd - bestStart) {
          bestStart = start;
          bestEnd = last + 1;
        }
        start = i;
      }
      last = present ? i : last;
    }
    return series.between(
        Instant.ofEpochSecond(series.epochSecondAt(bestStart)),
        Instant.ofEpochSecond(series.epochSecondAt(bestEnd)));
  }

  /** Absent samples become no load where a service is closed, else a line between neighbours. */
  private static TimeSeries filled(TimeSeries series) {
    double[] values = series.values().clone();
    boolean closed = series.presentShare() < 1 - CLOSED_SHARE;
    int last = -1;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        continue;
      }
      for (int gap = last + 1; gap < i; gap++) {
        values[gap] =
            closed
                ? 0
                : last < 0
                    ? values[i]
                    : values[last] + (values[i] - values[last]) * (gap - last) / (i - last);
      }
      last = i;
    }
    for (int gap = last + 1; gap < values.length; gap++) {
      values[gap] = closed || last < 0 ? 0 : values[last];
    }
    return new TimeSeries(series.startEpochSecond(), series.stepSeconds(), values);
  }
}
