package dev.almanac.simulator.outcome;

import java.time.Instant;
import java.util.Arrays;

/**
 * What a policy did, tick by tick, and what came of it. The arrays are shared, not copied: nobody
 * writes to them after construction.
 *
 * @param outcome counted over the scored ticks
 * @param start first instant of the first tick that was run
 * @param desired {@code spec.replicas} after the decision of each tick
 * @param ready pods that served in each tick, same length
 * @param hash SHA-256 in hex over all that the policy did; the same on every run
 */
public record PolicyRun(Outcome outcome, Instant start, int[] desired, int[] ready, String hash) {

  /** Refuses arrays of different length. */
  public PolicyRun {
    if (desired.length != ready.length) {
      throw new IllegalArgumentException(
          "%d ticks desired but %d ready".formatted(desired.length, ready.length));
    }
  }

  /** A run whose hash covers its outcome and its replicas. */
  public static PolicyRun of(Outcome outcome, Instant start, int[] desired, int[] ready) {
    String hash = new ResultHash().add(outcome).add(start).add(desired).add(ready).hex();
    return new PolicyRun(outcome, start, desired, ready, hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PolicyRun run
        && run.outcome.equals(outcome)
        && run.start.equals(start)
        && Arrays.equals(run.desired, desired)
        && Arrays.equals(run.ready, ready)
        && run.hash.equals(hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "PolicyRun[%s, %s + %d ticks]".formatted(outcome, start, desired.length);
  }
}
