package dev.almanac.predictor.scaling;

import dev.almanac.predictor.forecast.window.SpreadTracker;
import dev.almanac.predictor.forecast.window.WindowForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far recent windows were off, in spreads, and the one window that is waited for. One window at
 * a time: the next one opens when it has closed, so that the state stays small.
 *
 * @param size mean of |standardised residual|, 1 where the spread is right, at least 0
 * @param awaited empty before the first forecast
 */
public record WindowMemory(double size, Optional<Awaited> awaited) {

  /** A window without a reading for so long after its end says nothing. */
  private static final Duration LATE = Duration.ofMinutes(5);

  /**
   * A window that is open.
   *
   * @param opened when it was forecast
   * @param closes when its maximum is known
   * @param location of the square root of its maximum
   * @param spread of that
   * @param highest demand seen since it opened, in replicas, at least 0
   */
  public record Awaited(
      Instant opened, Instant closes, double location, double spread, double highest) {}

  /** Nothing has been seen yet. */
  public static WindowMemory none() {
    return new WindowMemory(SpreadTracker.START, Optional.empty());
  }

  /** Factor on a spread that is forecast now. */
  double factor() {
    return SpreadTracker.factor(size);
  }

  /** Whether recent windows were further off than a spread is ever widened. */
  boolean isBeyond() {
    return SpreadTracker.isBeyond(size);
  }

  /**
   * The memory after one decision.
   *
   * @param demand now, in replicas, at least 0; NaN when unknown
   * @param ahead the window that is forecast now
   */
  WindowMemory after(Instant at, double demand, WindowForecast.Ahead ahead) {
    if (awaited.isEmpty()) {
      return open(size, at, ahead);
    }
    Awaited a = awaited.get();
    if (at.isBefore(a.opened())) {
      return open(size, at, ahead); // the clock was set back
    }
    boolean counts = at.isAfter(a.opened()) && demand > a.highest(); // false for NaN
    double highest = counts ? demand : a.highest();
    if (at.isBefore(a.closes())) {
      return counts
          ? new WindowMemory(
              size,
              Optional.of(new Awaited(a.opened(), a.closes(), a.location(), a.spread(), highest)))
          : this;
    }
    if (at.isAfter(a.closes().plus(LATE))) {
      return open(size, at, ahead);
    }
    double minutes = Duration.between(a.opened(), a.closes()).toMillis() / 60_000.0;
    double residual = (Math.sqrt(highest) - a.location()) / a.spread();
    double next = SpreadTracker.update(size, residual, SpreadTracker.gain(Math.max(0, minutes)));
    return open(next, at, ahead);
  }

  private static WindowMemory open(double size, Instant at, WindowForecast.Ahead ahead) {
    return new WindowMemory(
        size, Optional.of(new Awaited(at, ahead.closes(), ahead.location(), ahead.spread(), 0)));
  }
}
