package dev.almanac.benchmarks.control;

import dev.almanac.benchmarks.control.Line.Point;
import dev.almanac.predictor.scaling.shadow.PriceList;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How Almanac compares with plain HPA on one workload at one lag.
 *
 * @param ratio short time left at the cost of HPA at 60, 70, 80 and 90 %, geometric mean; costs
 *     that no price reaches count as 1
 * @param events scale events against HPA at the same costs, geometric mean over those reached; NaN
 *     where none is
 * @param timesOracle cost at 0.1 % short over that of the oracle; NaN where no price is that good
 * @param smooth whether an HPA at 50 to 95 % is short at most 0.1 % of the time: on the others
 *     demand jumps
 * @param costPods cost of mode {@code cost} over that of HPA at 70 %
 * @param costShort short time of mode {@code cost} over that of HPA at 70 %, both with 0.005 %
 *     added
 * @param costEvents scale events of mode {@code cost} over those of HPA at 70 %
 * @param worseInBoth whether mode {@code cost} is dearer and short for longer than HPA at 70 %
 * @param worseInShort whether mode {@code cost} is short for longer, by 0.01 % of the time or more
 * @param budgetShort short share of the time in mode {@code budget}
 * @param budgetKept whether that is within the budget
 * @param budgetPods cost of mode {@code budget} over that of the HPA whose target, 10 to 95 %,
 *     hindsight sets to the same short time; NaN where no target does
 * @param hpaShare share of the scored time that mode {@code cost} left to HPA alone
 */
record Summary(
    double ratio,
    double events,
    double timesOracle,
    boolean smooth,
    double costPods,
    double costShort,
    double costEvents,
    boolean worseInBoth,
    boolean worseInShort,
    double budgetShort,
    boolean budgetKept,
    double budgetPods,
    double hpaShare) {

  private static final int[] TARGETS = {60, 70, 80, 90};
  private static final double GOOD = 0.001;

  /** Shares of time closer than this are the same. */
  private static final double NOTICED = 1e-4;

  static Summary of(Trial.Outcome o) {
    List<Point> prices = new ArrayList<>();
    for (int i = 0; i < PriceList.size(); i++) {
      prices.add(o.point(Trial.priceName(i)));
    }
    Line almanac = new Line(prices);
    List<Point> targets = new ArrayList<>();
    List<Point> usualTargets = new ArrayList<>();
    for (int target = 10; target <= 95; target += 5) {
      Point p = o.point(Trial.hpaName(target));
      targets.add(p);
      if (target >= 50) {
        usualTargets.add(p);
      }
    }
    double ratio = 0;
    double events = 0;
    int reached = 0;
    for (int target : TARGETS) {
      Point hpa = o.point(Trial.hpaName(target));
      OptionalDouble left = almanac.shortAt(hpa.cost());
      if (left.isPresent()) {
        ratio += Math.log(left.getAsDouble() / (hpa.shortShare() + Line.FLOOR));
        events += Math.log(almanac.eventsAt(hpa.cost()).orElse(0) / Math.max(hpa.events(), 0.1));
        reached++;
      }
    }
    Point oracle = o.point("oracle");
    Point usual = o.point(Trial.hpaName(Trial.USUAL_TARGET));
    Point cost = o.point("almanac-cost");
    Point budget = o.point("almanac-budget");
    OptionalDouble hindsight = new Line(targets).costOf(budget.shortShare());
    return new Summary(
        Math.exp(ratio / TARGETS.length),
        reached == 0 ? Double.NaN : Math.exp(events / reached),
        almanac.costOf(GOOD).orElse(Double.NaN) / oracle.cost(),
        new Line(usualTargets).costOf(GOOD).isPresent(),
        cost.cost() / usual.cost(),
        (cost.shortShare() + Line.FLOOR) / (usual.shortShare() + Line.FLOOR),
        cost.events() / Math.max(usual.events(), 0.1),
        cost.cost() > usual.cost() && cost.shortShare() > usual.shortShare(),
        cost.shortShare() > usual.shortShare() + NOTICED,
        budget.shortShare(),
        budget.shortShare() <= Trial.BUDGET,
        budget.cost() / hindsight.orElse(Double.NaN),
        o.hpaShare());
  }
}
