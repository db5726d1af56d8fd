package dev.almanac.service.serve;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.service.http.Probes;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.loop.WorkloadTick;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ready means that decisions rest on fresh evidence, not that the process has started: the last
 * tick is recent, and at least one workload was decided on a present reading within two of its
 * intervals.
 */
final class Readiness implements TickListener {
  private final InstantSource clock;
  private final Map<String, Instant> freshUntil = new ConcurrentHashMap<>();
  private volatile int managed;
  private volatile boolean stopping;
  private volatile Instant lastTick = Instant.MIN;
  private volatile Duration patience = Duration.ofSeconds(30);
  private volatile String trouble = "no decision yet";

  Readiness(InstantSource clock) {
    this.clock = clock;
  }

  void manage(int workloads, Duration longestInterval) {
    managed = workloads;
    patience = longestInterval.multipliedBy(2);
  }

  void stopping() {
    stopping = true;
  }

  @Override
  public void ticked(Instant at, List<WorkloadTick> outcomes) {
    lastTick = at;
    for (WorkloadTick outcome : outcomes) {
      switch (outcome) {
        case WorkloadTick.Decided d -> {
          if (d.observation().demand().now() instanceof Reading.Present) {
            freshUntil.put(d.workload().id(), at.plus(d.policy().interval().multipliedBy(2)));
          } else {
            trouble = d.workload().id() + ": " + d.decision().reason();
          }
        }
        case WorkloadTick.Skipped s -> trouble = s.workload().id() + ": " + s.cause();
      }
    }
  }

  Probes.Readiness now() {
    Instant at = clock.instant();
    if (stopping) {
      return new Probes.Readiness(false, "stopping");
    }
    if (managed == 0) {
      return new Probes.Readiness(true, "ready: nothing is configured");
    }
    if (lastTick.equals(Instant.MIN) || lastTick.plus(patience).isBefore(at)) {
      return new Probes.Readiness(false, "no tick of the control loop lately");
    }
    long fresh = freshUntil.values().stream().filter(until -> !until.isBefore(at)).count();
    return fresh == 0
        ? new Probes.Readiness(false, "no fresh evidence; last: " + trouble)
        : new Probes.Readiness(
            true, "ready: %d of %d have fresh evidence".formatted(fresh, managed));
  }
}
