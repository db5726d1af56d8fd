package dev.almanac.predictor.scaling.shadow;

import java.util.List;

/**
 * Which price a stretch of time runs at, period by period, each chosen from what every price would
 * have done in the periods before.
 *
 * <p>A promise is paced: when the prices chosen in the last days used up more short time than was
 * set aside for that, the next ones are chosen as if less were left, until those days lie back.
 * What no price would have avoided does not count against any: where demand jumped without
 * precedent, the safest one pays several times over for nothing. See docs/benchmarks/control.md.
 */
public final class PricePlan {
  /** Instead of a price: HPA alone, because no price would have been as good. */
  public static final int REACTIVE = -1;

  /**
   * Of a budget of short time that shadow may use up; the rest is for what shadow has not seen. 0.5
   * kept fewer promises and cost no less.
   */
  private static final double BUDGET_MARGIN = 0.35;

  /** Of a budget that may be used up on top of what the safest price did not avoid. */
  private static final double AVOIDABLE_MARGIN = 0.25;

  /**
   * Of HPA's cost in shadow that a price may use up. The rest is for the hours to come, which never
   * cost quite what those before did: without it one workload of 68, on which an HPA was not short
   * in the week before, became dearer than HPA and short for longer.
   */
  private static final double COST_SHARE = 0.995;

  /** The policy may cost so much more than HPA where no price costs less. */
  private static final double COST_MARGIN = 1.02;

  /** Less short time than this is none. */
  private static final double NO_SHORT_TIME = 1e-4;

  private PricePlan() {}

  /**
   * When prices are chosen, and from what.
   *
   * @param period ticks that a choice serves, at least 1
   * @param memory periods that a choice looks back, at least 1
   * @param least ticks without which there is no choice, at least 1
   * @param delay ticks before a period of which its choice cannot know yet, at least 0 and less
   *     than a period
   */
  public record Rhythm(int period, int memory, int least, int delay) {
    /** Refuses what is no rhythm. */
    public Rhythm {
      if (period < 1 || memory < 1 || least < 1 || delay < 0 || delay >= period) {
        throw new IllegalArgumentException(
            "no rhythm: period %d, memory %d, least %d, delay %d"
                .formatted(period, memory, least, delay));
      }
    }
  }

  /**
   * What a run did between two choices: entry {@code i} is what is known of when period {@code i +
   * 1} begins, and was not when period {@code i} began.
   */
  record Tally(long[] replicas, int[] shortTicks, int[] ticks) {

    static Tally of(ShadowReplay.Run run, Rhythm rhythm) {
      int periods = run.replicas().length / rhythm.period();
      Tally tally = new Tally(new long[periods], new int[periods], new int[periods]);
      for (int p = 0; p < periods; p++) {
        int from = Math.max(0, p * rhythm.period() - rhythm.delay());
        int to = (p + 1) * rhythm.period() - rhythm.delay();
        tally.ticks[p] = to - from;
        for (int k = from; k < to; k++) {
          tally.replicas[p] += run.replicas()[k];
          tally.shortTicks[p] += run.missing()[k] > 0 ? 1 : 0;
        }
      }
      return tally;
    }

    double cost(int from, int to) {
      long sum = 0;
      for (int p = from; p < to; p++) {
        sum += replicas[p];
      }
      return (double) sum / ticks(from, to);
    }

    double shortShare(int from, int to) {
      return (double) sum(shortTicks, from, to) / ticks(from, to);
    }

    int ticks(int from, int to) {
      return sum(ticks, from, to);
    }

    private static int sum(int[] values, int from, int to) {
      int sum = 0;
      for (int p = from; p < to; p++) {
        sum += values[p];
      }
      return sum;
    }
  }

  /**
   * Each period the safest price that would have cost a little less than HPA.
   *
   * @param hpa what plain HPA would have done
   * @param byPrice what each price would have done, prices falling; not empty
   * @return the index of a price, or {@link #REACTIVE}, for each period of the runs and the one
   *     after their last whole period
   */
  public static int[] atCostOf(
      ShadowReplay.Run hpa, List<ShadowReplay.Run> byPrice, Rhythm rhythm) {
    return atCostOf(Tally.of(hpa, rhythm), tallies(byPrice, rhythm), rhythm);
  }

  static int[] atCostOf(Tally hpa, List<Tally> byPrice, Rhythm rhythm) {
    int[] plan = new int[hpa.ticks().length + 1];
    for (int p = 0; p < plan.length; p++) {
      int from = Math.max(0, p - rhythm.memory());
      plan[p] = hpa.ticks(from, p) < rhythm.least() ? REACTIVE : atCostOf(hpa, byPrice, from, p);
    }
    return plan;
  }

  private static int atCostOf(Tally hpa, List<Tally> byPrice, int from, int to) {
    double hpaCost = hpa.cost(from, to);
    int chosen = 0;
    for (int i = 0; i < byPrice.size(); i++) {
      if (byPrice.get(i).cost(from, to) <= COST_SHARE * hpaCost) {
        chosen = i;
      }
    }
    Tally run = byPrice.get(chosen);
    boolean dearer = run.cost(from, to) > COST_MARGIN * hpaCost;
    boolean worse = run.shortShare(from, to) > Math.max(hpa.shortShare(from, to), NO_SHORT_TIME);
    return dearer || worse ? REACTIVE : chosen;
  }

  /**
   * Each period the cheapest price that would have kept a budget of short time, or would have been
   * short for hardly longer than the safest one.
   *
   * @param budget share of the time that may be short, in (0, 1)
   * @param byPrice what each price would have done, prices falling; not empty
   * @return the index of a price, or {@link #REACTIVE} where too little is known, for each period
   *     of the runs and the one after their last whole period
   */
  public static int[] within(double budget, List<ShadowReplay.Run> byPrice, Rhythm rhythm) {
    return withinBudget(budget, tallies(byPrice, rhythm), rhythm);
  }

  static int[] withinBudget(double budget, List<Tally> byPrice, Rhythm rhythm) {
    Tally any = byPrice.getFirst();
    int[] plan = new int[any.ticks().length + 1];
    int[] spent = new int[any.ticks().length];
    for (int p = 0; p < plan.length; p++) {
      int from = Math.max(0, p - rhythm.memory());
      int ticks = any.ticks(from, p);
      if (ticks < rhythm.least()) {
        plan[p] = REACTIVE;
        continue;
      }
      boolean overspent = Tally.sum(spent, from, p) > BUDGET_MARGIN * budget * ticks;
      double share = overspent ? 0 : BUDGET_MARGIN * budget;
      plan[p] = cheapest(share, AVOIDABLE_MARGIN * budget, byPrice, from, p);
      if (p < spent.length) {
        spent[p] = byPrice.get(plan[p]).shortTicks()[p];
      }
    }
    return plan;
  }

  private static int cheapest(
      double share, double avoidable, List<Tally> byPrice, int from, int to) {
    double least = 1;
    for (Tally run : byPrice) {
      least = Math.min(least, run.shortShare(from, to));
    }
    double most = Math.max(share, least + avoidable);
    int i = 0;
    while (byPrice.get(i).shortShare(from, to) > most) {
      i++;
    }
    return i;
  }

  private static List<Tally> tallies(List<ShadowReplay.Run> runs, Rhythm rhythm) {
    return runs.stream().map(run -> Tally.of(run, rhythm)).toList();
  }
}
