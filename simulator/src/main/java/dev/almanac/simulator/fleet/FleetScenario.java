package dev.almanac.simulator.fleet;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that a replay of a fleet is determined by.
 *
 * @param start first instant, a whole minute
 * @param minutes that are run, at least 1
 * @param scoreFromMinute earlier ones are warm-up, 0 to {@code minutes}
 * @param tickSeconds time between two decisions: 15, 20, 30 or 60
 * @param workloads at least one, with different names
 * @param supply the nodes; empty: a pod finds a place at once
 * @param outages in any order
 * @param seed of random start-up times
 */
public record FleetScenario(
    Instant start,
    int minutes,
    int scoreFromMinute,
    int tickSeconds,
    List<FleetWorkload> workloads,
    Optional<Supply> supply,
    List<Outage> outages,
    long seed) {

  private static final Set<Integer> TICKS = Set.of(15, 20, 30, 60);

  /** Copies; refuses what does not fit together. */
  public FleetScenario {
    workloads = List.copyOf(workloads);
    outages = List.copyOf(outages);
    if (start.getEpochSecond() % 60 != 0 || start.getNano() != 0) {
      throw new IllegalArgumentException("a scenario begins at a whole minute, not at " + start);
    }
    if (minutes < 1 || scoreFromMinute < 0 || scoreFromMinute > minutes) {
      throw new IllegalArgumentException(
          "need 0 <= scoreFromMinute <= minutes, was %d and %d"
              .formatted(scoreFromMinute, minutes));
    }
    if (!TICKS.contains(tickSeconds)) {
      throw new IllegalArgumentException("a tick has 15, 20, 30 or 60 s, not " + tickSeconds);
    }
    if (workloads.isEmpty()) {
      throw new IllegalArgumentException("a scenario needs at least one workload");
    }
    Set<String> names = new HashSet<>();
    for (FleetWorkload w : workloads) {
      if (!names.add(w.name())) {
        throw new IllegalArgumentException("two workloads are called " + w.name());
      }
    }
    if (supply.isEmpty() && !outages.isEmpty()) {
      throw new IllegalArgumentException("without nodes there is nothing that can fail");
    }
  }

  /** Ticks of one minute. */
  public int ticksPerMinute() {
    return 60 / tickSeconds;
  }

  /** The same with one more outage. */
  public FleetScenario with(Outage outage) {
    List<Outage> all = new java.util.ArrayList<>(outages);
    all.add(outage);
    return new FleetScenario(
        start, minutes, scoreFromMinute, tickSeconds, workloads, supply, all, seed);
  }

  /** The same with other workloads. */
  public FleetScenario with(List<FleetWorkload> others) {
    return new FleetScenario(
        start, minutes, scoreFromMinute, tickSeconds, others, supply, outages, seed);
  }

  /** The same with other nodes. */
  public FleetScenario with(Supply other) {
    return new FleetScenario(
        start, minutes, scoreFromMinute, tickSeconds, workloads, Optional.of(other), outages, seed);
  }
}
