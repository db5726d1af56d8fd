package dev.almanac.predictor.forecast;

import java.util.Arrays;
import java.util.List;

/**
 * What {@link OnlineForecaster} has learned from forecasts whose targets have come: a value, equal
 * by content, to be kept over refits and restarts. Its size does not depend on history.
 *
 * @param signed whether values may be negative; if that changes, everything starts again
 * @param horizons one for each horizon that is watched, rising
 */
public record OnlineState(boolean signed, List<Horizon> horizons) {

  /** Copies the list. */
  public OnlineState {
    horizons = List.copyOf(horizons);
  }

  /**
   * One watched horizon. What waits for its target is kept as floats, for every series of a fleet
   * has some of it: seven digits, and nothing beyond 3e38 is told apart.
   *
   * @param steps how far ahead
   * @param losses discounted pinball loss of each member
   * @param seen discounted number of forecasts that the losses are made of
   * @param offsets shift of each level, in residual scales
   * @param widths log of the factor on the distance of each level from the median
   * @param slotOffsets shift of each level in each of eight slots of the day, slot after slot
   * @param targets instants, in epoch seconds, that forecasts wait for (of the first step of a
   *     window), oldest first, at most twelve
   * @param waiting those forecasts, one after the other: quantiles of each member, then those that
   *     were given out; square roots where values are never negative
   */
  public record Horizon(
      int steps,
      double[] losses,
      double seen,
      double[] offsets,
      double[] widths,
      float[] slotOffsets,
      long[] targets,
      float[] waiting) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Horizon h
          && h.steps == steps
          && h.seen == seen
          && Arrays.equals(h.losses, losses)
          && Arrays.equals(h.offsets, offsets)
          && Arrays.equals(h.widths, widths)
          && Arrays.equals(h.slotOffsets, slotOffsets)
          && Arrays.equals(h.targets, targets)
          && Arrays.equals(h.waiting, waiting);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * steps + Arrays.hashCode(offsets)) + Arrays.hashCode(waiting);
    }
  }
}
