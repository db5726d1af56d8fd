package dev.almanac.service.rightsize;

import dev.almanac.actuator.kubernetes.LivePod;
import dev.almanac.actuator.kubernetes.LiveUsage;
import dev.almanac.actuator.kubernetes.LiveUsage.PodSample;
import dev.almanac.actuator.kubernetes.LiveUsage.Used;
import dev.almanac.actuator.kubernetes.LiveUsageException;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Samples of metrics.k8s.io into the cells of a checkpoint, and histories out of it.
 *
 * <p>A cell has the CPU that a pod used on average over its samples there, as a rate over 5 minutes
 * would, and the memory that it used most; of several pods the one that used most. A cell that was
 * seen twice, by two runs, has the higher of both: what repeats changes nothing.
 */
public final class LiveSampler {
  /**
   * A sample from the future, or an old one, is of a clock that is wrong or a node that is gone.
   */
  private static final Duration MOST_AHEAD = Duration.ofMinutes(1);

  private static final Duration OLDEST = Duration.ofMinutes(5);

  /** Samples of a cell come in for so long after its end. */
  private static final Duration LATE = Duration.ofMinutes(1);

  /** A pod's first minutes: class loading, caches, compilation. */
  private static final Duration START_UP = Duration.ofMinutes(10);

  private record PodName(String namespace, String name) {}

  private record Key(PodName pod, String container) {}

  /** Samples of one container of one pod in one cell. */
  private static final class Open {
    final NamespaceUsage.Owner owner;
    double millicores;
    int cpuSamples;
    long bytes = -1;
    boolean starting;
    Instant last = Instant.MIN;

    Open(NamespaceUsage.Owner owner) {
      this.owner = owner;
    }
  }

  private final UsageCheckpoints checkpoints;
  private final Set<String> namespaces;
  private final TreeMap<Long, Map<Key, Open>> open = new TreeMap<>();
  private final Map<PodName, Instant> lastSample = new HashMap<>();
  private Map<PodName, LivePod> pods = Map.of();
  private Instant podsAt = Instant.MIN;
  private final Set<String> crowded = new TreeSet<>();
  private final Set<String> doubtful = new TreeSet<>();
  private long samples;
  private long odd;
  private long untimely;

  /**
   * Samples of these namespaces, or of all.
   *
   * @param namespaces empty for all
   */
  public LiveSampler(UsageCheckpoints checkpoints, Set<String> namespaces) {
    this.checkpoints = checkpoints;
    this.namespaces = Set.copyOf(namespaces);
  }

  /** Pods that were sampled so far, each as often as it was. */
  public long samples() {
    return samples;
  }

  /** Sentences about what was left out or put aside. */
  public List<String> notes() throws IOException {
    List<String> notes = new ArrayList<>(checkpoints.notes());
    if (odd > 0) {
      notes.add("%,d amounts that are negative or no amount at all were left out".formatted(odd));
    }
    if (untimely > 0) {
      notes.add(
          "%,d samples were older than 5 min or from the future and were left out: do the clocks agree?"
              .formatted(untimely));
    }
    for (String namespace : doubtful) {
      notes.add(
          "%s has usage that is still to come, and no pod runs that would tell the time"
              .formatted(namespace));
    }
    for (String namespace : crowded) {
      notes.add(
          "%s has more than %,d containers and was not kept: give --prometheus URL for it"
              .formatted(namespace, NamespaceUsage.MOST_CONTAINERS));
    }
    return notes;
  }

