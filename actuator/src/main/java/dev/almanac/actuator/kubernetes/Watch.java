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
    WatchHealth.State state =
        loop.isForbidden()
            ? WatchHealth.State.FORBIDDEN
            : age.isEmpty()
                ? WatchHealth.State.UNLISTED
                : age.get().compareTo(staleAfter) > 0
                    ? WatchHealth.State.STALE
                    : WatchHealth.State.LIVE;
    return new WatchHealth(path, state, age.orElse(Duration.ZERO), loop.lists(), loop.problem());
  }
}
