package dev.almanac.predictor.scaling.shadow;

import java.util.List;
import java.util.OptionalInt;

/** Which price the next day runs at, from what each would have done in the days before. */
public final class DailyPrice {
  /**
   * Of a budget of short time that shadow may use up; the rest is for what shadow has not seen.
   * Over 26 series and three lags 0.5 kept 67 of 78 promises where 0.7 kept fewer, and 0.4 no more.
   */
  private static final double BUDGET_MARGIN = 0.5;

  /** The policy may cost so much more than HPA where no price costs less. */
  private static final double COST_MARGIN = 1.02;

  /** Less short time than this is none. */
  private static final double NO_SHORT_TIME = 1e-4;

  private DailyPrice() {}

  /**
   * The safest price that would have cost no more than HPA.
   *
   * @param byPrice what each price would have done, prices falling
   * @param from first tick to look at
   * @param to first tick not to look at, after {@code from}
   * @return empty: HPA alone, because no price would have been as good as HPA
   */
  public static OptionalInt atCostOf(
      ShadowReplay.Run hpa, List<ShadowReplay.Run> byPrice, int from, int to) {
    double hpaCost = hpa.cost(from, to);
    int chosen = 0;
    for (int i = 0; i < byPrice.size(); i++) {
      if (byPrice.get(i).cost(from, to) <= hpaCost) {
        chosen = i;
      }
    }
    ShadowReplay.Run run = byPrice.get(chosen);
    boolean dearer = run.cost(from, to) > COST_MARGIN * hpaCost;
    boolean worse = run.shortShare(from, to) > Math.max(hpa.shortShare(from, to), NO_SHORT_TIME);
    return dearer || worse ? OptionalInt.empty() : OptionalInt.of(chosen);
  }

  /**
   * The cheapest price that would have kept a budget of short time; the safest where none would
   * have.
   *
   * @param budget share of the time that may be short, in (0, 1)
   */
  public static int within(double budget, List<ShadowReplay.Run> byPrice, int from, int to) {
    for (int i = 0; i < byPrice.size(); i++) {
      if (byPrice.get(i).shortShare(from, to) <= BUDGET_MARGIN * budget) {
        return i;
      }
    }
    return byPrice.size() - 1;
  }
}
