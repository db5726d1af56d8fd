package dev.almanac.service.whatif;

import dev.almanac.collector.trace.TraceChoice;
import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.collector.trace.TraceFormat;
import dev.almanac.collector.trace.TraceFormatException;
import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Problem;
import dev.almanac.service.config.Problems;
import dev.almanac.service.config.YamlBlock;
import dev.almanac.service.demo.DemoTrace;
import dev.almanac.simulator.cluster.StartUpLag;
import dev.almanac.simulator.demand.DemandTrace;
import dev.almanac.simulator.fleet.Control;
import dev.almanac.simulator.fleet.DisruptionBudget;
import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetDemand;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.FleetWorkload;
import dev.almanac.simulator.fleet.NodeGroup;
import dev.almanac.simulator.fleet.Outage;
import dev.almanac.simulator.fleet.Resources;
import dev.almanac.simulator.fleet.Spot;
import dev.almanac.simulator.fleet.Supply;
import dev.almanac.simulator.fleet.Surge;
import dev.almanac.simulator.queueing.Service;
import dev.almanac.simulator.replay.Learning;
import dev.almanac.simulator.whatif.Case;
import dev.almanac.simulator.whatif.Change;
import dev.almanac.simulator.whatif.Fidelity;
import dev.almanac.simulator.whatif.Growth;
import dev.almanac.simulator.whatif.Line;
import dev.almanac.simulator.whatif.PodUsage;
import dev.almanac.simulator.whatif.Runway;
import dev.almanac.simulator.whatif.Sweep;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a study: {@code kind: WhatIf}, docs/reference/whatif.md. All problems of a file are told at
 * once.
 */
public final class StudyFile {
  /** The trace that comes with the product. */
  public static final String DEMO = "demo";

  /** Points of one study; a year of hours in three zones has fewer. */
  private static final int MOST_CASES = 100_000;

  private static final int MOST_WORKLOADS = 10_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final double MOST = 1e18;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration YEAR = Duration.ofDays(366);
  private static final Duration ZERO = Duration.ZERO;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Keys whose lists are no axes. */
  private static final Set<String> LISTS = Set.of("workloads", "nodeGroups");

  /** One forecaster for all, so that equal policies are equal. */
  private static final Forecaster FORECASTER = new PooledRidgeForecaster();

  private enum PolicyType {
    HPA,
    ALMANAC,
    FIXED
  }

  private final Path file;
  private final Problems problems = new Problems();
  private final MessageDigest digest = sha256();
  private final SequencedMap<String, TimeSeries> series = new LinkedHashMap<>();
  private final Map<String, Map<Long, DemandTrace>> traces = new LinkedHashMap<>();
  private final Map<String, List<String>> cohorts = new LinkedHashMap<>();

  private final Map<String, TimeSeries> recorded = new LinkedHashMap<>();
  private final Map<String, PodUsage> usages = new LinkedHashMap<>();
  private Duration tick = Duration.ofSeconds(15);
  private Instant start = Instant.EPOCH;
  private Instant scoreFrom = Instant.EPOCH;
  private Instant end = Instant.EPOCH;

  private StudyFile(Path file) {
    this.file = file;
  }

