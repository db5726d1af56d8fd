package dev.almanac.simulator.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packings of instances whose optimum is known, and what holds for every instance. */
class PackingSolverTest {

  @ParameterizedTest
  @CsvSource({"2,3,0", "4,3,0", "2,8,0.05", "2,30,0.05", "4,30,0.05"})
  void plantedNodesAreFoundAgain(int dims, int k, double gap) {
    for (long seed = 1; seed <= 3; seed++) {
      Instance in = MadeInstances.planted(dims, k, 20, 1_000_000, seed);
      PackingAnswer answer = PackingSolver.solve(in, gap, Work.steps(20_000_000));
      assertThat(PackingValidator.problems(in, answer.packing())).isEmpty();
      assertThat(answer.bound().price()).isLessThanOrEqualTo(20);
      assertThat(answer.packing().nodeCount()).isLessThanOrEqualTo((int) (20 * (1 + gap)));
    }
  }

  @Test
  void everyPackingIsValidAndTheSameEveryTime() {
    for (long seed = 0; seed < 150; seed++) {
      Instance in =
          seed % 2 == 0 ? MadeInstances.tiny(seed, 30, 40) : MadeInstances.entangled(seed, 30, 40);
      PackingAnswer answer = PackingSolver.solve(in, 0, Work.steps(200_000));
      assertThat(PackingValidator.problems(in, answer.packing())).as("seed %d", seed).isEmpty();
      assertThat(answer.bound().price())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(answer.packing().price() * (1 + 1e-9));
      PackingAnswer again = PackingSolver.solve(in, 0, Work.steps(200_000));
      assertThat(text(again)).as("seed %d", seed).isEqualTo(text(answer));
    }
  }

  @Test
  void moreWorkIsNeverWorse() {
    for (long seed = 0; seed < 30; seed++) {
      Instance in = MadeInstances.tiny(seed, 30, 40);
      double before = Double.POSITIVE_INFINITY;
      for (long steps : new long[] {0, 10_000, 100_000, 1_000_000}) {
        double price = PackingSolver.solve(in, 0, Work.steps(steps)).packing().price();
        assertThat(price).as("seed %d, %d steps", seed, steps).isLessThanOrEqualTo(before + 1e-9);
        before = price;
      }
    }
  }

  @Test
  void aDeadlineEndsTheSearchWithAnAnswer() {
    Instance in = MadeInstances.planted(2, 8, 100, 1_000_000, 1);
    int[] asked = {0};
    Work work = Work.steps(Long.MAX_VALUE, () -> ++asked[0] > 20);
    PackingAnswer answer = PackingSolver.solve(in, 0, work);
    assertThat(PackingValidator.problems(in, answer.packing())).isEmpty();
    assertThat(work.done()).isLessThan(3_000_000);
  }

  @Test
  void aSplitIsMeasuredAgainstTheWhole() {
    // 10 pods of half a node, 5 in each of two zones: 3 nodes a zone; whole, 5 would do.
    double[][] capacity = {{10}, {10}};
    double[] price = {1, 1};
    Instance whole = Instance.of(new double[][] {{5}}, new int[] {10}, capacity, price);
    Instance split =
        Instance.of(new double[][] {{5}, {5}}, new int[] {5, 5}, capacity, price)
            .withAllowed(new boolean[][] {{true, false}, {false, true}});
    PackingAnswer answer = PackingSolver.solve(split, whole, 0, Work.steps(1_000_000));
    assertThat(answer.packing().price()).isEqualTo(6);
    assertThat(answer.bound().price()).isEqualTo(5);
  }

  @Test
  void theSearchEndsOnceTheGapIsSmallEnough() {
    Instance in = MadeInstances.planted(2, 30, 50, 1_000_000, 1);
    Work rough = Work.steps(50_000_000);
    Work fine = Work.steps(50_000_000);
    PackingSolver.solve(in, 0.2, rough);
    PackingSolver.solve(in, 0, fine);
    assertThat(rough.done()).isLessThan(fine.done() / 10);
  }

  private static String text(PackingAnswer answer) {
    StringBuilder text = new StringBuilder();
    text.append(answer.bound()).append(answer.step()).append(answer.packing().price());
    for (PackedNodes p : answer.packing().nodes()) {
      text.append(
          List.of(
              p.type(),
              java.util.Arrays.toString(p.groups()),
              java.util.Arrays.toString(p.counts()),
              p.copies()));
    }
    return text.toString();
  }
}
