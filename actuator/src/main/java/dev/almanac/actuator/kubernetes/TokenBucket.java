package dev.almanac.actuator.kubernetes;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets {@code burst} requests through at once and {@code perSecond} in the long run. It never
 * waits: who gets nothing hears how long to stay away. Safe for any number of threads.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perNano;
  private final int burst;
  private final LongSupplier nanoTime;
  private double tokens;
  private long filledAt;

  TokenBucket(double perSecond, int burst, LongSupplier nanoTime) {
    check(perSecond, burst);
    this.perNano = perSecond / NANOS_PER_SECOND;
    this.burst = burst;
    this.nanoTime = nanoTime;
    this.tokens = burst;
    this.filledAt = nanoTime.getAsLong();
  }

  static void check(double perSecond, int burst) {
    if (!(perSecond > 0 && perSecond <= 10_000) || burst < 1 || burst > 10_000) {
      throw new IllegalArgumentException(
          "requests per second must be in (0, 10000] and the burst in [1, 10000]; got %s and %d"
              .formatted(perSecond, burst));
    }
  }

  /** Zero when a token was taken, otherwise the time until the next one. */
  synchronized Duration take() {
    long now = nanoTime.getAsLong();
    tokens = Math.min(burst, tokens + Math.max(0, now - filledAt) * perNano);
    filledAt = now;
    if (tokens >= 1) {
      tokens -= 1;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) Math.ceil((1 - tokens) / perNano));
  }
}
