package dev.almanac.service.rightsize;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/**
 * A cluster as its Prometheus remembers it: cAdvisor and kube-state-metrics shaped series of two
 * weeks, a sample every 5 minutes, in OpenMetrics.
 */
final class World {
  static final int STEP = 300;
  static final int PER_DAY = 288;
  static final int SAMPLES = 14 * PER_DAY;
  static final long MI = 1L << 20;

  /** Constant series need to be known only now and then. */
  private static final int SELDOM = 12;

  /** Samples up to the end of which none is left out. */
  private static final int DENSE = 24;

  private final Instant end;
  private final TreeMap<String, StringBuilder> families = new TreeMap<>();
  private final SplittableRandom random = new SplittableRandom(42);
  private int plain;

  /** Ends at an instant. */
  World(Instant end) {
    this.end = Instant.ofEpochSecond(end.getEpochSecond() / STEP * STEP);
  }

  Instant end() {
    return end;
  }

  long at(int sample) {
    return end.getEpochSecond() - (long) (SAMPLES - 1 - sample) * STEP;
  }

  /** One pod of a workload, from a sample to after another one. */
  final class Pod {
    private final String namespace;
    private final String pod;
    final int from;
    final int to;

    Pod(String namespace, String pod, int from, int to) {
      this.namespace = namespace;
      this.pod = pod;
      this.from = from;
      this.to = to;
    }

    Pod ownedBy(String kind, String name) {
      state(
          "kube_pod_owner",
          labels()
              + ",owner_kind=\"%s\",owner_name=\"%s\",owner_is_controller=\"true\""
                  .formatted(kind, name),
          1);
      return this;
    }

    String labels() {
      return "namespace=\"%s\",pod=\"%s\"".formatted(namespace, pod);
    }

    /** Usage under one job. */
    Pod uses(String container, IntToDoubleFunction cores, IntToDoubleFunction mebibytes) {
      return usesAs("kubelet", container, cores, mebibytes);
    }

    Pod usesAs(
        String job, String container, IntToDoubleFunction cores, IntToDoubleFunction mebibytes) {
      String labels =
          "%s,container=\"%s\",job=\"%s\",id=\"/kubepods/%s\",image=\"i\",cpu=\"total\""
              .formatted(labels(), container, job, pod);
      double seconds = 1000 * random.nextDouble();
      for (int i = from; i < to; i++) {
        seconds += cores.applyAsDouble(i) * STEP;
        line("container_cpu_usage_seconds_total", labels, seconds, i);
        line(
            "container_memory_working_set_bytes",
            labels.replace(",cpu=\"total\"", ""),
            mebibytes.applyAsDouble(i) * MI,
            i);
      }
      return this;
    }

    Pod throttled(String container, double cores) {
      double seconds = 0;
      for (int i = from; i < to; i++) {
        seconds += cores * STEP;
        line(
            "container_cpu_cfs_throttled_seconds_total",
            "%s,container=\"%s\",job=\"kubelet\"".formatted(labels(), container),
            seconds,
            i);
      }
      return this;
    }

    /** Requests and limits in cores and MiB; negative for none. */
    Pod asks(String container, double cpu, double memory, double cpuLimit, double memoryLimit) {
      return asks("kube_pod_container", container, cpu, memory, cpuLimit, memoryLimit);
    }

    Pod asks(
        String what,
        String container,
        double cpu,
        double memory,
        double cpuLimit,
        double memoryLimit) {
      String labels = "%s,container=\"%s\",node=\"n\"".formatted(labels(), container);
      amount(what + "_resource_requests", labels, "cpu", "core", cpu);
      amount(what + "_resource_requests", labels, "memory", "byte", memory * MI);
      amount(what + "_resource_limits", labels, "cpu", "core", cpuLimit);
      amount(what + "_resource_limits", labels, "memory", "byte", memoryLimit * MI);
      return this;
    }

    private void amount(String metric, String labels, String resource, String unit, double value) {
      if (value >= 0) {
        state(metric, "%s,resource=\"%s\",unit=\"%s\"".formatted(labels, resource, unit), value);
      }
    }

    Pod init(String container, boolean always) {
      state(
          "kube_pod_init_container_info",
          "%s,container=\"%s\",restart_policy=\"%s\""
              .formatted(labels(), container, always ? "Always" : ""),
          1);
      return this;
    }

