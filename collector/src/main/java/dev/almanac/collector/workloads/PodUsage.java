package dev.almanac.collector.workloads;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Folds the series of pods into the containers of their workloads as they arrive: what is kept
 * grows with the number of containers, not with that of pods.
 */
final class PodUsage {

  /** A pod's first minutes: class loading, caches, compilation. */
  private static final int START_UP_SAMPLES = 2;

  /** A pod that lives shorter has no time after its start. */
  private static final int LEAST_LIFE = 12;

  /** What is still there this long before the end is there now. */
  private static final int NOW_SAMPLES = 3;

  /** One container of a workload, over all of its pods. */
  static final class Container {
    final double[] cpu;
    final double[] memory;
    double[] throttled = {};
    double startUpCores = Double.NaN;
    int kills;
    double killedAt;
    int lastKill;

    Container(int points) {
      cpu = absent(points);
      memory = absent(points);
    }
  }

  /** A workload as it is folded. */
  static final class Workload {
    final boolean guessed;
    final SortedMap<String, Container> containers = new TreeMap<>();
    final Set<String> pods = new TreeSet<>();
    final Set<String> podsNow = new TreeSet<>();
    final Map<String, Role> roles = new HashMap<>();
    long podSamples;
    int firstSample = Integer.MAX_VALUE;
    boolean oddSamples;
    final Set<String> jobsTwice = new TreeSet<>();

    Workload(boolean guessed) {
      this.guessed = guessed;
    }
  }

  /** What a series measures. */
  enum Metric {
    CPU,
    MEMORY,
    THROTTLED
  }

  private final Dialect dialect;
  private final Owners owners;
  private final int points;
  private final Predicate<String> chosen;
  private final SortedMap<WorkloadName, Workload> workloads = new TreeMap<>();
  private final Map<String, Integer> lastSample = new HashMap<>();
  private final Map<String, Double> lastRestarts = new HashMap<>();

  /**
   * Of some pods of a namespace.
   *
   * @param chosen which pods
   */
  PodUsage(Dialect dialect, Owners owners, int points, Predicate<String> chosen) {
    this.dialect = dialect;
    this.owners = owners;
    this.points = points;
    this.chosen = chosen;
  }

  private static double[] absent(int points) {
    double[] samples = new double[points];
    Arrays.fill(samples, Double.NaN);
    return samples;
  }

  SortedMap<WorkloadName, Workload> workloads() {
    return workloads;
  }

  /** Takes a part of the range of one metric; parts come in order. */
  void take(Metric metric, List<Labelled> series, int first) {
    Map<String, List<Labelled>> byContainer = new LinkedHashMap<>();
    for (Labelled one : series) {
      String pod = one.label(dialect.pod());
      if (chosen.test(pod)) {
        String key = pod + "/" + one.label(dialect.container());
        byContainer.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(one);
      }
    }
    byContainer.forEach((key, same) -> {
      int slash = key.lastIndexOf('/');
      fold(metric, key.substring(0, slash), key.substring(slash + 1), same, first);
    });
  }

  private void fold(Metric metric, String pod, String name, List<Labelled> same, int first) {
    Owners.Found found = owners.of(pod);
    Workload workload = workloads.computeIfAbsent(found.name(), _ -> new Workload(found.guessed()));
    workload.pods.add(pod);
    workload.roles.put(name, owners.role(pod, name));
    Container container = workload.containers.computeIfAbsent(name, _ -> new Container(points));
    Labelled one = same.size() == 1 ? same.getFirst() : once(same, workload);
    switch (metric) {
      case MEMORY -> {
        fold(container.memory, one, first, workload);
        presence(workload, pod, one, first);
      }
      case THROTTLED -> {
        if (container.throttled.length == 0) {
          container.throttled = absent(points);
        }
        fold(container.throttled, one, first, workload);
      }
      case CPU -> {
        int skip = found.name().runs() ? 0 : startUp(container, pod + "/" + name, one, first);
        fold(
            container.cpu,
            new Labelled(
                one.labels(),
                Arrays.copyOfRange(one.at(), skip, one.at().length),
                Arrays.copyOfRange(one.values(), skip, one.values().length)),
            first,
            workload);
      }
    }
  }

