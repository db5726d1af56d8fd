package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.TargetRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The last Scale that was read or written of each workload of a kind that is not watched, for the
 * moments when the budget or the server does not allow another read. Safe for any number of
 * threads.
 */
final class UnwatchedView {
  static final int KEPT = 20_000;

  private record Kept(ScaleObject scale, long heardAt) {}

  /** A Scale and how long ago it was read. */
  record Seen(ScaleObject scale, Duration age) {}

  private final LongSupplier nanoTime;
  private final Map<TargetRef, Kept> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TargetRef, Kept> eldest) {
          return size() > KEPT;
        }
      };

  UnwatchedView(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Keeps it, unless a later one is known already: answers may overtake each other. */
  synchronized void read(TargetRef target, ScaleObject scale) {
    Kept known = entries.get(target);
    if (known == null || !Version.isOlder(scale.resourceVersion(), known.scale.resourceVersion())) {
      entries.put(target, new Kept(scale, nanoTime.getAsLong()));
    }
  }

  synchronized Optional<Seen> find(TargetRef target) {
    Kept known = entries.get(target);
    return known == null
        ? Optional.empty()
        : Optional.of(
            new Seen(
                known.scale, Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - known.heardAt))));
  }
}
