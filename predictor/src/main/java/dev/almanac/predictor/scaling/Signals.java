package dev.almanac.predictor.scaling;

import dev.almanac.predictor.metrics.Reading;
import java.util.List;
import java.util.Optional;

/**
 * What is read beside the demand, to judge whether a fall would be safe.
 *
 * @param reportingPods how many pods the demand comes from; empty when the policy does not ask
 * @param vetoes one for each of {@link Guards#vetoes()}, in its order
 */
public record Signals(Optional<Reading> reportingPods, List<Reading> vetoes) {
  private static final Signals NONE = new Signals(Optional.empty(), List.of());

  /** Copies the list. */
  public Signals {
    vetoes = List.copyOf(vetoes);
  }

  /** Nothing beside the demand is read. */
  public static Signals none() {
    return NONE;
  }
}