    Pod jvm(double heapMax, double nonHeap) {
      state(
          "jvm_memory_max_bytes",
          labels() + ",area=\"heap\",id=\"G1 Eden Space\",instance=\"a\"",
          -1);
      state(
          "jvm_memory_max_bytes",
          labels() + ",area=\"heap\",id=\"G1 Old Gen\",instance=\"a\"",
          heapMax * MI);
      state(
          "jvm_memory_used_bytes",
          labels() + ",area=\"nonheap\",id=\"Metaspace\",instance=\"a\"",
          nonHeap * MI);
      return this;
    }

    /** Killed every so many samples. */
    Pod killed(String container, int every) {
      String labels = "%s,container=\"%s\"".formatted(labels(), container);
      for (int i = from; i < to; i++) {
        line("kube_pod_container_status_restarts_total", labels, (i - from) / every, i);
        if (i - from >= every) {
          line(
              "kube_pod_container_status_last_terminated_reason",
              labels + ",reason=\"OOMKilled\"",
              1,
              i);
        }
        // At the time of a kill, not only now.
        line(
            "kube_pod_container_resource_limits",
            labels + ",node=\"n\",resource=\"memory\",unit=\"byte\"",
            256.0 * MI,
            i);
      }
      return this;
    }

    private void state(String metric, String labels, double value) {
      for (int i = from; i < to; i++) {
        if (i % SELDOM == 0 || i >= to - DENSE) {
          line(metric, labels + (metric.startsWith("jvm") ? "" : ",job=\"ksm\""), value, i);
        }
      }
    }
  }

  Pod pod(String namespace, String pod) {
    return new Pod(namespace, pod, 0, SAMPLES);
  }

  Pod pod(String namespace, String pod, int from, int to) {
    return new Pod(namespace, pod, from, to);
  }

  /** The usual pod of a Deployment, with its ReplicaSet. */
  Pod deployment(String namespace, String name) {
    String set = name + "-7d9f8b6c54";
    object("kube_replicaset_owner", namespace, "replicaset", set, "Deployment", name);
    return pod(namespace, set + "-" + suffix()).ownedBy("ReplicaSet", set);
  }

  String suffix() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      out.append("bcdfghjklmnpqrstvwxz2456789".charAt(random.nextInt(27)));
    }
    return out.toString();
  }

  /** What owns a ReplicaSet or a Job. */
  void object(
      String metric, String namespace, String label, String object, String kind, String name) {
    everySeldom(
        metric,
        "namespace=\"%s\",%s=\"%s\",owner_kind=\"%s\",owner_name=\"%s\",owner_is_controller=\"true\""
            .formatted(namespace, label, object, kind, name),
        1);
  }

  /** A constant. */
  void everySeldom(String metric, String labels, double value) {
    for (int i = 0; i < SAMPLES; i++) {
      if (i % SELDOM == 0 || i >= SAMPLES - DENSE) {
        line(metric, labels + ",job=\"ksm\"", value, i);
      }
    }
  }

  /**
   * A Deployment of the kind that every cluster has many of: it asks for much more than it uses.
   */
  void plain(String namespace) {
    double level = 0.05 + 0.4 * random.nextDouble();
    double memory = 100 + 600 * random.nextDouble();
    SplittableRandom noise = new SplittableRandom(plain);
    deployment(namespace, "plain-%03d".formatted(plain++))
        .uses(
            "app",
            i ->
                level
                    * (1 + 0.5 * Math.sin(2 * Math.PI * i / PER_DAY))
                    * noise.nextDouble(0.9, 1.1),
            i -> memory * noise.nextDouble(0.95, 1.05))
        .asks("app", 2, 2048, -1, 2048);
  }

  IntToDoubleFunction around(double level) {
    SplittableRandom noise = new SplittableRandom(random.nextLong());
    return _ -> level * noise.nextDouble(0.95, 1.05);
  }

  private void line(String metric, String labels, double value, int sample) {
    families
        .computeIfAbsent(metric, _ -> new StringBuilder())
        .append(metric)
        .append('{')
        .append(labels)
        .append("} ")
        .append(number(value))
        .append(' ')
        .append(at(sample))
        .append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.isNaN(value) ? "NaN" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** Writes everything; what was written is forgotten. */
  Path write(Path file) {
    List<String> metrics = new ArrayList<>(families.keySet());
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (String metric : metrics) {
        boolean counter = metric.endsWith("_total");
        String family = counter ? metric.substring(0, metric.length() - "_total".length()) : metric;
        out.write("# TYPE %s %s\n".formatted(family, counter ? "counter" : "gauge"));
        out.append(families.remove(metric));
      }
      out.write("# EOF\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