  /** Reads a study and the traces that it names. */
  public static Study read(Path file) throws StudyException {
    StudyFile reader = new StudyFile(file);
    try {
      return reader.read();
    } catch (IOException e) {
      throw new StudyException("cannot read %s: %s".formatted(e.getMessage(), "is it there?"));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Study read() throws IOException, StudyException {
    if (!Files.isRegularFile(file)) {
      throw new StudyException("there is no file " + file);
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new StudyException("%s has more than 1 MiB; a study is small".formatted(file));
    }
    byte[] content = Files.readAllBytes(file);
    digest.update(content);
    String shown = String.valueOf(file.getFileName());
    List<YamlBlock> documents = YamlBlock.read(shown, content, problems);
    refuseProblems();
    if (documents.size() != 1) {
      throw new StudyException(
          "%s has %d documents; a study is one".formatted(file, documents.size()));
    }
    Study study = study(documents.getFirst(), shown);
    refuseProblems();
    return study;
  }

  private void refuseProblems() throws StudyException {
    List<Problem> sorted = new ArrayList<>(new LinkedHashSet<>(problems.sorted()));
    if (!sorted.isEmpty()) {
      throw new StudyException(Problem.report(sorted).strip());
    }
  }

  private Study study(YamlBlock root, String shown) throws StudyException {
    root.missing("kind", "write kind: WhatIf");
    root.choice("kind", Map.of("WhatIf", true));
    root.choice("apiVersion", Map.of("almanac.dev/v1alpha1", true));
    String name = shown.replaceFirst("\\.ya?ml$", "");
    Optional<YamlBlock> metadata = root.block("metadata");
    if (metadata.isPresent()) {
      name = metadata.get().text("name").orElse(name);
      metadata.get().end();
    }
    tick = root.time("tick", Duration.ofSeconds(15), MINUTE).orElse(Duration.ofSeconds(15));
    if (!Set.of(15L, 20L, 30L, 60L).contains(tick.toSeconds()) || tick.toMillisPart() > 0) {
      root.problem("tick", "must be 15s, 20s, 30s or 1m");
    }
    List<Long> seeds = seeds(root);
    root.missing("traces", "name the files with demand, or write traces: demo");
    root.blocksOrTexts("traces", "file").forEach(this::readTrace);
    Optional<YamlBlock> window = root.block("window");
    root.missing("workloads", "list what serves the demand");
    List<YamlBlock> workloadBlocks = root.blocks("workloads");
    Optional<YamlBlock> nodes = root.block("nodes");
    Optional<YamlBlock> ahead = root.block("runway");
    List<YamlBlock> scenarios = root.blocks("scenarios");
    root.end();
    refuseProblems(); // without traces and times the rest would only follow from it
    window(window, root);
    if (workloadBlocks.size() > MOST_WORKLOADS) {
      root.problem("workloads", "are more than %,d".formatted(MOST_WORKLOADS));
    }
    Optional<Supply> supply = nodes.flatMap(this::supply);
    List<List<FleetWorkload>> bySeed = new ArrayList<>();
    for (long seed : seeds) {
      List<FleetWorkload> workloads = new ArrayList<>();
      for (YamlBlock block : workloadBlocks) {
        workload(block, seed, supply).ifPresent(workloads::add);
      }
      bySeed.add(workloads);
    }
    refuseProblems();
    List<FleetScenario> fleets = new ArrayList<>();
    for (int i = 0; i < seeds.size(); i++) {
      try {
        fleets.add(
            new FleetScenario(
                start,
                minutesTo(end),
                minutesTo(scoreFrom),
                (int) tick.toSeconds(),
                bySeed.get(i),
                supply,
                List.of(),
                seeds.get(i)));
        if (i == 0) {
          new FleetReplay(fleets.getFirst(), new FitCache(), false); // do all pods fit anywhere
        }
      } catch (IllegalArgumentException e) {
        root.problem("workloads", String.valueOf(e.getMessage()));
        refuseProblems();
      }
    }
    List<Case> cases = new ArrayList<>();
    if (scenarios.isEmpty()) {
      fleets.forEach(
          f -> cases.add(new Case("today", List.of(), f, List.of(), Optional.empty(), usages)));
    }
    Set<String> names = new LinkedHashSet<>();
    for (YamlBlock scenario : scenarios) {
      String called = scenario.text("name").orElse("");
      scenario.missing("name", "give each scenario one");
      if (!called.isEmpty() && !names.add(called)) {
        scenario.problem("name", "is that of another scenario");
      }
      List<YamlBlock.Point> points = scenario.points(LISTS, MOST_CASES - cases.size());
      for (YamlBlock.Point point : points) {
        for (FleetScenario fleet : fleets) {
          scenario(called, point, fleet).ifPresent(cases::add);
        }
      }
    }
    List<Fidelity> fidelity = Fidelity.of(fleets.getFirst(), recorded);
    Optional<Study.Ahead> runway = ahead.map(a -> runway(a, fleets.getFirst()));
    return new Study(
        name,
        HexFormat.of().formatHex(digest.digest()).substring(0, 16),
        scoreFrom,
        end,
        runway,
        fidelity,
        cases);
  }

  private Study.Ahead runway(YamlBlock b, FleetScenario today) {
    Optional<YamlBlock> given = b.block("growthPerMonth");
    Growth growth = new Growth(0, 0);
    if (given.isPresent()) {
      given.get().missing("p50", "the likely growth, for example 0.05");
      double median = given.get().number("p50", -0.99, 100).orElse(0.0);
      double p90 = given.get().number("p90", -0.99, 100).orElse(median);
      if (p90 < median) {
        given.get().problem("p90", "lies below p50; it is the faster growth");
        p90 = median;
      }
      given.get().end();
      growth = new Growth(median, p90);
    } else {
      try {
        growth = Growth.ofDemand(today.workloads().getFirst().demand().trace());
      } catch (IllegalArgumentException e) {
        b.problem("growthPerMonth", String.valueOf(e.getMessage()));
      }
    }
    List<Runway.Limit> disks = new ArrayList<>();
    for (YamlBlock d : b.blocks("disks")) {
      disk(d).ifPresent(disks::add);
    }
    b.end();
    return new Study.Ahead(today, growth, given.isEmpty(), disks);
  }

  private Optional<Runway.Limit> disk(YamlBlock d) {
    d.missing("name", "give each disk one");
    d.missing("capacity", "for example 500Gi");
    d.missing("used", "the name of a series with used bytes");
    String name = d.text("name").orElse("");
    long capacity = d.units("capacity").orElse(0L);
    TimeSeries used = series.get(d.text("used").orElse(""));
    d.end();
    if (used == null || used.lastPresent() < 0) {
      d.problem("used", "there is no such series: name one of the traces");
      return Optional.empty();
    }
    try {
      double last = used.values()[used.lastPresent()];
      return Optional.of(Runway.ofDisk(name, last, capacity, Growth.ofDisk(used)));
    } catch (IllegalArgumentException e) {
      d.problem("used", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private List<Long> seeds(YamlBlock root) {
    List<Long> seeds =
        root.wholes("seeds", 0, Integer.MAX_VALUE).stream().map(Integer::longValue).toList();
    if (seeds.stream().distinct().count() < seeds.size()) {
      root.problem("seeds", "holds one seed twice; keep one");
    }
    return seeds.isEmpty() ? List.of(1L) : seeds;
  }

  private void readTrace(YamlBlock t) {
    t.missing("file", "name a file with demand, or demo");
    String name = t.text("file").orElse("");
    Map<String, TraceFormat> formats = new LinkedHashMap<>();
    for (TraceFormat format : TraceFormat.values()) {
      formats.put(format.label(), format);
    }
    Optional<TraceFormat> format = t.choice("format", formats);
    Optional<String> column = t.text("column");
    Optional<String> only = t.text("series");
    boolean sum = t.choice("sum", Map.of("true", true, "false", false)).orElse(false);
    Optional<String> called = t.text("name");
    t.end();
    if (sum && only.isPresent()) {
      t.problem("sum", "adds up all series, and one is named; leave one of them out");
      return;
    }
    try {
      SequencedMap<String, TimeSeries> read;
      if (name.equals(DEMO)) {
        read = new LinkedHashMap<>(Map.of(DEMO, DemoTrace.read()));
      } else {
        TraceChoice choice = new TraceChoice(format, column, only, sum);
        read = TraceFiles.read(file.resolveSibling(name), choice, (_, _) -> {}).series();
      }
      if (called.isPresent() && read.size() > 1) {
        t.problem("name", "is for one series, and the file has %,d".formatted(read.size()));
      }
      for (Map.Entry<String, TimeSeries> entry : read.entrySet()) {
        String key = called.orElse(entry.getKey());
        digest(key, entry.getValue());
        if (series.putIfAbsent(key, entry.getValue()) != null) {
          t.problem("file", "two series are called %s; give one another name".formatted(key));
        }
      }
    } catch (TraceFormatException e) {
      t.problem("file", String.valueOf(e.getMessage()));
    } catch (IOException | IllegalArgumentException e) {
      t.problem("file", "cannot read %s: is there such a file beside this one?".formatted(name));
    }
  }

  /** A study is one of these numbers, wherever they were read from. */
  private void digest(String name, TimeSeries one) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 13);
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    bytes.putLong(one.startEpochSecond()).putLong(one.stepSeconds()).putLong(one.length());
    for (double value : one.values()) {
      if (!bytes.hasRemaining()) {
        digest.update(bytes.flip());
        bytes.clear();
      }
      bytes.putDouble(value);
    }
    digest.update(bytes.flip());
  }

  private void window(Optional<YamlBlock> window, YamlBlock root) throws StudyException {
    Instant first = Instant.MAX;
    Instant last = Instant.MAX;
    for (TimeSeries s : series.values()) {
      Instant from = Instant.ofEpochSecond(s.startEpochSecond());
      Instant to = Instant.ofEpochSecond(s.endEpochSecond());
      first = from.isBefore(first) ? from : first;
      last = to.isBefore(last) ? to : last;
    }
    Duration warmUp = Duration.ofHours(1);
    Duration length = Duration.ofDays(7);
    if (window.isPresent()) {
      YamlBlock w = window.get();
      last = instant(w, "end").orElse(last);
      length = w.time("length", MINUTE, Duration.ofDays(5 * 366)).orElse(length);
      warmUp = w.time("warmUp", ZERO, Duration.ofDays(28)).orElse(warmUp);
      w.end();
    }
    end = Instant.ofEpochSecond(Math.floorDiv(last.getEpochSecond(), 60L) * 60);
    Instant origin = Instant.ofEpochSecond(Math.ceilDiv(first.getEpochSecond(), 60L) * 60);
    scoreFrom = end.minusSeconds(length.toSeconds() / 60 * 60);
    if (scoreFrom.isBefore(origin)) {
      if (window.isPresent() && window.get().has("length")) {
        window
            .get()
            .problem(
                "length",
                "is more than the traces have before the end: they begin at %s".formatted(origin));
      }
      scoreFrom = origin;
    }
    start = scoreFrom.minusSeconds(warmUp.toSeconds() / 60 * 60);
    start = start.isBefore(origin) ? origin : start;
    if (!end.isAfter(scoreFrom)) {
      window.orElse(root).problem("end", "leaves nothing to run: the traces begin at " + origin);
    }
    refuseProblems();
  }

  private static Optional<Instant> instant(YamlBlock block, String key) {
    Optional<String> text = block.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text.get()));
    } catch (DateTimeParseException e) {
      block.problem(key, "must be an instant such as \"2026-11-27T08:00:00Z\", in quotes");
      return Optional.empty();
    }
  }

