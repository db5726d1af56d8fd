package dev.almanac.service.view;

import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.StageName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one decision came about: a traced run of the very step that made it.
 *
 * @param at its instant
 * @param from {@code spec.replicas} before it
 * @param to the size that it asks for; {@code from} under Hold
 * @param hold whether it was Hold
 * @param reason its one reason
 * @param lines what the stages concluded, in their order
 * @param nearestLimit what would have changed it, in words; empty when nothing is near
 */
public record Why(
    Instant at,
    int from,
    int to,
    boolean hold,
    ReasonCode reason,
    List<Line> lines,
    Optional<String> nearestLimit) {

  /** Copies the list. */
  public Why {
    lines = List.copyOf(lines);
  }

  /**
   * One stage's conclusion.
   *
   * @param stage who concluded
   * @param text with numbers and units
   * @param replicas the size as it stood after this stage
   * @param binding whether this stage had the last word
   */
  public record Line(StageName stage, String text, int replicas, boolean binding) {}
}
