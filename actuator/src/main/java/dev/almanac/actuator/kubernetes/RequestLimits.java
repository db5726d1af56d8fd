package dev.almanac.actuator.kubernetes;

import java.time.Duration;

/**
 * How many requests are sent to the API server, and how long each may take. Watches and lists are
 * not counted here: they are bounded by their number and their pauses ({@link WatchTimes}).
 *
 * @param writesPerSecond writes sent per second in the long run
 * @param writeBurst writes sent at once after a quiet time
 * @param readsPerSecond single reads per second in the long run: workloads that are read through
 *     their scale subresource, reads after a conflict, discovery
 * @param readBurst reads sent at once after a quiet time
 * @param connectTimeout longest time to connect
 * @param readTimeout longest silence within an answer
 * @param callTimeout longest time for a request altogether
 */
public record RequestLimits(
    double writesPerSecond,
    int writeBurst,
    double readsPerSecond,
    int readBurst,
    Duration connectTimeout,
    Duration readTimeout,
    Duration callTimeout) {

  /** 20 writes and 50 reads a second, twice as many at once; 2 s, 10 s and 15 s. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(
          20, 40, 50, 100, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(15));

  /** Refuses limits that would allow nothing, or anything. */
  public RequestLimits {
    TokenBucket.check(writesPerSecond, writeBurst);
    TokenBucket.check(readsPerSecond, readBurst);
    WatchTimes.requirePositive("connectTimeout", connectTimeout);
    WatchTimes.requirePositive("readTimeout", readTimeout);
    WatchTimes.requirePositive("callTimeout", callTimeout);
  }

  /** The same with another rate of writes. */
  public RequestLimits withWrites(double perSecond, int burst) {
    return new RequestLimits(
        perSecond, burst, readsPerSecond, readBurst, connectTimeout, readTimeout, callTimeout);
  }

  /** The same with another rate of reads. */
  public RequestLimits withReads(double perSecond, int burst) {
    return new RequestLimits(
        writesPerSecond, writeBurst, perSecond, burst, connectTimeout, readTimeout, callTimeout);
  }

  /** The same with other times. */
  public RequestLimits withTimeouts(Duration connect, Duration read, Duration call) {
    return new RequestLimits(
        writesPerSecond, writeBurst, readsPerSecond, readBurst, connect, read, call);
  }
}