  private int minutesTo(Instant instant) {
    return Math.toIntExact(Duration.between(start, instant).toMinutes());
  }

  // ---- workloads -------------------------------------------------------------------------------

  private Optional<FleetWorkload> workload(YamlBlock b, long seed, Optional<Supply> supply) {
    b.missing("name", "give each workload one");
    String name = b.text("name").orElse("");
    String cohort = b.text("cohort").orElse("");
    Optional<DemandTrace> trace = trace(b, seed);
    double share = b.number("share", 0, 1e6).orElse(1.0);
    boolean byPeak = b.has("peakReplicas");
    if (byPeak == b.has("perReplica")) {
      b.problem("perReplica", "give this (demand that a replica serves), or peakReplicas");
    }
    double perReplica = b.number("perReplica", 1e-9, MOST).orElse(1.0);
    double peakReplicas = b.number("peakReplicas", 1e-3, 1e6).orElse(1.0);
    Optional<YamlBlock> replicas = b.block("replicas");
    int min = 1;
    int max = 1_000;
    if (replicas.isPresent()) {
      min = replicas.get().whole("min", 1, FleetWorkload.MOST_REPLICAS).orElse(min);
      max = replicas.get().whole("max", 1, FleetWorkload.MOST_REPLICAS).orElse(Math.max(min, max));
      replicas.get().end();
      if (max < min) {
        replicas.get().problem("max", "%d lies below min, which is %d".formatted(max, min));
        return Optional.empty();
      }
    }
    int most = max;
    StartUpLag lag = startUp(b);
    Resources requests = requests(b);
    List<String> groups = b.texts("nodeGroups");
    for (String group : groups) {
      if (supply.isPresent() && supply.get().groupNamed(group).length == 0) {
        b.problem(
            "nodeGroups",
            "there is no group \"%s\"; groups: %s".formatted(group, groupNames(supply.get())));
        return Optional.empty();
      }
    }
    int skew = b.whole("maxZoneSkew", 1, 1_000_000).orElse(0);
    int priority = b.whole("priority", -1_000_000_000, 1_000_000_000).orElse(0);
    Optional<Service> service = b.block("latency").flatMap(StudyFile::service);
    Optional<DisruptionBudget> budget =
        b.block("disruptionBudget").flatMap(block -> budget(block, most));
    Optional<YamlBlock> policy = b.block("policy");
    b.text("recorded").ifPresent(r -> recorded(b, name, r));
    Optional<Resources> limits = b.block("limits").map(StudyFile::resources);
    b.block("usage").ifPresent(u -> usage(u, name, limits.orElse(Resources.NONE)));
    if (trace.isEmpty()) {
      b.end();
      return Optional.empty();
    }
    FleetDemand demand = FleetDemand.of(trace.get()).times(share);
    try {
      double capacity = byPeak ? trace.get().perReplicaForPeak(peakReplicas) * share : perReplica;
      FleetWorkload workload =
          new FleetWorkload(
              name,
              demand,
              capacity,
              min,
              max,
              lag,
              requests,
              groups,
              skew,
              priority,
              Control.Hpa.at(0.7),
              service,
              budget);
      FleetWorkload made = workload;
      if (policy.isPresent()) {
        Optional<Policy> chosen = policy(policy.get());
        policy.get().end();
        made = chosen.map(p -> p.of(workload)).map(workload::with).orElse(workload);
      }
      b.end();
      List<String> members = cohorts.computeIfAbsent(cohort, _ -> new ArrayList<>());
      if (!members.contains(name)) {
        members.add(name);
      }
      return Optional.of(made);
    } catch (IllegalArgumentException | IllegalStateException e) {
      b.problem("", String.valueOf(e.getMessage()));
      b.end();
      return Optional.empty();
    }
  }

