package dev.almanac.actuator.kubernetes;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What may be sent to one API server by all of us together. An answer 429 stops everything, watches
 * that would be opened included, until its Retry-After is over: retries that go round the limiter
 * are what made such overloads worse (k8s#34938, client-go#222).
 */
final class RequestBudget {
  /** A server that asks for more is not believed. */
  static final Duration LONGEST_HOLD = Duration.ofMinutes(5);

  /** For an answer 429 that names no time. */
  static final Duration DEFAULT_HOLD = Duration.ofSeconds(1);

  private final TokenBucket writes;
  private final TokenBucket reads;
  private final LongSupplier nanoTime;
  private long holdEndsAt;

  RequestBudget(RequestLimits limits, LongSupplier nanoTime) {
    this.writes = new TokenBucket(limits.writesPerSecond(), limits.writeBurst(), nanoTime);
    this.reads = new TokenBucket(limits.readsPerSecond(), limits.readBurst(), nanoTime);
    this.nanoTime = nanoTime;
    this.holdEndsAt = nanoTime.getAsLong();
  }

  /** Zero when a write may be sent now, otherwise how long to stay away. */
  Duration takeWrite() {
    Duration held = held();
    return held.isZero() ? writes.take() : held;
  }

  /** Zero when a read may be sent now, otherwise how long to stay away. */
  Duration takeRead() {
    Duration held = held();
    return held.isZero() ? reads.take() : held;
  }

  /** What is left of the server's Retry-After; zero when requests may be sent. */
  synchronized Duration held() {
    return Duration.ofNanos(Math.max(0, holdEndsAt - nanoTime.getAsLong()));
  }

  /** Nothing is sent for this long; a hold that lasts longer already stays. */
  synchronized void hold(Duration duration) {
    long ends = nanoTime.getAsLong() + bounded(duration).toNanos();
    if (ends - holdEndsAt > 0) {
      holdEndsAt = ends;
    }
  }

  static Duration bounded(Duration retryAfter) {
    return retryAfter.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : retryAfter;
  }
}
