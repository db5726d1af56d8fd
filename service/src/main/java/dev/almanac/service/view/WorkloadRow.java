package dev.almanac.service.view;

import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.Stage;
import java.time.Instant;
import java.util.Optional;

/**
 * One workload in the list.
 *
 * @param workload its name
 * @param stage how far its forecast is trusted
 * @param replicas its sizes, empty while the target has not been seen
 * @param reason the reason of the last decision
 * @param hold why nothing is decided, empty while decisions are made
 * @param next what will happen next, empty when nothing is expected
 * @param shortMinutes minutes short of replicas so far
 * @param evidence what the last decision knew
 * @param riskOrder place in the list, the most urgent first; equal places sort by name
 */
public record WorkloadRow(
    WorkloadName workload,
    Stage stage,
    Optional<Replicas> replicas,
    ReasonCode reason,
    Optional<Hold> hold,
    Optional<Next> next,
    ShortMinutes shortMinutes,
    Evidence evidence,
    int riskOrder) {

  /**
   * Why the size is left alone.
   *
   * @param words the cause, for example {@code no data from cluster-prometheus}; no time in them
   * @param since when it began, empty when that is not known
   */
  public record Hold(String words, Optional<Instant> since) {}

  /**
   * What the forecast says will happen.
   *
   * @param words for example {@code peaks} or {@code at max}; no time in them, because the viewer's
   *     zone is not known here
   * @param at when, empty for a state such as {@code steady}
   */
  public record Next(String words, Optional<Instant> at) {}
}