  private static Optional<DisruptionBudget> budget(YamlBlock b, int maxReplicas) {
    boolean stay = b.has("minAvailable");
    if (stay == b.has("maxUnavailable")) {
      b.problem("minAvailable", "give this, or maxUnavailable: pods, or percent of the replicas");
    }
    String key = stay ? "minAvailable" : "maxUnavailable";
    Optional<YamlBlock.Amount> amount = b.numberOrPercent(key);
    b.end();
    if (stay && amount.filter(a -> !a.percent() && a.number() > maxReplicas).isPresent()) {
      b.problem(
          key,
          "%,d is more than the workload ever has, %,d: no pod could be moved; if that is meant, write maxUnavailable: 0"
              .formatted(amount.get().number(), maxReplicas));
    }
    var bound =
        stay ? DisruptionBudget.Bound.MIN_AVAILABLE : DisruptionBudget.Bound.MAX_UNAVAILABLE;
    return amount.map(a -> new DisruptionBudget(bound, a.number(), a.percent()));
  }

  private void recorded(YamlBlock b, String workload, String called) {
    TimeSeries replicas = series.get(called);
    if (replicas == null) {
      b.problem(
          "recorded", "there is no series \"%s\" of replicas among the traces".formatted(called));
    } else {
      recorded.put(workload, replicas);
    }
  }

  private void usage(YamlBlock u, String workload, Resources limits) {
    Optional<TimeSeries> cpu = u.text("cpu").flatMap(called -> usageSeries(u, "cpu", called));
    Optional<TimeSeries> memory =
        u.text("memory").flatMap(called -> usageSeries(u, "memory", called));
    u.end();
    try {
      usages.put(workload, new PodUsage(cpu, memory, limits));
    } catch (IllegalArgumentException e) {
      u.problem("", String.valueOf(e.getMessage()));
    }
  }

  private Optional<TimeSeries> usageSeries(YamlBlock u, String key, String called) {
    TimeSeries usage = series.get(called);
    if (usage == null) {
      u.problem(key, "there is no series \"%s\" of usage among the traces".formatted(called));
      return Optional.empty();
    }
    if (usage.between(scoreFrom, end).presentCount() == 0) {
      u.problem(key, "has no sample from %s to %s, which is counted".formatted(scoreFrom, end));
    }
    return Optional.of(usage);
  }

  private static String groupNames(Supply supply) {
    return supply.groups().stream().map(NodeGroup::name).collect(Collectors.joining(", "));
  }

