package dev.almanac.predictor.rightsizing.advice;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.JvmHeap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is known about one container of a workload, over all of its pods.
 *
 * <p>Usage is that of the pod that used most, at each instant: a request has to fit every pod.
 * Samples are 5 minutes apart, in whole days; absent ones are NaN. All three series are of one
 * length, or of none where the metric does not exist. Arrays are not copied.
 *
 * @param now requests and limits today; empty where nobody says
 * @param cpu cores
 * @param throttled seconds per second for which threads stood ready and were held back
 * @param memory bytes of the working set
 * @param startUpCores highest usage of a pod's first minutes, which are absent from {@code cpu}
 */
public record ContainerHistory(
    String name,
    Role role,
    Optional<ContainerResources> now,
    double[] cpu,
    double[] throttled,
    double[] memory,
    OomKills oomKills,
    OptionalDouble startUpCores,
    Optional<JvmMemory> jvm) {

  /** What a container is to its pod. */
  public enum Role {
    /** Runs as long as the pod. */
    MAIN,
    /** An init container that is restarted always: it runs with the others. */
    SIDECAR,
    /** Ends before the others start. */
    INIT
  }

  /**
   * Kills by the kernel for want of memory.
   *
   * @param count in the whole history
   * @param limitBytes highest limit at which one happened; 0 where it is not known
   * @param lastSample index of the last one
   */
  public record OomKills(int count, long limitBytes, int lastSample) {
    /** There were none. */
    public static final OomKills NONE = new OomKills(0, 0, 0);
  }

  /**
   * How large a JVM may become: its own account, highest over the pods, or what its arguments say.
   *
   * @param nonHeapPeakBytes 0 where it is not known
   */
  public record JvmMemory(long heapMaxBytes, long nonHeapPeakBytes) {}

  /** Refuses usage that nobody can have. */
  public ContainerHistory {
    check(cpu, cpu, "CPU");
    check(throttled, cpu, "throttled time");
    check(memory, memory, "memory");
    if (cpu.length > 0 && memory.length > 0 && cpu.length != memory.length) {
      throw new IllegalArgumentException(
          "CPU and memory of one time: %d, %d samples".formatted(cpu.length, memory.length));
    }
  }

  /**
   * The same where its command line and environment are known: a size of the heap that they give
   * counts where the JVM does not report its own.
   *
   * @param arguments of the JVM, the last of several of a kind counts
   */
  public ContainerHistory startedWith(List<String> arguments) {
    OptionalLong limit = now.map(n -> n.limits().get(Resource.MEMORY)).orElse(OptionalLong.empty());
    JvmHeap heap = JvmHeap.of(arguments, limit.orElse(Long.MAX_VALUE));
    boolean said =
        heap.source() == JvmHeap.Source.ABSOLUTE
            || (heap.source() == JvmHeap.Source.PERCENTAGE && limit.isPresent());
    return jvm.isPresent() || !said
        ? this
        : new ContainerHistory(
            name,
            role,
            now,
            cpu,
            throttled,
            memory,
            oomKills,
            startUpCores,
            Optional.of(new JvmMemory(heap.maxBytes(), 0)));
  }

  private static void check(double[] samples, double[] beside, String what) {
    if (samples.length > 0 && samples.length != beside.length) {
      throw new IllegalArgumentException(
          "%s has %d samples, not %d".formatted(what, samples.length, beside.length));
    }
    for (double sample : samples) {
      if (sample < 0 || sample == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("%s cannot be %s".formatted(what, sample));
      }
    }
  }
}
