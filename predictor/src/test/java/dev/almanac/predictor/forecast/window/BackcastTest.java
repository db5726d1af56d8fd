package dev.almanac.predictor.forecast.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackcastTest {
  private static final int MINUTE = 60;
  private static final int DAY = 1440;
  private static final Window AHEAD = new Window(1, 0, 2);

  @Test
  void locationAndSpreadAreThoseOfThePrototype() {
    double[] load = PricedWindowGolden.load();
    Backcast lead = Backcast.of(load, PricedWindowGolden.TICK_SECONDS, PricedWindowGolden.LEAD);
    Backcast hold = Backcast.of(load, PricedWindowGolden.TICK_SECONDS, PricedWindowGolden.HOLD);
    equal("lead-location", lead.location());
    equal("lead-spread", lead.spread());
    equal("hold-location", hold.location());
    equal("hold-spread", hold.spread());
  }

  private static void equal(String what, double[] values) {
    for (PricedWindowGolden.Row row : PricedWindowGolden.rows(what)) {
      assertThat(values[row.tick()]).as("%s", row).isCloseTo(row.value(), within(1e-9));
    }
  }

  @Test
  void theSurvivalIsCalibratedOutOfSampleOnAnotherStepThanTheOneItWasTunedOn() {
    double[] demand = noisySeason(20, 5);
    Backcast backcast = Backcast.of(demand, MINUTE, AHEAD);
    for (double risk : new double[] {0.5, 0.1, 0.02}) {
      int passed = 0;
      int all = 0;
      for (int k = 6 * DAY; k < demand.length - 5; k++) {
        double highest = Math.max(demand[k], Math.max(demand[k + 1], demand[k + 2]));
        double z = (Math.sqrt(highest) - backcast.location()[k]) / backcast.spread()[k];
        passed += backcast.survival(k).beyond(z) < risk ? 1 : 0;
        all++;
      }
      assertThat((double) passed / all).as("risk %s", risk).isCloseTo(risk, within(0.3 * risk));
    }
  }

  @Test
  void nothingAfterAStepChangesWhatIsSaidAboutIt() {
    double[] demand = noisySeason(6, 9);
    Backcast whole = Backcast.of(demand, MINUTE, AHEAD);
    int known = 5 * DAY + 300;
    double[] changed = demand.clone();
    Arrays.fill(changed, known, changed.length, 1e6);
    Backcast other = Backcast.of(changed, MINUTE, AHEAD);
    for (int k = DAY; k <= known; k++) {
      assertThat(other.location()[k]).as("step %d", k).isEqualTo(whole.location()[k]);
      assertThat(other.spread()[k]).as("step %d", k).isEqualTo(whole.spread()[k]);
    }
    assertThat(other.location()[known + 1]).isNotEqualTo(whole.location()[known + 1]);
  }

  @Test
  void absentSamplesAreNotZeros() {
    double[] demand = noisySeason(8, 3);
    double[] degraded = demand.clone();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < degraded.length; i++) {
      if (random.nextInt(10) == 0) {
        degraded[i] = Double.NaN;
      }
    }
    Arrays.fill(degraded, 5 * DAY, 5 * DAY + 200, Double.NaN);
    Backcast whole = Backcast.of(demand, MINUTE, AHEAD);
    Backcast less = Backcast.of(degraded, MINUTE, AHEAD);
    double worst = 0;
    for (int k = 6 * DAY; k < demand.length; k++) {
      worst = Math.max(worst, Math.abs(less.location()[k] / whole.location()[k] - 1));
    }
    assertThat(worst).isLessThan(0.2);
    assertThat(less.location()[5 * DAY + 150]).as("an hour without samples").isNaN();
  }

  @Test
  void anyHistoryIsAccepted() {
    for (int length : new int[] {0, 1, 5, DAY, DAY + 1, 2 * DAY + 7}) {
      double[] absent = new double[length];
      Arrays.fill(absent, Double.NaN);
      assertThat(Backcast.of(absent, MINUTE, AHEAD).location()).hasSize(length);
      double[] zero = new double[length];
      Backcast still = Backcast.of(zero, MINUTE, AHEAD);
      for (int k = DAY; k < length; k++) {
        assertThat(still.location()[k]).isCloseTo(0, within(1e-6));
        assertThat(still.spread()[k]).isPositive();
      }
      double[] huge = new double[length];
      Arrays.fill(huge, 1e300);
      for (double mu : Backcast.of(huge, MINUTE, AHEAD).location()) {
        assertThat(Double.isInfinite(mu)).isFalse();
      }
    }
  }

  private static double[] noisySeason(int days, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] demand = new double[days * DAY];
    for (int i = 0; i < demand.length; i++) {
      double mean = 30 + 20 * Math.sin(2 * Math.PI * i / DAY);
      demand[i] = Math.max(0, mean + 2 * Math.sqrt(mean) * random.nextGaussian());
    }
    return demand;
  }
}