  private static long cell(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), (long) UsageCheckpoints.CELL_SECONDS);
  }

  /**
   * Takes one sample of each pod, and keeps the cells that are full.
   *
   * @throws LiveUsageException when nothing can be known; what was taken before is not lost
   */
  public void sample(LiveUsage usage, Instant now) throws IOException {
    List<PodSample> taken = usage.samples();
    boolean unknown = taken.stream().anyMatch(s -> !pods.containsKey(name(s)));
    if (unknown || cell(now) != cell(podsAt)) {
      know(usage.pods(), now);
    }
    take(taken, now);
  }

  /** Takes the pods that there are. */
  void know(List<LivePod> all, Instant now) {
    Map<PodName, LivePod> found = new HashMap<>();
    for (LivePod pod : all) {
      found.put(new PodName(pod.workload().namespace(), pod.name()), pod);
    }
    pods = found;
    podsAt = now;
    lastSample.keySet().retainAll(pods.keySet());
  }

  /** Takes samples of pods that are known, and keeps the cells that are full. */
  void take(List<PodSample> taken, Instant now) throws IOException {
    if (taken.isEmpty() && pods.values().stream().noneMatch(LivePod::there)) {
      open.computeIfAbsent(cell(now), _ -> new HashMap<>()); // Nothing runs, which is known.
    }
    for (PodSample sample : taken) {
      LivePod pod = pods.get(name(sample));
      if (pod != null && isWanted(sample.namespace())) {
        take(sample, pod, now);
      }
    }
    keepBefore(cell(now.minus(LATE)));
  }

  private static PodName name(PodSample sample) {
    return new PodName(sample.namespace(), sample.pod());
  }

  private void take(PodSample sample, LivePod pod, Instant now) {
    Instant at = sample.at();
    if (at.isAfter(now.plus(MOST_AHEAD)) || at.isBefore(now.minus(OLDEST))) {
      untimely++;
      return;
    }
    Instant last = lastSample.get(name(sample));
    if (last != null && !at.isAfter(last)) {
      return; // Asked again before metrics-server had a new one.
    }
    lastSample.put(name(sample), at);
    samples++;
    boolean starting =
        !pod.workload().runs()
            && pod.started().map(s -> at.isBefore(s.plus(START_UP))).orElse(false);
    Map<Key, Open> ofCell = open.computeIfAbsent(cell(at), _ -> new HashMap<>());
    for (Used used : sample.containers()) {
      Open one =
          ofCell.computeIfAbsent(new Key(name(sample), used.name()), _ -> new Open(owner(pod)));
      one.starting |= starting;
      one.last = at;
      if (used.millicores().isPresent()) {
        one.millicores += used.millicores().getAsLong();
        one.cpuSamples++;
      }
      if (used.bytes().isPresent()) {
        one.bytes = Math.max(one.bytes, used.bytes().getAsLong());
      }
      odd += (used.millicores().isPresent() ? 0 : 1) + (used.bytes().isPresent() ? 0 : 1);
    }
  }

  /** Keeps what was taken so far; at the end of a run. */
  public void keep() throws IOException {
    keepBefore(Long.MAX_VALUE);
  }

  private void keepBefore(long cell) throws IOException {
    while (!open.isEmpty() && open.firstKey() < cell) {
      keep(open.firstKey(), open.firstEntry().getValue());
      open.pollFirstEntry();
    }
  }

  private void keep(long cell, Map<Key, Open> ofCell) throws IOException {
    Map<String, List<Map.Entry<Key, Open>>> byNamespace = new TreeMap<>();
    for (var entry : ofCell.entrySet()) {
      byNamespace
          .computeIfAbsent(entry.getKey().pod().namespace(), _ -> new ArrayList<>())
          .add(entry);
    }
    // A namespace without a pod was looked at as well: its Jobs are between two runs.
    Set<String> all = new TreeSet<>(byNamespace.keySet());
    checkpoints.namespaces().stream().filter(this::isWanted).forEach(all::add);
    for (String namespace : all) {
      NamespaceUsage kept = checkpoints.read(namespace);
      if (kept.isAheadOf(cell) && ofCell.isEmpty()) {
        doubtful.add(namespace); // No sample says that the clock of this machine is right.
        continue;
      }
      settleTime(kept, namespace, cell);
      kept.beginCell(cell);
      Map<NamespaceUsage.Owner, Set<String>> seen = new HashMap<>();
      for (var entry : byNamespace.getOrDefault(namespace, List.of())) {
        Key key = entry.getKey();
        NamespaceUsage.Owner owner = entry.getValue().owner;
        Open one = entry.getValue();
        one.starting |= isOfSuccessor(key.pod(), one.last);
        fold(kept.workload(owner), key.container(), one, cell);
        seen.computeIfAbsent(owner, _ -> new TreeSet<>()).add(key.pod().name());
      }
      seen.forEach((owner, names) -> kept.workload(owner).pods.raise(cell, names.size()));
      takeFacts(kept, namespace);
      if (kept.fit()) {
        checkpoints.write(namespace, kept);
      } else {
        crowded.add(namespace);
      }
    }
  }

  /**
   * Drops what a clock made that was ahead and is not any more. Before that, and before a clock
   * that is ahead forgets all there is, a copy is kept: no program can tell which of two clocks was
   * right.
   */
  private void settleTime(NamespaceUsage kept, String namespace, long cell) throws IOException {
    if (kept.isAheadOf(cell)) {
      checkpoints.copyAside(
          namespace,
          "%s had usage up to %s, which is still to come, and which was dropped"
              .formatted(namespace, kept.end()));
      kept.forgetAfter(cell);
    } else if (kept.isForgottenBy(cell)) {
      checkpoints.copyAside(
          namespace,
          "all that was kept of %s is of before %s, older than %d days, and was forgotten"
              .formatted(namespace, kept.end(), kept.days));
    }
  }

  /**
   * Whether a sample is of the start of a pod that came after the one that was known by this name,
   * as those of StatefulSets do: samples do not say which of the two they are of.
   */
  private boolean isOfSuccessor(PodName name, Instant at) {
    LivePod pod = pods.get(name);
    return pod != null
        && !pod.workload().runs()
        && pod.started().filter(s -> !at.isBefore(s) && at.isBefore(s.plus(START_UP))).isPresent();
  }

  private boolean isWanted(String namespace) {
    return namespaces.isEmpty() || namespaces.contains(namespace);
  }

  private static NamespaceUsage.Owner owner(LivePod pod) {
    return new NamespaceUsage.Owner(pod.workload().kind(), pod.workload().name());
  }

  private static void fold(
      NamespaceUsage.Workload workload, String container, Open one, long cell) {
    NamespaceUsage.Container c =
        workload.containers.computeIfAbsent(container, _ -> new NamespaceUsage.Container());
    if (one.cpuSamples > 0) {
      (one.starting ? c.starting : c.cpu).raise(cell, one.millicores / one.cpuSamples / 1000);
    }
    if (one.bytes >= 0) {
      c.memory.raise(cell, one.bytes);
    }
  }

  /** Requests, roles and kills, as the pods that were sampled have them now. */
  private void takeFacts(NamespaceUsage kept, String namespace) {
    Map<NamespaceUsage.Container, ContainerResources> now = new HashMap<>();
    Map<NamespaceUsage.Container, Long> lastKill = new HashMap<>();
    for (LivePod pod : pods.values()) {
      NamespaceUsage.Workload workload = kept.workloads.get(owner(pod));
      if (!pod.workload().namespace().equals(namespace) || workload == null) {
        continue;
      }
      for (LivePod.Container container : pod.containers()) {
        NamespaceUsage.Container c =
            workload.containers.computeIfAbsent(
                container.name(), _ -> new NamespaceUsage.Container());
        c.role = container.role();
        if (pod.there() || pod.workload().runs()) {
          now.merge(c, container.now(), LiveSampler::larger);
        }
        if (container.killed().isPresent()) {
          long at = container.killed().get().getEpochSecond();
          if (at > c.lastKillSecond) {
            c.kills++;
            c.killLimit = Math.max(c.killLimit, container.now().limits().orZero(Resource.MEMORY));
            lastKill.merge(c, at, Math::max);
          }
        }
      }
    }
    now.forEach((c, resources) -> c.now = resources);
    lastKill.forEach((c, at) -> c.lastKillSecond = at);
  }

  private static ContainerResources larger(ContainerResources a, ContainerResources b) {
    var requests = a.requests();
    var limits = a.limits();
    for (Resource resource : Resource.values()) {
      long request = Math.max(requests.orZero(resource), b.requests().orZero(resource));
      long limit = Math.max(limits.orZero(resource), b.limits().orZero(resource));
      requests = request > 0 ? requests.with(resource, request) : requests;
      limits = limit > 0 ? limits.with(resource, limit) : limits;
    }
    return new ContainerResources(requests, limits);
  }

  // ------------------------------------------------------------------ from cells to histories

  /** Namespaces of which something is kept. */
  public List<String> namespaces() throws IOException {
    return checkpoints.namespaces().stream().filter(this::isWanted).toList();
  }

  /** The histories of a namespace's workloads. */
  public List<WorkloadHistory> histories(
      String namespace, LiveUsage.Rules rules, Instant to, int days) throws IOException {
    NamespaceUsage kept = checkpoints.read(namespace);
    int n = Math.toIntExact(days * 86_400L / UsageCheckpoints.CELL_SECONDS);
    long first = cell(to) + 1 - n;
    List<WorkloadHistory> histories = new ArrayList<>();
    kept.workloads.forEach((owner, workload) -> {
      WorkloadName name = new WorkloadName(namespace, owner.kind(), owner.name());
      List<ContainerHistory> containers = new ArrayList<>();
      workload.containers.forEach(
          (container, c) -> containers.add(history(container, c, first, n)));
      histories.add(
          new WorkloadHistory(
              name,
              false,
              Instant.ofEpochSecond(first * UsageCheckpoints.CELL_SECONDS),
              (int)
                  pods.values().stream()
                      .filter(p -> p.there() && p.workload().equals(name))
                      .count(),
              meanPods(workload, kept, first),
              containers,
              Optional.ofNullable(rules.targets().get(name)),
              List.of()));
    });
    return histories;
  }

  private static double meanPods(
      NamespaceUsage.Workload workload, NamespaceUsage kept, long first) {
    long since = Math.max(first, workload.pods.isEmpty() ? first : workload.pods.first());
    double looked = kept.looked.sumFrom(since);
    return looked > 0 ? workload.pods.sumFrom(since) / looked : 0;
  }

  private static ContainerHistory history(
      String name, NamespaceUsage.Container c, long first, int n) {
    boolean init = c.role == Role.INIT;
    double startUp = Double.NaN;
    for (double cores : c.starting.window(first, n)) {
      startUp = cores <= startUp || Double.isNaN(cores) ? startUp : cores;
    }
    long killCell = Math.floorDiv(c.lastKillSecond, (long) UsageCheckpoints.CELL_SECONDS);
    return new ContainerHistory(
        name,
        c.role,
        Optional.of(c.now),
        init ? new double[0] : c.cpu.window(first, n),
        new double[0],
        init ? new double[0] : c.memory.window(first, n),
        c.kills == 0 || killCell < first
            ? OomKills.NONE
            : new OomKills(c.kills, c.killLimit, (int) Math.min(n - 1, killCell - first)),
        Double.isNaN(startUp) ? OptionalDouble.empty() : OptionalDouble.of(startUp),
        Optional.empty());
  }
}
