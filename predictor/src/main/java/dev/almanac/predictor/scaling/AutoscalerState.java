package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.hpa.History;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything of the decision that has memory. A value: what a decision learns goes into the next
 * state, and a state restored from a decision log continues as if nothing had happened.
 *
 * @param reactive what the reactive rule remembers, empty before the first step
 * @param sizes changes of {@code spec.replicas} as they were observed, oldest first, at most as old
 *     as the window of the step caps
 * @param ticksAbove for how many decisions in a row the size has been above the hold band
 * @param forecastMissingSince when the forecast was first found missing, empty while there is one
 * @param lead how far the forecasts over the lead time were off
 * @param hold how far those over the longer window were off
 * @param guards what the guards remember
 */
public record AutoscalerState(
    Optional<ReactiveMemory> reactive,
    List<Size> sizes,
    int ticksAbove,
    Optional<Instant> forecastMissingSince,
    WindowMemory lead,
    WindowMemory hold,
    GuardMemory guards) {

  /**
   * The memory of the reactive rule.
   *
   * @param history its raw answers, and the changes that its rate limits charge
   * @param last size and time of the last step: a size that differs now was set by that step
   */
  public record ReactiveMemory(History history, Size last) {}

  /** {@code spec.replicas} as first seen at an instant. */
  public record Size(Instant at, int replicas) {}

  /** Copies the lists. */
  public AutoscalerState {
    sizes = List.copyOf(sizes);
  }

  /** A state that remembers nothing. The first step seeds it with the size that is there. */
  public static AutoscalerState cold() {
    return new AutoscalerState(
        Optional.empty(),
        List.of(),
        0,
        Optional.empty(),
        WindowMemory.none(),
        WindowMemory.none(),
        GuardMemory.none());
  }

  /** So far back and the clock was set: a tick that overtakes another is not later by as much. */
  private static final Duration BACK = Duration.ofSeconds(30);

  /** So far ahead, and at least by twenty decisions, and what windows remember is over. */
  private static final Duration AHEAD = Duration.ofMinutes(10);

  private static final int AHEAD_TICKS = 20;

  /**
   * This state as one may go on from it at an instant. Where the clock was set back, or decisions
   * have paused for long, the windows know nothing of the time before: they start anew with the
   * size that is there, as after a restart, so that nothing falls at once and nothing waits for a
   * time that has been already.
   */
  AutoscalerState asOf(Instant at, Duration interval) {
    if (reactive.isEmpty()) {
      return this;
    }
    // In whole milliseconds, and without an object for each: this is asked in every step.
    long passed = at.toEpochMilli() - reactive.get().last().at().toEpochMilli();
    long ahead = Math.max(AHEAD.toMillis(), AHEAD_TICKS * interval.toMillis());
    return passed < -BACK.toMillis() || passed > ahead
        ? new AutoscalerState(
            Optional.empty(), List.of(), 0, forecastMissingSince, lead, hold, guards)
        : this;
  }
}
