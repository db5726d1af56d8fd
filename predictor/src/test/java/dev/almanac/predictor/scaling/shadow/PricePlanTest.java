package dev.almanac.predictor.scaling.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.scaling.shadow.PricePlan.Rhythm;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Run;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Periods of 100 ticks; a choice looks back four of them. */
class PricePlanTest {
  private static final int PERIOD = 100;
  private static final Rhythm RHYTHM = new Rhythm(PERIOD, 4, PERIOD, 0);

  /** Dearer and safer from left to right: short in 30, 10 and 0 ticks of a period. */
  private static final List<Run> THREE = List.of(run(8, 2, 30), run(8, 3, 10), run(8, 5, 0));

  @Test
  void thePromiseTakesTheCheapestPriceThatUsesUpAThirdOfIt() {
    assertThat(PricePlan.within(0.86, THREE, RHYTHM)).startsWith(PricePlan.REACTIVE, 0);
    assertThat(PricePlan.within(0.85, THREE, RHYTHM)).startsWith(PricePlan.REACTIVE, 1);
    assertThat(PricePlan.within(0.29, THREE, RHYTHM)).startsWith(PricePlan.REACTIVE, 1);
    assertThat(PricePlan.within(0.28, THREE, RHYTHM)).startsWith(PricePlan.REACTIVE, 2);
  }

  @Test
  void whereNoPriceKeepsThePromiseTheSafestRuns() {
    List<Run> bad = List.of(run(3, 2, 90), run(3, 9, 80));
    assertThat(PricePlan.within(0.01, bad, RHYTHM)).containsExactly(PricePlan.REACTIVE, 1, 1, 1);
  }

  @Test
  void whereTheSafestAvoidsHardlyMoreTheCheaperOneRuns() {
    List<Run> hopeless = List.of(run(3, 2, 82), run(3, 3, 81), run(3, 99, 80));
    assertThat(PricePlan.within(0.05, hopeless, RHYTHM))
        .as("80 of 100, and 1 of a promise of 5")
        .containsExactly(PricePlan.REACTIVE, 1, 1, 1);
    assertThat(PricePlan.within(0.01, hopeless, RHYTHM))
        .containsExactly(PricePlan.REACTIVE, 2, 2, 2);
  }

  @Test
  void afterMoreWasSpentThanSetAsideTheNextPricesAreSafer() {
    // Price 0 is short in period 2 only, price 1 there for a shorter time, which what was set aside
    // lets pass and what is left does not.
    Run cheap = run(12, 2, 0);
    Run safer = run(12, 3, 0);
    Run safest = run(12, 4, 0);
    Arrays.fill(cheap.missing(), 2 * PERIOD, 2 * PERIOD + 60, 1);
    Arrays.fill(safer.missing(), 2 * PERIOD, 2 * PERIOD + 28, 1);
    int[] plan = PricePlan.within(0.3, List.of(cheap, safer, safest), RHYTHM);
    assertThat(plan).startsWith(PricePlan.REACTIVE, 0, 0);
    assertThat(plan[3]).as("60 of 300 ticks spent, 31.5 set aside").isEqualTo(2);
    assertThat(plan[4]).as("28 of 400 are less than what is left").isEqualTo(1);
    assertThat(plan[6]).as("still within memory").isEqualTo(1);
    assertThat(plan[7]).as("forgotten").isZero();
    int[] unspent = PricePlan.within(0.3, List.of(safer, safest), RHYTHM);
    assertThat(unspent[3]).as("28 of 300 ticks spent, 31.5 set aside").isZero();
  }

  @Test
  void atTheCostOfHpaTheSafestAffordablePriceRuns() {
    assertThat(PricePlan.atCostOf(run(8, 4, 20), THREE, RHYTHM)).startsWith(PricePlan.REACTIVE, 1);
    assertThat(PricePlan.atCostOf(run(8, 6, 20), THREE, RHYTHM)).startsWith(PricePlan.REACTIVE, 2);
  }

  @Test
  void atTheCostOfHpaALittleIsLeftForTheHoursToCome() {
    List<Run> prices = List.of(run(8, 900, 1), run(8, 995, 0), run(8, 996, 0));
    assertThat(PricePlan.atCostOf(run(8, 1_000, 1), prices, RHYTHM))
        .containsExactly(PricePlan.REACTIVE, 1, 1, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void hpaStaysWhereItIsCheaperOrSafer() {
    assertThat(PricePlan.atCostOf(run(2, 1, 90), THREE, RHYTHM)).containsOnly(PricePlan.REACTIVE);
    assertThat(PricePlan.atCostOf(run(2, 3, 9), THREE, RHYTHM)).containsOnly(PricePlan.REACTIVE);
  }

  @Test
  void withTooLittleBehindItThereIsNoPrice() {
    Rhythm patient = new Rhythm(PERIOD, 4, 3 * PERIOD, 0);
    assertThat(PricePlan.within(0.9, THREE, patient)).containsExactly(-1, -1, -1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void noChoiceKnowsWhatItsDelayHides() {
    SplittableRandom random = new SplittableRandom(11);
    Rhythm delayed = new Rhythm(PERIOD, 4, 50, 30);
    for (int trial = 0; trial < 200; trial++) {
      List<Run> runs = List.of(noise(random), noise(random), noise(random));
      Run hpa = noise(random);
      int[] promise = PricePlan.within(0.4, runs, delayed);
      int[] cost = PricePlan.atCostOf(hpa, runs, delayed);
      int period = random.nextInt(1, promise.length);
      int hidden = period * PERIOD - delayed.delay();
      for (Run run : List.of(runs.get(0), runs.get(1), runs.get(2), hpa)) {
        for (int k = hidden; k < run.missing().length; k++) {
          run.missing()[k] = random.nextInt(2);
          run.replicas()[k] = random.nextInt(9);
        }
      }
      assertThat(PricePlan.within(0.4, runs, delayed))
          .startsWith(Arrays.copyOf(promise, period + 1));
      assertThat(PricePlan.atCostOf(hpa, runs, delayed))
          .startsWith(Arrays.copyOf(cost, period + 1));
    }
  }

  @Test
  void aRhythmWithoutAPeriodIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Rhythm(0, 1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rhythm(10, 1, 1, 10));
  }

  private static Run run(int periods, int replicas, int shortTicksAPeriod) {
    int[] held = new int[periods * PERIOD];
    int[] missing = new int[periods * PERIOD];
    Arrays.fill(held, replicas);
    for (int k = 0; k < missing.length; k++) {
      missing[k] = k % PERIOD < shortTicksAPeriod ? 1 : 0;
    }
    return new Run(held, missing);
  }

  private static Run noise(SplittableRandom random) {
    Run run = run(6, 0, 0);
    int share = random.nextInt(1, 10);
    for (int k = 0; k < run.missing().length; k++) {
      run.replicas()[k] = random.nextInt(9);
      run.missing()[k] = random.nextInt(10) < share ? 1 : 0;
    }
    return run;
  }
}