  /** Highest over the pods; what cannot be a measurement is absent. */
  private static void fold(double[] into, Labelled one, int first, Workload workload) {
    int[] at = one.at();
    double[] values = one.values();
    for (int i = 0; i < at.length; i++) {
      double value = values[i];
      if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
        workload.oddSamples = true;
      } else if (!(value <= into[first + at[i]])) {
        into[first + at[i]] = value;
      }
    }
  }

  /** One series out of those of several jobs: of each sample the one of the preferred job. */
  private Labelled once(List<Labelled> same, Workload workload) {
    List<Labelled> ranked = new ArrayList<>(same);
    ranked.sort(Comparator.comparingInt(this::rank));
    double[] merged = absent(points);
    boolean both = false;
    for (Labelled one : ranked) {
      for (int i = 0; i < one.at().length; i++) {
        int at = one.at()[i];
        if (Double.isNaN(merged[at])) {
          merged[at] = one.values()[i];
        } else {
          both = true;
        }
      }
    }
    if (both) {
      ranked.forEach(one -> workload.jobsTwice.add(one.label("job")));
    }
    int[] at = new int[points];
    double[] values = new double[points];
    int n = 0;
    for (int i = 0; i < points; i++) {
      if (!Double.isNaN(merged[i])) {
        at[n] = i;
        values[n++] = merged[i];
      }
    }
    return new Labelled(ranked.getFirst().labels(), Arrays.copyOf(at, n), Arrays.copyOf(values, n));
  }

  private int rank(Labelled one) {
    int rank = dialect.jobs().indexOf(one.label("job"));
    return rank < 0 ? Integer.MAX_VALUE : rank;
  }

  /** Counts a pod by the first of its containers that comes, so that it counts once. */
  private void presence(Workload workload, String pod, Labelled one, int first) {
    if (one.at().length == 0) {
      return;
    }
    int last = first + one.at()[one.at().length - 1];
    Integer counted = lastSample.get("pod/" + pod);
    int from = counted == null ? -1 : counted;
    for (int at : one.at()) {
      if (first + at > from) {
        workload.podSamples++;
      }
    }
    lastSample.put("pod/" + pod, Math.max(from, last));
    workload.firstSample = Math.min(workload.firstSample, first + one.at()[0]);
    if (last >= points - NOW_SAMPLES) {
      workload.podsNow.add(pod);
    }
  }

  /** How many of the first samples are a start-up; remembers its peak. */
  private int startUp(Container container, String key, Labelled one, int first) {
    int n = one.at().length;
    if (n == 0) {
      return 0;
    }
    int begins = first + one.at()[0];
    boolean seen = lastSample.put("cpu/" + key, first + one.at()[n - 1]) != null;
    if (seen || begins == 0 || n < LEAST_LIFE) {
      return 0;
    }
    for (int i = 0; i < START_UP_SAMPLES; i++) {
      double value = one.values()[i];
      if (value >= 0 && value < Double.POSITIVE_INFINITY && !(value <= container.startUpCores)) {
        container.startUpCores = value;
      }
    }
    return START_UP_SAMPLES;
  }

  /**
   * Takes the restarts of containers while their last end was a kill for memory: each step up is
   * one, and the first sample is one too, unless the history begins with it.
   */
  void takeKills(List<Labelled> restarts, int first) {
    for (Labelled one : restarts) {
      @Nullable Container container = container(one);
      if (container == null) {
        continue;
      }
      String key =
          one.label(dialect.exported() + "pod") + "/" + one.label(dialect.exported() + "container");
      double last = lastRestarts.getOrDefault(key, Double.NaN);
      for (int i = 0; i < one.at().length; i++) {
        double now = one.values()[i];
        int at = first + one.at()[i];
        double more = Double.isNaN(last) ? (at > 0 ? 1 : 0) : now - last;
        if (more >= 1) {
          container.kills += (int) Math.min(more, 1000);
          container.lastKill = Math.max(container.lastKill, at);
        }
        last = now;
      }
      lastRestarts.put(key, last);
    }
  }

  /** Takes the limits of containers while their last end was a kill for memory. */
  void takeKillLimits(List<Labelled> limits) {
    for (Labelled one : limits) {
      @Nullable Container container = container(one);
      if (container != null) {
        for (double limit : one.values()) {
          if (limit >= 0 && limit < Double.POSITIVE_INFINITY) {
            container.killedAt = Math.max(container.killedAt, limit);
          }
        }
      }
    }
  }

  private @Nullable Container container(Labelled one) {
    String pod = one.label(dialect.exported() + "pod");
    if (!chosen.test(pod)) {
      return null;
    }
    Workload workload = workloads.get(owners.of(pod).name());
    return workload == null
        ? null
        : workload.containers.get(one.label(dialect.exported() + "container"));
  }
}
