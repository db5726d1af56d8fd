package dev.almanac.service.telemetry;

import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.service.loop.WorkloadTick;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sizes of workloads whose decisions are published and followed by another autoscaler. That one
 * holds when a metric is missing, and follows a wrong one: so a size is there only while the
 * decision that made it is fresh and was not Hold. Safe for any number of threads.
 */
final class Emitted {
  /** A decision that two further ones should have replaced is old. */
  private static final int INTERVALS = 2;

  private record Size(String namespace, String name, int replicas, Instant until) {}

  private final Map<String, Size> sizes = new ConcurrentHashMap<>();

  /** Takes a size with its labels. */
  interface Series {
    void size(double replicas, String namespace, String name);
  }

  /** Remembers what was decided, or that nothing was. */
  void decided(WorkloadTick.Decided d) {
    String id = d.workload().id();
    if (d.policy().actuation() == Actuation.EMIT
        && d.admitted().answer() instanceof Decision.Answer.Replicas(int count)) {
      Duration life = d.policy().interval().multipliedBy(INTERVALS);
      sizes.put(
          id, new Size(d.workload().namespace(), d.workload().name(), count, d.at().plus(life)));
    } else {
      sizes.remove(id);
    }
  }

  /** Tells what is fresh now, and forgets what is not. */
  void at(Instant now, Series series) {
    sizes.values().removeIf(size -> now.isAfter(size.until()));
    sizes.values().forEach(size -> series.size(size.replicas(), size.namespace(), size.name()));
  }
}
