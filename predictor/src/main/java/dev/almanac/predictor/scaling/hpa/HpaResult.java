package dev.almanac.predictor.scaling.hpa;

import java.util.List;
import java.util.Optional;

/**
 * What one sync did.
 *
 * @param next to sync with next
 * @param desiredReplicas what the status shows afterwards
 * @param action what was written to the scale subresource
 * @param error why the sync counts as failed; a sync may fail and still rescale, when some metrics
 *     failed and the others do not ask for less
 * @param proposals one per metric that was looked at, in the spec's order
 * @param events to be recorded, oldest first
 * @param statusChanged whether the HPA's status has to be written at all
 */
public record HpaResult(
    HpaState next,
    int desiredReplicas,
    Action action,
    Optional<String> error,
    List<Proposal> proposals,
    List<Event> events,
    boolean statusChanged) {

  /** A label of the controller's own metrics. */
  public enum Action {
    NONE,
    SCALE_UP,
    SCALE_DOWN
  }

  /** A Kubernetes Event. */
  public record Event(boolean warning, ConditionReason reason, String message) {}

  /** Copies the lists. */
  public HpaResult {
    proposals = List.copyOf(proposals);
    events = List.copyOf(events);
  }

  /** Whether the size was changed. */
  public boolean rescaled() {
    return action != Action.NONE;
  }
}
