package dev.almanac.predictor.scaling;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the guards remember from one decision to the next.
 *
 * @param plausible the last demand that was believed; empty before the first
 * @param doubt of a demand that is too high to be believed; empty while there is none
 * @param stall pods that do not come; empty while they do
 * @param asked the size that the last decision asked for; empty before the first
 * @param foreignSeen time of the last foreign write that a field manager was named for, on its own
 *     clock; empty before the first
 * @param foreignWrites when somebody else has changed the size, oldest first; bounded by {@link
 *     WriterGuard}
 * @param foreignWriter who did so last; empty when nobody did or nobody knows
 */
public record GuardMemory(
    OptionalDouble plausible,
    Optional<Doubt> doubt,
    Optional<Stall> stall,
    OptionalInt asked,
    Optional<Instant> foreignSeen,
    List<Instant> foreignWrites,
    String foreignWriter) {

  private static final GuardMemory NONE =
      new GuardMemory(
          OptionalDouble.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          List.of(),
          "");

  /**
   * A demand that nobody has seen anything like.
   *
   * @param since when it was seen first
   * @param most what is believed of it, whatever sizes follow
   */
  public record Doubt(Instant since, double most) {}

  /**
   * Pods that were asked for and do not become Ready.
   *
   * @param since when more of them were Ready last than ever since
   * @param ready most Ready pods since then
   */
  public record Stall(Instant since, int ready) {}

  /** Copies the list. */
  public GuardMemory {
    foreignWrites = List.copyOf(foreignWrites);
  }

  /** Nothing is remembered. */
  public static GuardMemory none() {
    return NONE;
  }
}
