package dev.almanac.predictor.scaling;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What an owner lets no decision do, beside bounds and {@link StepCaps}.
 *
 * @param direction in which the size may move at all
 * @param leastCoverage least share of the Ready pods that demand must come from for a fall, in (0,
 *     1]; empty when coverage is not read
 * @param vetoes signals of trouble that forbid a fall, such as a share of errors
 */
public record Guards(Direction direction, OptionalDouble leastCoverage, List<Veto> vetoes) {

  /** In which direction the size may move. */
  public enum Direction {
    /** In both. */
    BOTH,
    /** It may only rise, as before an event that nobody wants to be short at. */
    UP_ONLY,
    /** It may only fall, as while a dependency cannot take more clients. */
    DOWN_ONLY
  }

  /**
   * A signal of trouble. Load that falls because requests fail is no reason to remove pods: on 4
   * January 2021 Slack's CPU fell while its web tier waited for packets, and the autoscaler took
   * servers away.
   *
   * @param name shown to people, for example {@code errors}
   * @param above a fall is forbidden while the signal is above this; finite, at least 0
   */
  public record Veto(String name, double above) {
    /** Refuses a threshold that nothing can be compared with. */
    public Veto {
      if (!(above >= 0) || Double.isInfinite(above)) {
        throw new IllegalArgumentException("above must be finite and >= 0, was " + above);
      }
    }
  }

  /** Nothing is forbidden. */
  public static final Guards NONE = new Guards(Direction.BOTH, OptionalDouble.empty(), List.of());

  /** Copies the list; checks the share. */
  public Guards {
    vetoes = List.copyOf(vetoes);
    if (leastCoverage.isPresent()
        && !(leastCoverage.getAsDouble() > 0 && leastCoverage.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "leastCoverage must lie in (0, 1], was " + leastCoverage.getAsDouble());
    }
  }

  /** The same in other directions. */
  public Guards with(Direction other) {
    return new Guards(other, leastCoverage, vetoes);
  }

  /** The same with a least coverage. */
  public Guards withLeastCoverage(double share) {
    return new Guards(direction, OptionalDouble.of(share), vetoes);
  }

  /** The same with other vetoes. */
  public Guards with(List<Veto> others) {
    return new Guards(direction, leastCoverage, others);
  }
}
