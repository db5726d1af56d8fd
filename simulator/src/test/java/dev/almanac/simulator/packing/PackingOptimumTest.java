package dev.almanac.simulator.packing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Against the best packing there is, found by enumeration: bound &lt;= optimum &lt;= packing. */
class PackingOptimumTest {
  private static final double TINY = 1e-6;

  @Test
  void theBoundIsNeverAboveAndThePackingNeverBelowTheOptimum() {
    int optimal = 0;
    int proven = 0;
    int cases = 0;
    for (long seed = 0; seed < 400; seed++) {
      Instance in = MadeInstances.tiny(seed, 4, 2);
      Enumeration.Best best = Enumeration.of(in);
      PackingAnswer answer = PackingSolver.solve(in, 0, Work.steps(300_000));
      assertThat(PackingValidator.problems(in, answer.packing())).isEmpty();
      assertThat(answer.packing().unplacedPods()).as("seed %d", seed).isEqualTo(best.unplaced());
      assertThat(answer.bound().price())
          .as("seed %d, %s", seed, answer.bound())
          .isLessThanOrEqualTo(best.price() + TINY);
      assertThat(answer.packing().price())
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(best.price() - TINY);
      cases++;
      optimal += answer.packing().price() <= best.price() + TINY ? 1 : 0;
      proven += answer.gap() <= TINY ? 1 : 0;
    }
    assertThat(optimal).isGreaterThan(cases * 97 / 100);
    assertThat(proven).isGreaterThan(cases * 70 / 100);
  }

  @Test
  void neitherWithLimitsPaidNodesAndCompanions() {
    int optimal = 0;
    int cases = 0;
    for (long seed = 0; seed < 400; seed++) {
      Instance in = MadeInstances.entangled(seed, 4, 2);
      Enumeration.Best best = Enumeration.of(in);
      PackingAnswer answer = PackingSolver.solve(in, 0, Work.steps(300_000));
      Packing packing = answer.packing();
      assertThat(PackingValidator.problems(in, packing)).as("seed %d", seed).isEmpty();
      Enumeration.Best mine = new Enumeration.Best((int) packing.unplacedPods(), packing.price());
      assertThat(mine.beats(best)).as("seed %d: %s, best %s", seed, mine, best).isFalse();
      assertThat(answer.bound().price()).isLessThanOrEqualTo(packing.price() + TINY);
      if (packing.unplacedPods() == 0) {
        assertThat(answer.bound().price())
            .as("seed %d, %s", seed, answer.bound())
            .isLessThanOrEqualTo(best.price() + TINY);
      }
      cases++;
      optimal += best.beats(mine) ? 0 : 1;
    }
    assertThat(optimal).isGreaterThan(cases * 90 / 100);
  }

  @Test
  void everyBoundAloneIsNeverAboveTheOptimum() {
    for (long seed = 1000; seed < 1300; seed++) {
      Instance in = MadeInstances.tiny(seed, 4, 2);
      Enumeration.Best best = Enumeration.of(in);
      if (best.unplaced() > 0) {
        continue;
      }
      Work work = Work.steps(10_000_000);
      Fluid fluid = Fluid.of(in, work);
      assertThat(fluid.bound()).as("fluid, seed %d", seed).isLessThanOrEqualTo(best.price() + TINY);
      assertThat(Conflicts.price(in, in.demand))
          .as("conflict, seed %d", seed)
          .isLessThanOrEqualTo(best.price() + TINY);
      if (in.types == 1) {
        assertThat(DualFeasible.nodes(in, in.demand) * in.price[0])
            .as("dual feasible, seed %d", seed)
            .isLessThanOrEqualTo(best.price() + TINY);
      }
      ConfigurationLp lp =
          new ConfigurationLp(in, in.demand, java.util.List.of(), fluid.bound(), work);
      double bound = lp.solve(Double.POSITIVE_INFINITY, fluid.value());
      assertThat(bound).as("lp, seed %d", seed).isLessThanOrEqualTo(best.price() + TINY);
      assertThat(bound).isGreaterThanOrEqualTo(fluid.bound() - TINY);
    }
  }

  @Test
  void aFluidProgramCutShortStillBounds() {
    for (long seed = 0; seed < 200; seed++) {
      Instance in = MadeInstances.tiny(seed, 4, 2);
      double full = Fluid.of(in, Work.steps(1_000_000)).bound();
      for (long steps : new long[] {0, 5, 20, 60}) {
        assertThat(Fluid.of(in, Work.steps(steps)).bound()).isLessThanOrEqualTo(full + TINY);
      }
    }
  }
}
