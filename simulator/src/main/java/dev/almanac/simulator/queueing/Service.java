package dev.almanac.simulator.queueing;

import java.time.Duration;

/**
 * How the pods of a workload serve requests.
 *
 * @param meanTime of one request without waiting, above zero
 * @param serversPerPod requests that a pod works on at once, 1 to 10,000
 * @param objective a slower answer misses, above zero
 * @param timeout a request that would wait longer is lost, above zero
 * @param demandSeconds time over which demand counts requests: 1 for a rate a second, 60 for
 *     requests a minute
 */
public record Service(
    Duration meanTime, int serversPerPod, Duration objective, Duration timeout, int demandSeconds) {

  private static final int MOST_SERVERS = 10_000;

  /** Refuses values out of bounds. */
  public Service {
    if (!meanTime.isPositive() || !objective.isPositive() || !timeout.isPositive()) {
      throw new IllegalArgumentException("service time, objective and timeout must be above zero");
    }
    if (serversPerPod < 1 || serversPerPod > MOST_SERVERS || demandSeconds < 1) {
      throw new IllegalArgumentException(
          "servers of a pod must lie in 1 to %,d and demand in seconds be 1 or more"
              .formatted(MOST_SERVERS));
    }
  }

  /** Requests a second that one server finishes. */
  public double serviceRate() {
    return 1e9 / meanTime.toNanos();
  }
}
