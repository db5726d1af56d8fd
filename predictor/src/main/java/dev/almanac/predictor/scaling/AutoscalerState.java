package dev.almanac.predictor.scaling;

import dev.almanac.predictor.scaling.hpa.History;
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
 */
public record AutoscalerState(
    Optional<ReactiveMemory> reactive,
    List<Size> sizes,
    int ticksAbove,
    Optional<Instant> forecastMissingSince,
    WindowMemory lead,
    WindowMemory hold) {

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
        Optional.empty(), List.of(), 0, Optional.empty(), WindowMemory.none(), WindowMemory.none());
  }
}
