package dev.almanac.simulator.packing;

/**
 * A packing and how far from the best it can be at most.
 *
 * @param packing which pods go where
 * @param bound no packing of the placed pods is cheaper
 * @param step what produced the packing: a rung of the ladder, the linear program, or repacking
 */
public record PackingAnswer(Packing packing, LowerBound bound, Step step) {

  /** What produced a packing. */
  public enum Step {
    QUICK_PASS,
    GREEDY,
    ONE_PASS,
    STEEP_WEIGHTS,
    WIDE_SEARCH,
    WIDEST_SEARCH,
    LP_ROUNDING,
    REPACKING
  }

  /** Price over bound, less 1: 0 is proven optimal. 0 where both are 0. */
  public double gap() {
    return packing.price() <= bound.price() ? 0 : packing.price() / bound.price() - 1;
  }
}
