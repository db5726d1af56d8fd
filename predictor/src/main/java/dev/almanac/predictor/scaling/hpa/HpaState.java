package dev.almanac.predictor.scaling.hpa;

import java.util.Optional;

/**
 * What one sync leaves to the next. The status is in the API object and outlives the controller;
 * the history is the controller's memory, and a restart loses it.
 *
 * @param status of the HPA object
 * @param history empty before the first sync, which is not the same as a history without entries
 */
public record HpaState(HpaStatus status, Optional<History> history) {

  /** As a controller finds an HPA when it starts. */
  public static HpaState cold(HpaStatus status) {
    return new HpaState(status, Optional.empty());
  }
}
