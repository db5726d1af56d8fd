package dev.almanac.collector.workloads;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.collector.prometheus.PrometheusSource;
import dev.almanac.collector.promql.PromQl;
import dev.almanac.collector.workloads.PodUsage.Metric;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.JvmMemory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.NamespaceRules;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Reads the histories of all workloads out of a Prometheus that scrapes cAdvisor and
 * kube-state-metrics, or what answers like one.
 *
 * <p>One range query a namespace and metric, in parts; never one a pod. At no time is more kept
 * than the containers of {@value #WORKLOADS_AT_ONCE} workloads and one answer. Calls block.
 */
public final class WorkloadScan {
  /** 400 workloads of three containers are 120 MB of samples. */
  private static final int WORKLOADS_AT_ONCE = 400;

  /** Names in one matcher: 100 KB of a query. */
  private static final int PODS_AT_ONCE = 2_000;

  private final Questions questions;
  private final ScanOptions options;
  private final Dialect dialect;
  private final Set<String> jvmNamespaces;

  private WorkloadScan(
      Questions questions, ScanOptions options, Dialect dialect, Set<String> jvmNamespaces) {
    this.questions = questions;
    this.options = options;
    this.dialect = dialect;
    this.jvmNamespaces = jvmNamespaces;
  }

  /**
   * Looks how the store names things.
   *
   * @throws ScanException when it does not answer, or has no usage of containers
   */
  public static WorkloadScan begin(PrometheusSource source, ScanOptions options)
      throws ScanException {
    Questions questions = new Questions(source, options.rest());
    Dialect dialect = Dialect.detect(questions, options);
    Set<String> jvms = new TreeSet<>();
    for (Labelled one :
        questions.instant("count by (namespace) (%s)".formatted(dialect.anyJvm()), options.to())) {
      jvms.add(one.label("namespace"));
    }
    return new WorkloadScan(questions, options, dialect, jvms);
  }

  /** Whether requests, owners and the rest of what is not usage can be known. */
  public boolean hasStateMetrics() {
    return dialect.stateMetrics();
  }

  /** What was asked so far. */
  public ScanCost cost() {
    return questions.cost();
  }

  /** What the store said beside its answers; where it said something, parts may be missing. */
  public List<String> warnings() {
    return questions.warnings();
  }

  /** Namespaces with usage, in order. */
  public List<String> namespaces() throws ScanException {
    Set<String> names = new TreeSet<>();
    // Of a day, for a CronJob's namespace may be empty at any instant.
    Instant from = options.to().minusSeconds(86_400);
    for (Labelled one : questions.series(dialect.anyUsage(), from, options.to())) {
      names.add(one.label("namespace"));
    }
    names.remove("");
    return List.copyOf(names);
  }

  /**
   * Reads a namespace.
   *
   * @param into takes its rules and workloads, the latter in portions; the rules are the same each
   *     time
   */
  public void read(String namespace, BiConsumer<NamespaceRules, List<WorkloadHistory>> into)
      throws ScanException {
    Instant from = options.from();
    Instant to = options.to();
    Owners owners =
        new Owners(
            namespace,
            dialect,
            dialect.stateMetrics()
                ? questions.series(dialect.owners(namespace), from, to)
                : List.of());
    Facts facts =
        new Facts(
            dialect,
            dialect.stateMetrics() ? questions.instant(dialect.facts(namespace), to) : List.of());
    Set<String> pods = new TreeSet<>();
    int series = 0;
    for (Labelled one : questions.series(dialect.anyUsage(namespace), from, to)) {
      pods.add(one.label(dialect.pod()));
      series++;
    }
    int perPod = Math.max(1, series / Math.max(1, pods.size()));
    for (List<String> portion : portions(owners, pods)) {
      boolean all = portion.size() == pods.size();
      String matcher =
          all
              ? ""
              : portion.stream()
                  .map(PromQl::literalPattern)
                  .map(PromQl::escape)
                  .collect(Collectors.joining("|"));
      Set<String> chosen = Set.copyOf(portion);
      PodUsage usage = new PodUsage(dialect, owners, options.points(), chosen::contains);
      int expected = portion.size() * perPod;
      questions.range(
          dialect.memory(namespace, matcher),
          options,
          expected,
          (found, first) -> usage.take(Metric.MEMORY, found, first));
      questions.range(
          dialect.cpu(namespace, matcher),
          options,
          expected,
          (found, first) -> usage.take(Metric.CPU, found, first));
      questions.range(
          dialect.throttled(namespace, matcher),
          options,
          expected,
          (found, first) -> usage.take(Metric.THROTTLED, found, first));
      if (dialect.stateMetrics()) {
        questions.range(dialect.restartsOfKilled(namespace), options, expected, usage::takeKills);
        questions.range(
            dialect.limitsOfKilled(namespace),
            options,
            expected,
            (found, _) -> usage.takeKillLimits(found));
      }
      Map<String, Map<String, JvmMemory>> jvms = jvms(namespace);
      into.accept(facts.rules(), histories(usage, facts, jvms, namespace));
    }
  }

  /** Pods whose workloads are read together. */
  private static List<List<String>> portions(Owners owners, Set<String> pods) {
    Map<WorkloadName, List<String>> byWorkload = new TreeMap<>();
    for (String pod : pods) {
      byWorkload.computeIfAbsent(owners.of(pod).name(), _ -> new ArrayList<>()).add(pod);
    }
    List<List<String>> portions = new ArrayList<>();
    List<String> portion = new ArrayList<>();
    int workloads = 0;
    for (List<String> of : byWorkload.values()) {
      boolean full = workloads == WORKLOADS_AT_ONCE || portion.size() + of.size() > PODS_AT_ONCE;
      if (full && !portion.isEmpty()) {
        portions.add(portion);
        portion = new ArrayList<>();
        workloads = 0;
      }
      portion.addAll(of);
      workloads++;
    }
    if (!portion.isEmpty()) {
      portions.add(portion);
    }
    return portions;
  }

  /** By pod and container, which is empty where the application does not know it. */
  private Map<String, Map<String, JvmMemory>> jvms(String namespace) throws ScanException {
    Map<String, Map<String, JvmMemory>> jvms = new HashMap<>();
    if (!jvmNamespaces.contains(namespace)) {
      return jvms;
    }
    Map<String, Long> nonHeaps = new HashMap<>();
    for (Labelled one :
        questions.instant(dialect.nonHeap(namespace, options.days()), options.to())) {
      nonHeaps.put(one.label("pod") + "/" + one.label("container"), bytes(one));
    }
    for (Labelled one : questions.instant(dialect.heap(namespace), options.to())) {
      String pod = one.label("pod");
      String container = one.label("container");
      jvms.computeIfAbsent(pod, _ -> new HashMap<>())
          .put(
              container,
              new JvmMemory(bytes(one), nonHeaps.getOrDefault(pod + "/" + container, 0L)));
    }
    return jvms;
  }

  private static long bytes(Labelled one) {
    double value = one.values().length == 0 ? 0 : one.values()[0];
    return value > 0 && value < 1L << 53 ? (long) value : 0;
  }

  // ------------------------------------------------------------------ from pods to workloads

  private List<WorkloadHistory> histories(
      PodUsage usage, Facts facts, Map<String, Map<String, JvmMemory>> jvms, String namespace)
      throws ScanException {
    Optional<Facts> past = Optional.empty();
    List<WorkloadHistory> histories = new ArrayList<>();
    for (Map.Entry<WorkloadName, PodUsage.Workload> entry : usage.workloads().entrySet()) {
      WorkloadName name = entry.getKey();
      PodUsage.Workload w = entry.getValue();
      Collection<String> known = w.podsNow.stream().filter(facts::knows).toList();
      if (known.isEmpty()) {
        known = w.pods.stream().filter(facts::knows).toList();
      }
      Facts of = facts;
      if (known.isEmpty() && dialect.stateMetrics() && name.runs()) {
        if (past.isEmpty()) {
          past =
              Optional.of(
                  new Facts(
                      dialect,
                      questions.instant(
                          dialect.pastFacts(namespace, options.days()), options.to())));
        }
        of = past.get();
        known = w.pods.stream().filter(of::knows).toList();
      }
      histories.add(history(name, w, of, known, jvms, notes(w)));
    }
    return histories;
  }

  private List<String> notes(PodUsage.Workload w) {
    List<String> notes = new ArrayList<>();
    if (!w.jobsTwice.isEmpty()) {
      notes.add(
          "jobs %s scrape the same cAdvisor; each sample counts once"
              .formatted(String.join(", ", w.jobsTwice)));
    }
    if (w.guessed) {
      notes.add(
          "kind and name are guessed from pod names: "
              + (dialect.stateMetrics()
                  ? "kube_pod_owner does not know these pods"
                  : "there is no kube-state-metrics, so requests are unknown too"));
    }
    if (w.oddSamples) {
      notes.add("samples that are negative or not finite were left out");
    }
    return notes;
  }

  private WorkloadHistory history(
      WorkloadName name,
      PodUsage.Workload w,
      Facts facts,
      Collection<String> known,
      Map<String, Map<String, JvmMemory>> jvms,
      List<String> notes) {
    List<ContainerHistory> containers = new ArrayList<>();
    String largest = largest(w);
    w.containers.forEach((container, c) -> {
      containers.add(
          new ContainerHistory(
              container,
              w.roles.getOrDefault(container, Role.MAIN),
              facts.of(known, container, !w.guessed && !w.podsNow.isEmpty()),
              c.cpu,
              c.throttled,
              c.memory,
              c.kills == 0 ? OomKills.NONE : new OomKills(c.kills, (long) c.killedAt, c.lastKill),
              Double.isNaN(c.startUpCores)
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(c.startUpCores),
              jvm(jvms, w, container, container.equals(largest))));
    });
    int since = options.points() - Math.min(w.firstSample, options.points() - 1);
    return new WorkloadHistory(
        name,
        w.guessed,
        options.from(),
        w.podsNow.size(),
        (double) w.podSamples / since,
        containers,
        facts.hpaOf(name.kind(), name.name()),
        notes);
  }

  /** The container that a JVM is taken to be in where it does not say. */
  private static String largest(PodUsage.Workload w) {
    String largest = "";
    double most = -1;
    for (Map.Entry<String, PodUsage.Container> entry : w.containers.entrySet()) {
      double peak = 0;
      for (double sample : entry.getValue().memory) {
        peak = sample > peak ? sample : peak;
      }
      if (peak > most) {
        most = peak;
        largest = entry.getKey();
      }
    }
    return largest;
  }

  private static Optional<JvmMemory> jvm(
      Map<String, Map<String, JvmMemory>> jvms,
      PodUsage.Workload w,
      String container,
      boolean largest) {
    long heap = 0;
    long nonHeap = 0;
    for (String pod : w.pods) {
      Map<String, JvmMemory> ofPod = jvms.getOrDefault(pod, Map.of());
      JvmMemory jvm = ofPod.get(container);
      if (jvm == null && largest) {
        jvm = ofPod.get("");
      }
      if (jvm != null) {
        heap = Math.max(heap, jvm.heapMaxBytes());
        nonHeap = Math.max(nonHeap, jvm.nonHeapPeakBytes());
      }
    }
    return heap == 0 ? Optional.empty() : Optional.of(new JvmMemory(heap, nonHeap));
  }
}
