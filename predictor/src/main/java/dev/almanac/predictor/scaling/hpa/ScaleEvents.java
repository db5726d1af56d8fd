package dev.almanac.predictor.scaling.hpa;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The log of changes that rate limits are charged against, one per direction (Kubernetes 1.37,
 * {@code horizontal.go}: {@code storeScaleEvent}).
 */
final class ScaleEvents {
  private ScaleEvents() {}

  /**
   * The log after a change. What is older than every policy's period is marked outdated, and the
   * last slot so marked is used again, so the log stays as long as its busiest time.
   *
   * @param change replicas, at least 0
   * @param longestPeriod of this direction's policies; an event exactly that old is not outdated
   */
  static List<ScaleEvent> store(
      List<ScaleEvent> log, Instant now, int change, Duration longestPeriod) {
    List<ScaleEvent> next = new ArrayList<>(log.size() + 1);
    int slot = log.size();
    Instant oldest = now.minus(longestPeriod);
    for (ScaleEvent event : log) {
      boolean outdated = event.outdated() || event.at().isBefore(oldest);
      if (outdated) {
        slot = next.size();
      }
      next.add(new ScaleEvent(event.at(), event.change(), outdated));
    }
    ScaleEvent newest = new ScaleEvent(now, change, false);
    if (slot == next.size()) {
      next.add(newest);
    } else {
      next.set(slot, newest);
    }
    return next;
  }
}
