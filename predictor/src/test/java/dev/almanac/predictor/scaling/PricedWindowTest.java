package dev.almanac.predictor.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.forecast.window.Backcast;
import dev.almanac.predictor.forecast.window.PricedWindowGolden;
import dev.almanac.predictor.forecast.window.Window;
import dev.almanac.predictor.scaling.PricedWindow.Patience;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PricedWindowTest {
  private static final double[] PRICES = {.3, .03, .004, 5e-4, 6e-5, 4e-6};

  @Test
  void needIsThatOfThePrototype() {
    double[] load = PricedWindowGolden.load();
    double[] seen = PricedWindowGolden.seen(load);
    check("lead-need", PricedWindowGolden.LEAD, load, seen);
    check("hold-need", PricedWindowGolden.HOLD, load, seen);
  }

  private static void check(String what, Window window, double[] load, double[] seen) {
    Backcast b = Backcast.of(load, PricedWindowGolden.TICK_SECONDS, window);
    for (PricedWindowGolden.Row row : PricedWindowGolden.rows(what)) {
      int k = row.tick();
      int need =
          PricedWindow.need(b.location()[k], b.spread()[k], b.survival(k), seen[k], row.argument());
      // The prototype keeps the survival in 1,200 cells; ours has 35 points.
      assertThat((double) need).as("%s", row).isCloseTo(row.value(), within(1.0));
    }
  }

  @Test
  void needMinimisesPricePlusRisk() {
    Backcast b = Backcast.of(PricedWindowGolden.load(), 15, PricedWindowGolden.LEAD);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 500; i++) {
      int k = random.nextInt(2 * PricedWindowGolden.DAY, b.location().length);
      double mu = b.location()[k];
      double sigma = b.spread()[k];
      double now = random.nextDouble(0, 60);
      double price = Math.exp(random.nextDouble(Math.log(4e-6), Math.log(.5)));
      int need = PricedWindow.need(mu, sigma, b.survival(k), now, price);
      double chosen = price * need + PricedWindow.risk(need, mu, sigma, b.survival(k), now);
      double median = mu + b.survival(k).median() * sigma;
      for (int n = (int) Math.max(1, Math.ceil(median * median - 1e-9)); n < 400; n++) {
        double other = price * n + PricedWindow.risk(n, mu, sigma, b.survival(k), now);
        assertThat(other).as("%d replicas against %d", n, need).isGreaterThanOrEqualTo(chosen);
      }
    }
  }

  @Test
  void allPricesAtOnceAreEachPriceAlone() {
    Backcast b = Backcast.of(PricedWindowGolden.load(), 15, PricedWindowGolden.HOLD);
    SplittableRandom random = new SplittableRandom(8);
    double[] higher = Arrays.stream(PRICES).map(PricedWindow::lowPrice).toArray();
    int[] needs = new int[PRICES.length];
    int[] fewer = new int[PRICES.length];
    PricedWindow.Walk walk = new PricedWindow.Walk(); // its scratch must not tell
    for (int i = 0; i < 2_000; i++) {
      int k = random.nextInt(2 * PricedWindowGolden.DAY, b.location().length);
      double mu = b.location()[k] * random.nextDouble(0, 3);
      double sigma = b.spread()[k] * random.nextDouble(0.1, 5);
      double now = random.nextDouble(0, 100);
      int most = i % 2 == 0 ? PricedWindow.MOST : random.nextInt(1, 100);
      walk.needs(
          mu,
          sigma,
          b.survival(k),
          now,
          most,
          new double[][] {higher, PRICES},
          new int[][] {fewer, needs});
      for (int p = 0; p < PRICES.length; p++) {
        assertThat(needs[p])
            .isEqualTo(PricedWindow.need(mu, sigma, b.survival(k), now, PRICES[p], most));
        assertThat(fewer[p])
            .isEqualTo(PricedWindow.need(mu, sigma, b.survival(k), now, higher[p], most));
        assertThat(p == 0 || needs[p] >= needs[p - 1]).as("dearer, fewer").isTrue();
      }
    }
  }

  @Test
  void anyNumbersGiveABoundedSize() {
    Backcast b = Backcast.of(PricedWindowGolden.load(), 15, PricedWindowGolden.LEAD);
    double[] odd = {-1e300, -1, 0, 1e-300, 1, 1e3, 1e9, 1e300};
    for (double mu : odd) {
      for (double sigma : new double[] {1e-300, 1e-3, 1, 1e9}) {
        for (double now : new double[] {0, 1, 1e4}) {
          int n = PricedWindow.need(mu, sigma, b.survival(9_000), now, 0.01);
          assertThat(n).isBetween(1, PricedWindow.MOST);
        }
      }
    }
  }

  @Test
  void withoutForesightItIsAProportionalHeadroomThatShrinksWithSize() {
    // n^-20 falls by its price at 1.19 times the demand of 1 and of 10, and at 1.09 times that of
    // 100.
    assertThat(PricedWindow.unforeseen(0, .01)).isEqualTo(1);
    assertThat(PricedWindow.unforeseen(10, .01)).isEqualTo(13);
    assertThat(PricedWindow.unforeseen(100, .01)).isBetween(113, 118);
    for (int p = 1; p < PRICES.length; p++) {
      assertThat(PricedWindow.unforeseen(20, PRICES[p]))
          .isGreaterThanOrEqualTo(PricedWindow.unforeseen(20, PRICES[p - 1]));
    }
  }

  @Test
  void theBandKeepsStillInside() {
    assertThat(PricedWindow.held(9, 10, 12, false)).as("below").isEqualTo(12);
    assertThat(PricedWindow.held(10, 10, 12, false)).as("at the lower end").isEqualTo(10);
    assertThat(PricedWindow.held(20, 10, 12, false)).as("above, waiting").isEqualTo(20);
    assertThat(PricedWindow.held(20, 10, 12, true)).as("above, patience over").isEqualTo(12);
    assertThat(PricedWindow.held(9, 10, 8, false)).as("a level below low").isEqualTo(10);
  }

  @Test
  void aFallWaitsTheLongerTheLessItSaves() {
    Patience patience = Patience.at(Duration.ofSeconds(15));
    assertThat(patience.ticks(20, 10)).as("twice the level: a minute").isEqualTo(4);
    assertThat(patience.ticks(14, 10)).as("24 s of 4/10").isEqualTo(4);
    assertThat(patience.ticks(11, 10)).as("24 s of 1/10").isEqualTo(16);
    assertThat(patience.ticks(1001, 1000)).as("a thousandth: 400 min").isEqualTo(1600);
    assertThat(Patience.at(Duration.ofSeconds(1)).ticks(11, 10)).isEqualTo(240);
    assertThat(Patience.at(Duration.ofMinutes(5)).ticks(20, 10)).isEqualTo(1);
    assertThat(Patience.NONE.ticks(11, 10)).isEqualTo(1);
    assertThat(patience.ticks(10, 10)).as("not above").isEqualTo(Integer.MAX_VALUE);
    assertThat(patience.ticks(Integer.MAX_VALUE, 0)).isEqualTo(4);
  }

  @Test
  void whatMustLastIsPricedByHowMuchLongerItsWindowIs() {
    Duration tick = Duration.ofSeconds(15);
    assertThat(holdFactor(Duration.ofSeconds(30), tick)).isCloseTo(8, within(1e-12));
    assertThat(holdFactor(Duration.ofMinutes(1), tick)).isCloseTo(600 / 105.0, within(1e-12));
    assertThat(holdFactor(Duration.ofMinutes(3), tick)).isCloseTo(600 / 225.0, within(1e-12));
    assertThat(holdFactor(Duration.ZERO, tick)).as("at most").isCloseTo(8, within(1e-12));
    assertThat(holdFactor(Duration.ofHours(1), tick)).as("at least").isCloseTo(1, within(1e-12));
    assertThat(PricedWindow.holdPrice(.4, Duration.ofMinutes(1))).isEqualTo(.5);
  }

  private static double holdFactor(Duration leadTime, Duration interval) {
    return PricedWindow.holdPrice(.01, PricedWindow.reach(leadTime, interval)) / .01;
  }
}
