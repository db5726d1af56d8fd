package dev.almanac.predictor.scaling.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.scaling.plan.ReplicaPlan.Prices;
import dev.almanac.predictor.scaling.plan.ReplicaPlan.Start;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplicaPlanTest {

  @Test
  void noOtherSizesAreCheaper() {
    SplittableRandom random = new SplittableRandom(1);
    for (int life = 0; life < 400; life++) {
      int steps = random.nextInt(1, 6);
      int lag = random.nextInt(0, 4);
      int least = random.nextInt(0, 2);
      Start start = new Start(random.nextInt(0, 5), least, random.nextInt(least, 4));
      Prices prices =
          new Prices(
              random.nextInt(1, 4),
              random.nextInt(0, 12),
              random.nextInt(0, 4),
              random.nextInt(0, 4));
      int[] demand = random.ints(steps, 0, 6).toArray();
      ReplicaPlan plan = ReplicaPlan.of(demand, lag, start, prices);
      assertThat(plan.cost())
          .as("%s lag %d %s %s", Arrays.toString(demand), lag, start, prices)
          .isCloseTo(cheapest(demand, lag, start, prices, new int[steps], 0), within(1e-9));
      assertThat(cost(plan.replicas(), demand, lag, start, prices))
          .as("its sizes cost what it says")
          .isCloseTo(plan.cost(), within(1e-9));
      for (int n : plan.replicas()) {
        assertThat(n).isBetween(start.least(), start.most());
      }
    }
  }

  private static double cheapest(
      int[] demand, int lag, Start start, Prices prices, int[] sizes, int step) {
    if (step == sizes.length) {
      return cost(sizes, demand, lag, start, prices);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int n = start.least(); n <= start.most(); n++) {
      sizes[step] = n;
      least = Math.min(least, cheapest(demand, lag, start, prices, sizes, step + 1));
    }
    return least;
  }

  /** Lives through the sizes: a replica is Ready when the size has not been below it for a lag. */
  private static double cost(int[] sizes, int[] demand, int lag, Start start, Prices prices) {
    double cost = 0;
    for (int t = 0; t < sizes.length; t++) {
      int before = t == 0 ? start.ready() : sizes[t - 1];
      int ready = sizes[t];
      for (int s = t - lag; s <= t; s++) {
        ready = Math.min(ready, s < 0 ? start.ready() : sizes[s]);
      }
      cost += prices.hold() * sizes[t];
      cost += prices.missing() * Math.max(0, demand[t] - ready);
      cost += prices.up() * Math.max(0, sizes[t] - before);
      cost += prices.down() * Math.max(0, before - sizes[t]);
    }
    return cost;
  }

  @Test
  void certaintyIsADistributionToo() {
    SplittableRandom random = new SplittableRandom(2);
    for (int life = 0; life < 200; life++) {
      int[] demand = random.ints(30, 0, 12).toArray();
      double[][] exceeds = new double[demand.length][];
      for (int t = 0; t < demand.length; t++) {
        exceeds[t] = new double[demand[t]];
        Arrays.fill(exceeds[t], 1);
      }
      Start start = new Start(3, 1, 10);
      Prices prices = new Prices(1, random.nextDouble(0, 20), random.nextDouble(0, 5), 0.5);
      assertThat(ReplicaPlan.expected(exceeds, 3, start, prices))
          .isEqualTo(ReplicaPlan.of(demand, 3, start, prices));
    }
  }

  @Test
  void withoutAPriceOfChangesAndADearShortageItIsTheHighestNeedOfALeadTime() {
    int[] demand = {1, 1, 1, 5, 2, 2, 2, 2, 7, 1, 1};
    ReplicaPlan plan = ReplicaPlan.of(demand, 2, new Start(1, 0, 10), new Prices(1, 1e6, 0, 0));
    assertThat(plan.replicas()).containsExactly(1, 5, 5, 5, 2, 2, 7, 7, 7, 1, 1);
  }

  @Test
  void aDearChangeIsNotMadeForAShortWhile() {
    int[] demand = {5, 5, 2, 5, 5};
    assertThat(ReplicaPlan.of(demand, 1, new Start(5, 0, 10), new Prices(1, 100, 2, 0)).replicas())
        .containsExactly(5, 5, 5, 5, 5);
    assertThat(
            ReplicaPlan.of(demand, 0, new Start(5, 0, 10), new Prices(1, 100, 0.5, 0)).replicas())
        .containsExactly(5, 5, 2, 5, 5);
  }

  @Test
  void anUncertainReplicaIsBoughtWhenItIsWorthItsPrice() {
    double[][] exceeds = {{1, 0.6, 0.2}, {1, 0.6, 0.2}};
    Start start = new Start(1, 0, 3);
    assertThat(ReplicaPlan.expected(exceeds, 0, start, new Prices(1, 2, 0, 0)).replicas())
        .as("0.6 x 2 > 1 > 0.2 x 2")
        .containsExactly(2, 2);
    assertThat(ReplicaPlan.expected(exceeds, 0, start, new Prices(1, 6, 0, 0)).replicas())
        .containsExactly(3, 3);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    Prices prices = new Prices(1, 1, 1, 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Prices(1, Double.NaN, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Start(1, 3, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicaPlan.of(new int[] {-1}, 0, new Start(1, 0, 2), prices));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplicaPlan.of(new int[] {1}, -1, new Start(1, 0, 2), prices));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ReplicaPlan.expected(new double[][] {{0.1, 0.2}}, 0, new Start(1, 0, 2), prices));
    assertThat(ReplicaPlan.of(new int[0], 3, new Start(1, 0, 2), prices).cost()).isZero();
  }
}
