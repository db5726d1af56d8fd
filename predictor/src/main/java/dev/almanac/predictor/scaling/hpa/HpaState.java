package dev.almanac.predictor.scaling.hpa;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one sync leaves to the next. The status is in the API object and outlives the controller;
 * the rest is the controller's memory, and a restart loses it.
 *
 * @param status of the HPA object
 * @param recommendations raw answers in their slots; empty before the first sync, which is not the
 *     same as an empty list
 * @param scaleUps log of rises, kept only with a {@code behavior}
 * @param scaleDowns log of falls, likewise
 */
public record HpaState(
    HpaStatus status,
    Optional<List<Recommendation>> recommendations,
    List<ScaleEvent> scaleUps,
    List<ScaleEvent> scaleDowns) {

  /** A raw answer: what the metrics asked for, before stabilization. */
  public record Recommendation(Instant at, int replicas) {}

  /** Copies the lists. */
  public HpaState {
    recommendations = recommendations.map(List::copyOf);
    scaleUps = List.copyOf(scaleUps);
    scaleDowns = List.copyOf(scaleDowns);
  }

  /** As a controller finds an HPA when it starts. */
  public static HpaState cold(HpaStatus status) {
    return new HpaState(status, Optional.empty(), List.of(), List.of());
  }
}
