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
   * One watched horizon.
   *
   * @param steps how far ahead
   * @param losses discounted pinball loss of each member
   * @param seen discounted number of forecasts that the losses are made of
   * @param offsets shift of each level, in residual scales
   * @param widths log of the factor on the distance of each level from the median
   * @param slotOffsets shift of each level in each of eight slots of the day, slot after slot
   * @param pending forecasts whose target has not come, oldest first, at most twelve
   */
  public record Horizon(
      int steps,
      double[] losses,
      double seen,
      double[] offsets,
      double[] widths,
      double[] slotOffsets,
      List<Pending> pending) {

    /** Copies the list. */
    public Horizon {
      pending = List.copyOf(pending);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Horizon h
          && h.steps == steps
          && h.seen == seen
          && Arrays.equals(h.losses, losses)
          && Arrays.equals(h.offsets, offsets)
          && Arrays.equals(h.widths, widths)
          && Arrays.equals(h.slotOffsets, slotOffsets)
          && h.pending.equals(pending);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * steps + Arrays.hashCode(offsets)) + pending.hashCode();
    }
  }

  /**
   * A forecast that waits for its target.
   *
   * @param targetEpochSecond instant of the target, or of the first step of its window
   * @param members quantiles of each member, member after member, as square roots where values are
   *     never negative
   * @param published quantiles that were given out, likewise
   */
  public record Pending(long targetEpochSecond, double[] members, double[] published) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Pending p
          && p.targetEpochSecond == targetEpochSecond
          && Arrays.equals(p.members, members)
          && Arrays.equals(p.published, published);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(targetEpochSecond);
    }
  }
}
