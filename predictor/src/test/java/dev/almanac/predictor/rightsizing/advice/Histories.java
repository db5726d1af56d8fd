package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.JvmMemory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Made-up workloads, a sentence each. */
final class Histories {
  static final long MI = 1L << 20;
  static final int DAYS = 14;

  /** A Monday, midnight. */
  static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

  private Histories() {}

  /** Around a level, with a tenth of noise. */
  static double[] steady(double level) {
    SplittableRandom random = new SplittableRandom(1);
    double[] samples = new double[DAYS * PER_DAY];
    Arrays.setAll(samples, _ -> level * random.nextDouble(0.9, 1.1));
    return samples;
  }

  static double[] absent() {
    double[] samples = new double[DAYS * PER_DAY];
    Arrays.fill(samples, Double.NaN);
    return samples;
  }

  /** Sets the same hours of every day, or of one day of the week. */
  static double[] with(
      double[] samples, int everyDays, int day, int hour, int hours, double level) {
    double[] changed = samples.clone();
    for (int d = day; d < DAYS; d += everyDays) {
      Arrays.fill(changed, d * PER_DAY + hour * 12, d * PER_DAY + (hour + hours) * 12, level);
    }
    return changed;
  }

  static ContainerResources burstable(long millicores, long mebibytes) {
    return new ContainerResources(ResourceList.of(millicores, mebibytes * MI), ResourceList.NONE);
  }

  static ContainerResources guaranteed(long millicores, long mebibytes) {
    ResourceList both = ResourceList.of(millicores, mebibytes * MI);
    return new ContainerResources(both, both);
  }

  static ContainerHistory container(ContainerResources now, double[] cpu, double[] memory) {
    return new ContainerHistory(
        "app",
        Role.MAIN,
        Optional.of(now),
        cpu,
        new double[0],
        memory,
        OomKills.NONE,
        OptionalDouble.empty(),
        Optional.empty());
  }

  static ContainerHistory named(ContainerHistory c, String name, Role role) {
    return new ContainerHistory(
        name,
        role,
        c.now(),
        c.cpu(),
        c.throttled(),
        c.memory(),
        c.oomKills(),
        c.startUpCores(),
        c.jvm());
  }

  static ContainerHistory throttled(ContainerHistory c, double[] throttled) {
    return new ContainerHistory(
        c.name(),
        c.role(),
        c.now(),
        c.cpu(),
        throttled,
        c.memory(),
        c.oomKills(),
        c.startUpCores(),
        c.jvm());
  }

  static ContainerHistory killed(ContainerHistory c, OomKills kills) {
    return new ContainerHistory(
        c.name(),
        c.role(),
        c.now(),
        c.cpu(),
        c.throttled(),
        c.memory(),
        kills,
        c.startUpCores(),
        c.jvm());
  }

  static ContainerHistory starting(ContainerHistory c, double cores, Optional<JvmMemory> jvm) {
    return new ContainerHistory(
        c.name(),
        c.role(),
        c.now(),
        c.cpu(),
        c.throttled(),
        c.memory(),
        c.oomKills(),
        cores > 0 ? OptionalDouble.of(cores) : OptionalDouble.empty(),
        jvm);
  }

  static WorkloadHistory workload(String kind, ContainerHistory... containers) {
    return new WorkloadHistory(
        new WorkloadName("shop", kind, "web"),
        false,
        START,
        3,
        3,
        List.of(containers),
        Optional.empty(),
        List.of());
  }

  static WorkloadHistory scaled(WorkloadHistory w, UtilizationTarget target) {
    return new WorkloadHistory(
        w.name(),
        w.guessed(),
        w.start(),
        w.pods(),
        w.meanPods(),
        w.containers(),
        Optional.of(target),
        w.notes());
  }

  static WorkloadHistory withPods(WorkloadHistory w, int pods) {
    return new WorkloadHistory(
        w.name(), w.guessed(), w.start(), pods, pods, w.containers(), w.hpa(), w.notes());
  }
}
