package dev.almanac.service.view;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Is it safe, at one glance.
 *
 * @param now the loop's present
 * @param speed seconds of the loop's time that pass in a second; 1 unless something is replayed
 * @param replay what is replayed, in words, empty in a cluster
 * @param evidenceAge age of the newest sample of the workload that has waited longest for one;
 *     empty when there is no workload or one has never had a sample
 * @param stages how many workloads stand at each stage
 * @param leader who holds the lease, empty when nobody is known to
 * @param leading whether this process is the leader and so may write
 * @param paused whether a person has switched all writing off
 */
public record FleetSummary(
    Instant now,
    double speed,
    Optional<String> replay,
    Optional<Duration> evidenceAge,
    StageCounts stages,
    Optional<String> leader,
    boolean leading,
    boolean paused) {

  /** How many workloads stand at each stage of trust. */
  public record StageCounts(int shadow, int floor, int full) {}
}
