package dev.almanac.service.cli;

import dev.almanac.actuator.kubernetes.KubernetesAccess;
import dev.almanac.actuator.kubernetes.LiveUsage;
import dev.almanac.actuator.kubernetes.LiveUsageException;
import dev.almanac.actuator.kubernetes.Namespaces;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.collector.workloads.ScanCost;
import dev.almanac.collector.workloads.ScanException;
import dev.almanac.collector.workloads.ScanOptions;
import dev.almanac.collector.workloads.WorkloadScan;
import dev.almanac.predictor.rightsizing.advice.Goal;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules;
import dev.almanac.predictor.rightsizing.advice.Rightsizer;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.service.Main;
import dev.almanac.service.pack.ManifestException;
import dev.almanac.service.rightsize.Checkpoint;
import dev.almanac.service.rightsize.Difference;
import dev.almanac.service.rightsize.Gate;
import dev.almanac.service.rightsize.JvmArguments;
import dev.almanac.service.rightsize.LiveSampler;
import dev.almanac.service.rightsize.LiveWatch;
import dev.almanac.service.rightsize.Patches;
import dev.almanac.service.rightsize.PriceList;
import dev.almanac.service.rightsize.ReportFolder;
import dev.almanac.service.rightsize.RightsizeCsv;
import dev.almanac.service.rightsize.RightsizeJson;
import dev.almanac.service.rightsize.RightsizeMetrics;
import dev.almanac.service.rightsize.RightsizePage;
import dev.almanac.service.rightsize.RightsizeReport;
import dev.almanac.service.rightsize.RightsizeTable;
import dev.almanac.service.rightsize.Row;
import dev.almanac.service.rightsize.UsageCheckpoints;
import dev.almanac.service.rightsize.UsageFiles;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Requests that are right, from history that is there. */
@Command(
    name = "rightsize",
    description = {
      "Says what containers should request, why, and what it saves.",
      "From the history that a Prometheus with cAdvisor and kube-state-metrics has of",
      "them, or that --live collects from metrics-server."
    },
    footer = {
      "",
      "Nothing but the store, or with --live the API server, is read; only apply and",
      "undo change anything.",
      "",
      "Examples:",
      "  almanac rightsize --prometheus http://127.0.0.1:9090 --namespace shop --why",
      "  almanac rightsize --prometheus http://127.0.0.1:9090 --out advice \\",
      "    --fail-if 'waste_usd > 500'",
      "  almanac rightsize --live usage --watch 1h --namespace shop",
      "  almanac rightsize --cpu cpu.csv --memory memory.csv --compare"
    },
    subcommands = {RightsizeApply.class, RightsizeUndo.class},
    mixinStandardHelpOptions = true)
public final class RightsizeCommand implements Callable<Integer> {

  @ArgGroup // Not required, as apply and undo would then need it.
  private Where where = new Where();

  /** Where usage comes from. */
  static final class Where {
    @ArgGroup(exclusive = false)
    private Store store = new Store();

    @ArgGroup(exclusive = false)
    private Live live = new Live();

    @ArgGroup(exclusive = false)
    private UsageInFiles files = new UsageInFiles();
  }

  /** A store, and which of it. */
  static final class Store {
    @Option(
        names = "--prometheus",
        required = true,
        paramLabel = "URL",
        description = "Prometheus, Thanos, Mimir, VictoriaMetrics.")
    private URI url = URI.create("");

    @Option(
        names = "--selector",
        paramLabel = "MATCHERS",
        description = "For every query, such as 'cluster=\"prod\"'.")
    private String selector = "";

    @Option(
        names = "--until",
        paramLabel = "INSTANT",
        description = "End of the history (default: now).")
    private Instant until = Instant.EPOCH;

    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        description = "For each query (default: 60s).")
    private Duration timeout = Duration.ofSeconds(60);

