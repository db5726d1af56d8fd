package dev.almanac.predictor.scaling;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything of the decision that has memory. A value: what a decision learns goes into the next
 * state, and a state restored from a decision log continues as if nothing had happened.
 *
 * @param recommendations the reactive rule's raw answers, in HPA's slots (hpa.md 1.6)
 * @param sizes changes of {@code spec.replicas} as they were observed, oldest first, at most as old
 *     as the window of the step caps
 * @param ticksAbove for how many decisions in a row the size has been above the hold band
 * @param forecastMissingSince when the forecast was first found missing, empty while there is one
 */
public record AutoscalerState(
    List<Recommendation> recommendations,
    List<Size> sizes,
    int ticksAbove,
    Optional<Instant> forecastMissingSince) {

  /** A raw answer of the reactive rule. */
  public record Recommendation(Instant at, int replicas) {}

  /** {@code spec.replicas} as first seen at an instant. */
  public record Size(Instant at, int replicas) {}

  /** Copies the lists. */
  public AutoscalerState {
    recommendations = List.copyOf(recommendations);
    sizes = List.copyOf(sizes);
  }

  /** A state that remembers nothing. The first step seeds it with the size that is there. */
  public static AutoscalerState cold() {
    return new AutoscalerState(List.of(), List.of(), 0, Optional.empty());
  }
}
