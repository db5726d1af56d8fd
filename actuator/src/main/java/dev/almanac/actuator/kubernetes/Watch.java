package dev.almanac.actuator.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A view, the loop that keeps it, and the thread that runs the loop.
 *
 * @param view what the loop has heard
 */
record Watch<V>(
    String path,
    V view,
    ListWatch<?> loop,
    Thread thread,
    Duration staleAfter,
    LongSupplier nanoTime) {

  /** How old the view is; empty before the first list. */
  Optional<Duration> age() {
    return loop.heardAt().map(at -> Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - at)));
  }

  WatchHealth health() {
    Optional<Duration> age = age();
    return new WatchHealth(
        path, state(age), age.orElse(Duration.ZERO), loop.lists(), loop.problem());
  }

  private WatchHealth.State state(Optional<Duration> age) {
    if (loop.isForbidden()) {
      return WatchHealth.State.FORBIDDEN;
    }
    if (age.isEmpty()) {
      return WatchHealth.State.UNLISTED;
    }
    boolean stale = age.get().compareTo(staleAfter) > 0;
    return stale ? WatchHealth.State.STALE : WatchHealth.State.LIVE;
  }
}