    @Option(
        names = "--rest",
        paramLabel = "FACTOR",
        description = "Rest so many times as long as each query took (default: 0).")
    private double rest;
  }

  /** Samples of the cluster itself, for where there is no store. */
  static final class Live {
    @Option(
        names = "--live",
        required = true,
        paramLabel = "DIR",
        description =
            "No store: sample what metrics.k8s.io (metrics-server) says, and keep it in DIR from"
                + " run to run until there is a history.")
    private Path folder = Path.of("");

    @Option(
        names = "--watch",
        paramLabel = "TIME",
        converter = Durations.class,
        description = "Go on sampling for so long, such as 58m (default: one sample).")
    private Duration watch = Duration.ZERO;

    @Option(
        names = "--every",
        paramLabel = "TIME",
        converter = Durations.class,
        description = "Between two samples, 1s to 5m (default: 1m).")
    private Duration every = Duration.ofMinutes(1);

    @Option(
        names = "--kubeconfig",
        paramLabel = "FILE",
        description = "Default: KUBECONFIG, ~/.kube/config, the pod's service account.")
    private Optional<Path> kubeconfig = Optional.empty();

    boolean isGiven() {
      return !folder.toString().isEmpty();
    }
  }

  /** Usage in files. */
  static final class UsageInFiles {
    @Option(
        names = "--cpu",
        paramLabel = "FILE",
        description =
            "CPU in cores: CSV or query_range JSON; series NAMESPACE/KIND/NAME/CONTAINER.")
    private Path cpu = Path.of("");

    @Option(
        names = "--memory",
        paramLabel = "FILE",
        description = "Memory in bytes, of the same series.")
    private Path memory = Path.of("");

    boolean isGiven() {
      return !cpu.toString().isEmpty() || !memory.toString().isEmpty();
    }
  }

  @Option(
      names = "--namespace",
      split = ",",
      paramLabel = "NAME",
      description = "Only these (default: all).")
  private List<String> namespaces = List.of();

  @Option(names = "--days", paramLabel = "N", description = "Days of history (default: 14).")
  private int days = ScanOptions.DEFAULT_DAYS;

  @Option(
      names = "--goal",
      paramLabel = "GOAL",
      description = "savings, balanced or reliability (default: balanced).")
  private Goal goal = Goal.BALANCED;

  @Option(
      names = "--prices",
      paramLabel = "NAME|FILE",
      description = "opencost, aws, azure, gcp or a file (default: opencost).")
  private String prices = "opencost";

  @Option(
      names = "--manifests",
      paramLabel = "FILE",
      description =
          "Manifests, or the output of kubectl get -o yaml: -Xmx and MaxRAMPercentage count where"
              + " a JVM does not report its heap. May be given several times.")
  private List<Path> manifests = List.of();

  @Option(names = "--why", description = "Say why under every row of the table.")
  private boolean why;

  @Option(
      names = "--compare",
      description = "Also what VPA, KRR, Kubecost, Crane and Autopilot would request.")
  private boolean compare;

  @Option(names = "--limit", paramLabel = "N", description = "Rows of the table (default: 50).")
  private int limit = 50;

  @Option(
      names = "--diff",
      paramLabel = "FILE",
      description = "Also what differs from an earlier -o json.")
  private Path diff = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Also write all forms and patches there; compare with the last run.")
  private Path out = Path.of("");

  @Option(
      names = "--resume",
      description = "Keep finished namespaces in --out; go on where the last run broke off.")
  private boolean resume;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "Also write metrics there, for node-exporter's textfile collector.")
  private Path metrics = Path.of("");

  @Option(
      names = "--fail-if",
      paramLabel = "CONDITION",
      description =
          "Exit with 1 when it holds, such as 'waste_usd > 500'. Also saving_usd, critical,"
              + " warning, refused.")
  private List<String> failIf = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table, json, yaml, csv, html, kustomize or helm (default: table).")
  private Format format = Format.TABLE;

  /** How the report is printed. */
  enum Format {
    TABLE,
    JSON,
    YAML,
    CSV,
    HTML,
    KUSTOMIZE,
    HELM
  }

  /** Longer than any history that is kept. */
  private static final Duration MOST_WATCH = Duration.ofDays(60);

  private final Streams streams = new Streams();

  @Override
  public Integer call() {
    boolean store = !where.store.url.toString().isEmpty();
    if (!store && !where.live.isGiven() && !where.files.isGiven()) {
      throw new BadInput(
          "give --prometheus URL, --live DIR where there is none, or --cpu FILE and --memory FILE");
    }
    if (where.files.isGiven() && !(namespaces.isEmpty() && days == ScanOptions.DEFAULT_DAYS)) {
      throw new BadInput(
          "--namespace and --days need --prometheus or --live: files are read whole");
    }
    PriceList list;
    List<Gate> gates;
    try {
      list = PriceList.of(prices);
      gates = failIf.stream().map(Gate::of).toList();
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
    JvmArguments started;
    try {
      started = JvmArguments.read(manifests);
    } catch (ManifestException e) {
      throw new BadInput("--manifests: " + e.getMessage());
    }
    if (limit < 0) {
      throw new BadInput("--limit must be at least 0, was " + limit);
    }
    boolean folder = !out.toString().isEmpty();
    if (folder && Files.exists(out) && !Files.isDirectory(out)) {
      throw new BadInput("--out: %s is not a folder".formatted(out));
    }
    if (resume && (!folder || !store)) {
      throw new BadInput("--resume needs --prometheus and --out");
    }
    Row.Wanted wanted = new Row.Wanted(compare, folder || format == Format.HTML);
    RightsizeReport report =
        compared(
            store
                ? ofStore(list, wanted, started)
                : where.live.isGiven()
                    ? ofCluster(list, wanted, started)
                    : ofFiles(list, wanted, started),
            folder);
    if (folder) {
      try {
        ReportFolder.write(out, report);
        Checkpoint.over(out);
      } catch (IOException e) {
        throw new BadInput("--out: cannot write %s: %s".formatted(out, e.getMessage()));
      }
    }
    if (!metrics.toString().isEmpty()) {
      try {
        RightsizeMetrics.write(metrics, report);
      } catch (IOException e) {
        throw new BadInput("--metrics: cannot write %s: %s".formatted(metrics, e.getMessage()));
      }
    }
    streams.out().print(printed(report));
    List<Gate> failed = gates.stream().filter(gate -> gate.fails(report)).toList();
    failed.forEach(gate -> streams.err().println("almanac: gate failed: " + gate.describe(report)));
    return failed.isEmpty() ? 0 : 1;
  }

  private String printed(RightsizeReport report) {
    return switch (format) {
      case TABLE ->
          compare
              ? RightsizeTable.comparison(report, limit)
              : RightsizeTable.of(report, limit, why);
      case JSON -> RightsizeJson.of(report) + "\n";
      case YAML -> RightsizeJson.yaml(report);
      case CSV -> RightsizeCsv.of(report);
      case HTML -> RightsizePage.of(report);
      case HELM -> {
        sayWhatIsGuessed(report);
        yield Patches.helm(report);
      }
      case KUSTOMIZE -> {
        sayWhatIsGuessed(report);
        Patches.unpatched(report)
            .forEach(name -> streams.err().println("note: no patch can change " + name));
        yield String.join("---\n", Patches.kustomize(report).values());
      }
    };
  }

  private void sayWhatIsGuessed(RightsizeReport report) {
    long guessed = Patches.guessed(report);
    if (guessed > 0) {
      streams
          .err()
          .printf(
              "note: %,d workloads are left out: %s%n",
              guessed,
              where.files.isGiven()
                  ? "files do not say what they request and limit today"
                  : "their names are guessed, as kube-state-metrics has no owners for them");
    }
  }

  private RightsizeReport compared(RightsizeReport report, boolean folder) {
    Path last = diff;
    if (last.toString().isEmpty()) {
      if (!folder || !Files.exists(ReportFolder.lastRun(out))) {
        return report;
      }
      last = ReportFolder.lastRun(out);
    }
    try {
      return report.since(Difference.since(last, report));
    } catch (IllegalArgumentException e) {
      throw new BadInput("--diff: " + e.getMessage());
    }
  }

  private RightsizeReport ofCluster(PriceList list, Row.Wanted wanted, JvmArguments started) {
    Live live = where.live;
    if (live.every.compareTo(Duration.ofSeconds(1)) < 0
        || live.every.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new BadInput("--every must be 1s to 5m, was " + Durations.show(live.every));
    }
    if (live.watch.compareTo(MOST_WATCH) > 0) {
      throw new BadInput("--watch must be at most 60d, was " + Durations.show(live.watch));
    }
    if (Files.exists(live.folder) && !Files.isDirectory(live.folder)) {
      throw new BadInput("--live: %s is not a folder".formatted(live.folder));
    }
    if (days < 4 || days > 60) {
      throw new BadInput("history must be 4 to 60 days, was " + days);
    }
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(live.folder, days);
        LiveUsage usage =
            new LiveUsage(access(live), Namespaces.of(Set.copyOf(namespaces)), System::nanoTime)) {
      LiveSampler sampler = new LiveSampler(checkpoints, Set.copyOf(namespaces));
      LiveWatch watch = watch(sampler, usage, live);
      return report(sampler, watch.notes(), usage, list, wanted, started);
    } catch (LiveUsageException e) {
      if (e.isPassing()) {
        throw new Unreachable(String.valueOf(e.getMessage()));
      }
      throw new BadInput("--live: " + e.getMessage());
    } catch (IOException e) {
      throw new BadInput("--live: cannot use %s: %s".formatted(live.folder, e.getMessage()));
    }
  }

  /** For people, who want no nanoseconds. */
  private static Instant now() {
    return InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static KubernetesAccess access(Live live) {
    try {
      return KubernetesAccess.find(live.kubeconfig, System.getenv());
    } catch (IOException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }

  private LiveWatch watch(LiveSampler sampler, LiveUsage usage, Live live) throws IOException {
    InstantSource clock = InstantSource.system();
    LiveWatch watch = new LiveWatch(live.watch, live.every, System::nanoTime, Thread::sleep);
    try (Progress progress = new Progress(streams.err(), "sampling")) {
      watch.run(
          () -> sampler.sample(usage, clock.instant()),
          why -> streams.err().printf("almanac: no sample at %s: %s%n", now(), why),
          progress::at);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The report is of what there is.
    } catch (LiveUsageException e) {
      sampler.keep();
      throw e;
    }
    sampler.keep();
    return watch;
  }

  private RightsizeReport report(
      LiveSampler sampler,
      List<String> lost,
      LiveUsage usage,
      PriceList list,
      Row.Wanted wanted,
      JvmArguments started)
      throws IOException {
    Instant to = now();
    List<String> notes = new ArrayList<>(lost);
    notes.addAll(sampler.notes());
    Map<String, LiveUsage.Rules> rules = Map.of();
    try {
      rules = usage.rules();
    } catch (LiveUsageException e) {
      notes.add(
          "LimitRanges, ResourceQuotas and HorizontalPodAutoscalers are not kept: "
              + e.getMessage());
    }
    List<Row> rows = new ArrayList<>();
    for (String namespace : sampler.namespaces()) {
      LiveUsage.Rules its = rules.getOrDefault(namespace, LiveUsage.Rules.NONE);
      Rightsizer rightsizer = new Rightsizer(goal, its.rules());
      for (WorkloadHistory workload : sampler.histories(namespace, its, to, days)) {
        rows.addAll(Row.of(rightsizer.advise(started.in(workload)), list.prices(), wanted));
      }
    }
    streams.err().printf("%,d samples of pods%n", sampler.samples());
    return new RightsizeReport(to, days, goal, list, rows, notes, List.of());
  }

  private RightsizeReport ofFiles(PriceList list, Row.Wanted wanted, JvmArguments started) {
    try {
      UsageFiles usage = UsageFiles.read(where.files.cpu, where.files.memory);
      List<Row> rows = new ArrayList<>();
      Rightsizer rightsizer = new Rightsizer(goal, NamespaceRules.NONE);
      for (WorkloadHistory workload : usage.workloads()) {
        rows.addAll(Row.of(rightsizer.advise(started.in(workload)), list.prices(), wanted));
      }
      return new RightsizeReport(
          usage.to(),
          usage.days(),
          goal,
          list,
          rows,
          List.of("requests of today are not in the files, so no money can be saved or lost"),
          List.of());
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new BadInput("cannot read the usage: there is no file " + e.getFile());
    } catch (IOException e) {
      throw new BadInput("cannot read the usage: " + e.getMessage());
    }
  }

  private RightsizeReport ofStore(PriceList list, Row.Wanted wanted, JvmArguments started) {
    Store store = where.store;
    Instant to = store.until.equals(Instant.EPOCH) ? now() : store.until;
    Vertx vertx = Vertx.vertx();
    try (PrometheusSource source =
            new PrometheusSource(
                vertx,
                PrometheusOptions.of(store.url)
                    .withTimeout(store.timeout)
                    .withBodyLimits(64L << 20, 256L << 20));
        Progress progress = new Progress(streams.err(), "rightsize")) {
      Optional<Checkpoint> checkpoint =
          resume ? Optional.of(Checkpoint.open(out, question(wanted), to)) : Optional.empty();
      ScanOptions options =
          new ScanOptions(
              checkpoint.map(Checkpoint::to).orElse(to), days, store.selector, store.rest);
      WorkloadScan scan = WorkloadScan.begin(source, options);
      List<String> chosen = namespaces.isEmpty() ? scan.namespaces() : namespaces;
      List<Row> rows = new ArrayList<>();
      int done = 0;
      for (String namespace : chosen) {
        Optional<List<Row>> finished = checkpoint.flatMap(c -> c.rows(namespace));
        List<Row> found =
            finished.isPresent() ? finished.get() : read(scan, namespace, list, wanted, started);
        if (found.isEmpty() && !namespaces.isEmpty()) {
          throw new BadInput(
              "--namespace: no usage of containers in %s; those with usage: %s"
                  .formatted(namespace, String.join(", ", scan.namespaces())));
        }
        if (checkpoint.isPresent() && finished.isEmpty()) {
          checkpoint.get().finished(namespace, found);
        }
        rows.addAll(found);
        progress.at(++done, chosen.size());
      }
      ScanCost cost = scan.cost();
      streams
          .err()
          .printf(
              "read %,d samples in %,d queries, %.1f MB%s%n",
              cost.samples(),
              cost.queries(),
              cost.bytes() / 1e6,
              cost.repeats() == 0 ? "" : ", %,d of them repeats".formatted(cost.repeats()));
      return new RightsizeReport(
          options.to(), options.days(), goal, list, rows, notes(scan), List.of());
    } catch (ScanException e) {
      if (e.isUnreachable()) {
        throw new Unreachable(store.url.getHost() + ": " + e.getMessage());
      }
      throw new BadInput("--prometheus: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new BadInput("--resume: cannot use %s: %s".formatted(out, e.getMessage()));
    } finally {
      vertx.close();
    }
  }

  private List<Row> read(
      WorkloadScan scan, String namespace, PriceList list, Row.Wanted wanted, JvmArguments started)
      throws ScanException {
    List<Row> rows = new ArrayList<>();
    List<Rightsizer> one = new ArrayList<>(); // Its quota is shared by all portions.
    scan.read(
        namespace,
        (rules, workloads) -> {
          if (one.isEmpty()) {
            one.add(new Rightsizer(goal, rules));
          }
          for (WorkloadHistory workload : workloads) {
            rows.addAll(Row.of(one.getFirst().advise(started.in(workload)), list.prices(), wanted));
          }
        });
    return rows;
  }

  /** What makes two runs alike; prices among it, as rows hold money. */
  private String question(Row.Wanted wanted) {
    return String.join(
        "|",
        where.store.url.toString(),
        where.store.selector,
        Integer.toString(days),
        goal.name(),
        prices,
        wanted.toString(),
        manifests.toString(),
        Main.version());
  }

  private static List<String> notes(WorkloadScan scan) {
    List<String> notes = new ArrayList<>();
    if (!scan.hasStateMetrics()) {
      notes.add(
          "no kube-state-metrics: requests, limits, kills and owners are unknown; workloads are"
              + " guessed from pod names and nothing can be patched");
    }
    scan.warnings()
        .forEach(warning -> notes.add("parts may be missing, as the store says: " + warning));
    return notes;
  }
}