  private Optional<DemandTrace> trace(YamlBlock b, long seed) {
    Optional<String> named = b.text("trace");
    String name = named.orElse(series.isEmpty() ? "" : series.firstEntry().getKey());
    if (named.isEmpty() && series.size() > 1) {
      b.problem(
          "trace",
          "is missing, and there are %d series: %s"
              .formatted(
                  series.size(),
                  series.keySet().stream().limit(10).collect(Collectors.joining(", "))));
      return Optional.empty();
    }
    TimeSeries found = series.get(name);
    if (found == null) {
      b.problem(
          "trace",
          "there is no series \"%s\"; series: %s"
              .formatted(
                  name, series.keySet().stream().limit(10).collect(Collectors.joining(", "))));
      return Optional.empty();
    }
    try {
      return Optional.of(
          traces
              .computeIfAbsent(name, _ -> new LinkedHashMap<>())
              .computeIfAbsent(
                  found.stepSeconds() <= 60 ? 0 : seed, // finer ones have no noise of ours
                  s -> DemandTrace.of(found, s)));
    } catch (IllegalArgumentException e) {
      b.problem("trace", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static StartUpLag startUp(YamlBlock b) {
    Optional<YamlBlock> random = Optional.empty();
    Duration fixed = Duration.ofSeconds(60);
    if (b.has("startUpTimes")) {
      random = b.block("startUpTimes");
    } else {
      fixed = b.time("startUp", ZERO, Duration.ofHours(6)).orElse(fixed);
    }
    if (random.isEmpty()) {
      return new StartUpLag.Fixed(fixed);
    }
    random.get().missing("median", "for example 40s");
    Duration median = random.get().time("median", SECOND, Duration.ofHours(1)).orElse(SECOND);
    double sigma = random.get().number("sigma", 0, 2).orElse(0.35);
    random.get().end();
    return new StartUpLag.Lognormal(median, sigma, 0);
  }

  private static Resources requests(YamlBlock b) {
    Optional<YamlBlock> block = b.block("requests");
    return block.map(StudyFile::resources).orElse(Resources.NONE);
  }

  private static Resources resources(YamlBlock b) {
    long cpu = b.thousandths("cpu").orElse(0L);
    long memory = b.units("memory").orElse(0L);
    b.end();
    return new Resources(cpu, memory);
  }

  private static Optional<Service> service(YamlBlock b) {
    b.missing("serviceTime", "the mean time of a request without waiting, for example 80ms");
    Duration hour = Duration.ofHours(1);
    Duration least = Duration.ofMillis(1);
    Duration time = b.time("serviceTime", least, hour).orElse(least);
    int servers = b.whole("servers", 1, 10_000).orElse(1);
    Duration objective = b.time("objective", least, hour).orElse(time.multipliedBy(5));
    Duration timeout = b.time("timeout", least, hour).orElse(Duration.ofSeconds(30));
    Duration per = b.time("demandPer", SECOND, Duration.ofHours(1)).orElse(SECOND);
    b.end();
    return Optional.of(new Service(time, servers, objective, timeout, (int) per.toSeconds()));
  }

  // ---- policies --------------------------------------------------------------------------------

  /** A policy before it knows its workload. */
  private interface Policy {
    Control of(FleetWorkload w);
  }

  private Optional<Policy> policy(YamlBlock b) {
    Map<String, PolicyType> types = new LinkedHashMap<>();
    types.put("hpa", PolicyType.HPA);
    types.put("almanac", PolicyType.ALMANAC);
    types.put("fixed", PolicyType.FIXED);
    PolicyType type = b.choice("type", types).orElse(PolicyType.HPA);
    double target = b.number("target", 0.01, 1).orElse(0.7);
    double tolerance = b.number("tolerance", 0, 1).orElse(0.1);
    Duration window = b.time("window", ZERO, Duration.ofHours(1)).orElse(Duration.ofMinutes(5));
    return switch (type) {
      case HPA -> Optional.of(_ -> new Control.Hpa(target, tolerance, window));
      case FIXED -> {
        b.missing("replicas", "a fixed size needs them");
        yield b.whole("replicas", 1, FleetWorkload.MOST_REPLICAS)
            .map(n -> (Policy) _ -> new Control.Fixed(n));
      }
      case ALMANAC -> {
        Map<String, Stage> stages = new LinkedHashMap<>();
        stages.put("Floor", Stage.FLOOR);
        stages.put("Full", Stage.FULL);
        Stage stage = b.choice("stage", stages).orElse(Stage.FULL);
        Optional<Double> promised = b.number("shortMinutesPerMonth", 0.1, 40_000);
        Risk risk =
            promised
                .map(m -> (Risk) new Risk.ShortTimePerMonth(Duration.ofMillis((long) (m * 60_000))))
                .orElse(Risk.DEFAULT);
        ReactiveRule rule =
            new ReactiveRule(List.of(), target, tolerance, window, Optional.empty());
        yield Optional.of(w -> almanac(w, stage, rule, risk));
      }
    };
  }

  private Control almanac(FleetWorkload w, Stage stage, ReactiveRule rule, Risk risk) {
    return new Control.Almanac(
        new ScalingPolicy(
            w.minReplicas(),
            w.maxReplicas(),
            stage,
            w.perReplica(),
            rule,
            tick,
            Duration.ofSeconds(120),
            new ScalingPolicy.LeadTime(w.startUp().p90(), true),
            risk,
            StepCaps.DEFAULT),
        Learning.DEFAULT,
        FORECASTER);
  }

  // ---- nodes -----------------------------------------------------------------------------------

  private Optional<Supply> supply(YamlBlock b) {
    b.missing("groups", "list groups of nodes");
    List<NodeGroup> groups = new ArrayList<>();
    boolean sound = true;
    for (YamlBlock g : b.blocks("groups")) {
      List<NodeGroup> these = groups(g);
      sound &= !these.isEmpty();
      groups.addAll(these);
    }
    long quota = b.thousandths("cpuQuota").orElse(Supply.UNLIMITED);
    Map<String, Integer> addresses = new LinkedHashMap<>();
    for (YamlBlock a : b.blocks("addresses")) {
      a.missing("zone", "of these addresses");
      a.missing("pods", "that have one");
      String zone = a.text("zone").orElse("");
      addresses.put(zone, a.whole("pods", 0, 10_000_000).orElse(0));
      if (sound && groups.stream().noneMatch(g -> g.zone().equals(zone))) {
        a.problem("zone", "no group of nodes is there");
      }
      a.end();
    }
    Duration idleAfter = b.time("idleAfter", ZERO, DAY).orElse(Supply.IDLE_AFTER);
    double idleBelow = b.number("idleBelow", 0.01, 1).orElse(Supply.IDLE_BELOW);
    double buffer = b.number("buffer", 0, 10).orElse(0.0);
    Duration detection = b.time("detection", ZERO, DAY).orElse(Supply.DETECTION);
    b.end();
    if (!sound) {
      return Optional.empty(); // a wrong group, which has been told
    }
    try {
      return Optional.of(
          new Supply(groups, quota, addresses, idleAfter, idleBelow, buffer, detection));
    } catch (IllegalArgumentException e) {
      b.problem("groups", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** One group a zone; none where they make no sense, which has been told. */
  private List<NodeGroup> groups(YamlBlock b) {
    b.missing("type", "the name of the node type");
    b.missing("cpu", "of one node that pods may use");
    b.missing("memory", "of one node that pods may use");
    b.missing("price", "of one node an hour; 0 where it costs nothing");
    String type = b.text("type").orElse("");
    String name = b.text("name").orElse(type);
    List<String> zones = b.texts("zones");
    long cpu = b.thousandths("cpu").orElse(1L);
    long memory = b.units("memory").orElse(1L);
    int pods = b.whole("pods", 1, 1_000).orElse(110);
    double price = b.number("price", 0, 1e6).orElse(0.0);
    int min = b.whole("min", 0, NodeGroup.MOST_NODES).orElse(0);
    int max = b.whole("max", 1, NodeGroup.MOST_NODES).orElse(Math.max(min, 1_000));
    Duration provisioning = b.time("provisioning", ZERO, DAY).orElse(Duration.ofSeconds(90));
    Optional<Spot> spot = b.block("spot").flatMap(StudyFile::reclaimed);
    b.end();
    List<NodeGroup> groups = new ArrayList<>();
    try {
      for (String zone : zones.isEmpty() ? List.of("") : zones) {
        groups.add(
            new NodeGroup(
                zone.isEmpty() ? name : name + "-" + zone,
                type,
                zone,
                new Resources(cpu, memory),
                pods,
                price,
                min,
                max,
                provisioning,
                spot));
      }
    } catch (IllegalArgumentException e) {
      b.problem("", String.valueOf(e.getMessage()));
      return List.of();
    }
    return groups;
  }

  /** How nodes are taken back; ends the block. */
  private static Optional<Spot> reclaimed(YamlBlock b) {
    boolean byHour = b.has("reclaimsPerNodeHour");
    boolean byMonth = b.has("reclaimsPerNodeMonth");
    if (byHour && byMonth) {
      b.problem("reclaimsPerNodeMonth", "says again what reclaimsPerNodeHour says; keep one");
    }
    double most = Spot.MOST_AN_HOUR * Spot.HOURS_OF_MONTH;
    Optional<Double> hourly = b.number("reclaimsPerNodeHour", 0, Spot.MOST_AN_HOUR);
    Optional<Double> monthly = b.number("reclaimsPerNodeMonth", 0, most);
    Duration notice = b.time("notice", ZERO, Duration.ofHours(1)).orElse(Spot.NOTICE);
    Optional<Spot.Waves> waves = b.block("waves").flatMap(StudyFile::waves);
    b.end();
    if (!byHour && !byMonth && !b.has("waves")) {
      b.problem(
          "reclaimsPerNodeHour",
          "is missing, and so are reclaimsPerNodeMonth and waves; give how often nodes are reclaimed");
      return Optional.empty();
    }
    if (hourly.isPresent() != byHour || monthly.isPresent() != byMonth) {
      return Optional.empty(); // a wrong value, which has been told
    }
    try {
      double rate = hourly.or(() -> monthly.map(m -> m / Spot.HOURS_OF_MONTH)).orElse(0.0);
      return Optional.of(new Spot(rate, notice, waves));
    } catch (IllegalArgumentException e) {
      b.problem("", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<Spot.Waves> waves(YamlBlock b) {
    b.missing("perMonth", "how often a part of the group goes at once, for example 2");
    b.missing("share", "the part that goes, for example 0.5");
    Optional<Double> perMonth = b.number("perMonth", 1e-6, Spot.Waves.MOST_A_MONTH);
    Optional<Double> share = b.number("share", 0.01, 1);
    Duration shortage = b.time("shortage", ZERO, Duration.ofDays(30)).orElse(ZERO);
    b.end();
    return perMonth.flatMap(often -> share.map(part -> new Spot.Waves(often, part, shortage)));
  }

  // ---- scenarios -------------------------------------------------------------------------------

  private Optional<Case> scenario(String name, YamlBlock.Point point, FleetScenario today) {
    YamlBlock b = point.block();
    b.has("name");
    int before = problems.size();
    List<Change> changes = new ArrayList<>();
    b.block("grow")
        .ifPresent(g -> {
          g.missing("factor", "for example 1.4 for 40 % more");
          double factor = g.number("factor", 0, 1e6).orElse(1.0);
          changes.add(new Change.Grow(factor, who(g, today)));
          g.end();
        });
    for (YamlBlock e : b.blocks("event")) {
      changes.add(event(e, today));
    }
    for (YamlBlock l : b.blocks("launch")) {
      workload(l, today.seed(), today.supply()).ifPresent(w -> changes.add(new Change.Launch(w)));
    }
    b.block("slowStart")
        .ifPresent(s -> {
          s.missing("factor", "for example 2");
          changes.add(
              new Change.SlowStart(s.number("factor", 0.01, 100).orElse(1.0), who(s, today)));
          s.end();
        });
    b.block("slowNodes")
        .ifPresent(s -> {
          s.missing("factor", "for example 2");
          changes.add(new Change.SlowNodes(s.number("factor", 0.01, 100).orElse(1.0)));
          s.end();
        });
    b.block("setRequests")
        .ifPresent(r -> {
          Change.Who who = who(r, today);
          Optional<Resources> limits = r.block("limits").map(StudyFile::resources);
          try {
            changes.add(new Change.SetRequests(resources(r), limits, who));
          } catch (IllegalArgumentException e) {
            r.problem("limits", String.valueOf(e.getMessage()));
          }
        });
    b.block("setPolicy")
        .ifPresent(p -> {
          Change.Who who = who(p, today);
          Optional<Policy> policy = policy(p);
          p.end();
          policy.ifPresent(made -> changes.add(new Change.SetPolicy(made::of, who)));
        });
    b.block("swapType").ifPresent(s -> changes.add(swap(s)));
    b.block("setSpot")
        .ifPresent(s -> {
          s.missing("discount", "on the price of an hour, for example 0.65");
          Optional<String> type = s.text("type");
          double discount = s.number("discount", 0, 1).orElse(0.0);
          reclaimed(s).ifPresent(spot -> changes.add(new Change.SetSpot(type, discount, spot)));
        });
    b.block("reclaims")
        .ifPresent(r -> {
          r.missing("factor", "for example 3 for three times as often");
          changes.add(new Change.Reclaims(r.number("factor", 0.01, 100).orElse(1.0)));
          r.end();
        });
    b.number("buffer", 0, 10).ifPresent(share -> changes.add(new Change.Buffer(share)));
    b.block("commit")
        .ifPresent(c -> {
          double share = c.number("share", 0, 1).orElse(1.0);
          double discount = c.number("discount", 0, 1).orElse(0.0);
          c.end();
          changes.add(new Change.Commit(share, discount));
        });
    Optional<Sweep> sweep = Optional.empty();
    for (String kind : List.of("loseZone", "loseGroup", "loseNode", "autoscalerOutage")) {
      Optional<YamlBlock> block = b.block(kind);
      if (block.isPresent()) {
        Optional<Sweep> found = lose(kind, block.get(), today, changes);
        sweep = found.isPresent() ? found : sweep;
      }
    }
    b.end();
    if (problems.size() > before) {
      return Optional.empty();
    }
    Case made = new Case(name, point.labels(), today, changes, sweep, usages);
    try {
      for (Line line : Line.values()) {
        made.fleet(line);
      }
      new FleetReplay(made.fleet(Line.ANSWER), new FitCache(), false);
      return Optional.of(made);
    } catch (IllegalArgumentException e) {
      b.problem("", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Change.Who who(YamlBlock b, FleetScenario today) {
    List<String> names = b.texts("workloads");
    List<String> members = new ArrayList<>();
    for (String name : names) {
      List<String> cohort = name.isEmpty() ? List.of() : cohorts.getOrDefault(name, List.of());
      boolean known = today.workloads().stream().anyMatch(w -> w.name().equals(name));
      if (!known && cohort.isEmpty()) {
        b.problem(
            "workloads",
            "there is no workload or cohort \"%s\"; workloads: %s"
                .formatted(
                    name,
                    today.workloads().stream()
                        .map(FleetWorkload::name)
                        .limit(10)
                        .collect(Collectors.joining(", "))));
      }
      members.addAll(cohort);
      if (known) {
        members.add(name);
      }
    }
    return new Change.Who(names, members);
  }

  private Change event(YamlBlock e, FleetScenario today) {
    e.missing("factor", "for example 3 for three times the demand");
    e.missing("length", "for example 4h");
    double factor = e.number("factor", 0, 1e6).orElse(1.0);
    Duration ramp = e.time("ramp", ZERO, YEAR).orElse(ZERO);
    Duration length = e.time("length", MINUTE, YEAR).orElse(MINUTE);
    int at = at(e, "start", today).orElse(today.scoreFromMinute());
    Change.Who who = who(e, today);
    e.end();
    return new Change.Event(
        new Surge(at, (int) ramp.toMinutes(), (int) length.toMinutes(), factor), who);
  }

  /** An instant, or a time after the first one that is counted. */
  private Optional<Integer> at(YamlBlock b, String key, FleetScenario today) {
    if (!b.has(key)) {
      return Optional.empty();
    }
    String text = b.text(key).orElse("");
    long minute;
    if (text.contains("T")) {
      Optional<Instant> instant = instant(b, key);
      if (instant.isEmpty()) {
        return Optional.empty();
      }
      minute = Math.floorDiv(Duration.between(start, instant.get()).toSeconds(), 60L);
    } else {
      Optional<Duration> after = b.time(key, ZERO, YEAR.multipliedBy(5));
      if (after.isEmpty()) {
        return Optional.empty();
      }
      minute = today.scoreFromMinute() + after.get().toMinutes();
    }
    if (minute < 0 || minute >= today.minutes()) {
      b.problem(key, "lies outside of the time that is run: %s to %s".formatted(start, end));
      return Optional.empty();
    }
    return Optional.of((int) minute);
  }

  private static Change swap(YamlBlock s) {
    s.missing("from", "the type that is replaced");
    s.missing("to", "the type that takes its place");
    s.missing("cpu", "of one node that pods may use");
    s.missing("memory", "of one node that pods may use");
    s.missing("price", "of one node an hour");
    Change swap =
        new Change.SwapType(
            s.text("from").orElse(""),
            s.text("to").orElse(""),
            new Resources(s.thousandths("cpu").orElse(1L), s.units("memory").orElse(1L)),
            s.whole("pods", 1, 1_000).orElse(110),
            s.number("price", 0, 1e6).orElse(0.0));
    s.end();
    return swap;
  }

  /** Adds an outage to the changes, or returns the sweep of it. */
  private Optional<Sweep> lose(
      String kind, YamlBlock b, FleetScenario today, List<Change> changes) {
    Duration length = b.time("for", MINUTE, YEAR).orElse(Duration.ofHours(1));
    Optional<Duration> every = b.time("every", MINUTE, YEAR);
    Duration watch = b.time("watch", MINUTE, YEAR).orElse(length.plus(Duration.ofHours(1)));
    Optional<Integer> at = at(b, "at", today);
    List<Sweep.Place> places = places(kind, b, today);
    if (every.isPresent() == b.has("at")) {
      b.problem("at", "give this (one instant), or every (a sweep over all instants)");
    }
    b.end();
    if (places.isEmpty()) {
      return Optional.empty();
    }
    if (every.isPresent()) {
      try {
        return Optional.of(
            new Sweep(
                places,
                (int) every.get().toMinutes(),
                (int) length.toMinutes(),
                (int) watch.toMinutes()));
      } catch (IllegalArgumentException e) {
        b.problem("watch", String.valueOf(e.getMessage()));
        return Optional.empty();
      }
    }
    if (at.isPresent()) {
      for (Sweep.Place place : places) {
        changes.add(
            new Change.Lose(
                new Outage(place.what(), place.groups(), at.get(), (int) length.toMinutes())));
      }
    }
    return Optional.empty();
  }

  private static List<Sweep.Place> places(String kind, YamlBlock b, FleetScenario today) {
    if (today.supply().isEmpty()) {
      b.problem("", "needs nodes, and none are given; add a nodes block");
      b.has("zone");
      b.has("group");
      return List.of();
    }
    Supply supply = today.supply().get();
    List<String> zones = supply.groups().stream().map(NodeGroup::zone).distinct().toList();
    return switch (kind) {
      case "autoscalerOutage" ->
          List.of(new Sweep.Place("node autoscaler", Outage.What.AUTOSCALER, new int[0]));
      case "loseZone" ->
          chosen(b, "zone", zones).stream()
              .map(z -> new Sweep.Place("zone " + z, Outage.What.GROUPS, supply.groupsOfZone(z)))
              .toList();
      default ->
          chosen(b, "group", supply.groups().stream().map(NodeGroup::name).toList()).stream()
              .map(g ->
                  new Sweep.Place(
                      (kind.equals("loseNode") ? "a node of " : "group ") + g,
                      kind.equals("loseNode") ? Outage.What.NODE : Outage.What.GROUPS,
                      supply.groupNamed(g)))
              .toList();
    };
  }

  /** The one that is named; all of them for a sweep that names none. */
  private static List<String> chosen(YamlBlock b, String key, List<String> all) {
    Optional<String> one = b.text(key);
    if (one.isEmpty()) {
      if (!b.has("every")) {
        b.missing(key, "one of " + String.join(", ", all));
      }
      return b.has(key) ? List.of() : all;
    }
    if (!all.contains(one.get())) {
      b.problem(
          key,
          "there is no %s \"%s\"; there are %s".formatted(key, one.get(), String.join(", ", all)));
      return List.of();
    }
    return Arrays.asList(one.get());
  }
}
