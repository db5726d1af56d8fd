package dev.almanac.predictor.scaling.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.forecast.window.Backcast;
import dev.almanac.predictor.forecast.window.PricedWindowGolden;
import dev.almanac.predictor.scaling.PricedWindow;
import dev.almanac.predictor.scaling.PricedWindow.Patience;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Band;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Bounds;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Reactive;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Run;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShadowReplayTest {
  private static final Reactive HPA = new Reactive(.7, .1, 20);
  private static final Duration TICK = Duration.ofSeconds(PricedWindowGolden.TICK_SECONDS);
  private static final int FROM = 3 * PricedWindowGolden.DAY;

  @Test
  void bandAndReplayAreThoseOfThePrototype() {
    double[] load = PricedWindowGolden.load();
    double[] seen = PricedWindowGolden.seen(load);
    Backcast lead = Backcast.of(load, 15, PricedWindowGolden.LEAD);
    Backcast hold = Backcast.of(load, 15, PricedWindowGolden.HOLD);
    Duration reach = PricedWindow.HOLD_WINDOW.dividedBy(3);
    Band[] bands = PriceList.bands(lead, hold, seen, FROM, 1, reach, PricedWindow.MOST);
    equal("low", bands, Band::low);
    equal("level", bands, Band::level);
    ShadowReplay replay =
        new ShadowReplay(
            Arrays.copyOfRange(load, FROM, load.length),
            Arrays.copyOfRange(seen, FROM, load.length),
            4,
            Bounds.NONE,
            HPA);
    for (int p = 0; p < bands.length; p++) {
      Run run = replay.banded(bands[p], Patience.at(TICK));
      // Its rare jumps leave gaps in the residuals, which points bridge otherwise than cells do.
      close("run-replicas", p, Arrays.stream(run.replicas()).sum(), 0.025);
    }
    Run hpa = replay.reactive();
    assertThat((double) Arrays.stream(hpa.replicas()).sum())
        .isEqualTo(PricedWindowGolden.rows("hpa-replicas").getFirst().value());
    assertThat((double) Arrays.stream(hpa.missing()).sum())
        .isEqualTo(PricedWindowGolden.rows("hpa-missing").getFirst().value());
  }

  private static void equal(
      String what, Band[] bands, java.util.function.Function<Band, int[]> part) {
    int checked = 0;
    for (PricedWindowGolden.Row row : PricedWindowGolden.rows(what)) {
      for (int p = 0; p < bands.length; p++) {
        if (PriceList.price(p) == row.argument()) {
          // The prototype keeps the survival in 1,200 cells; ours has 35 points.
          assertThat((double) part.apply(bands[p])[row.tick() - FROM])
              .as("%s", row)
              .isCloseTo(row.value(), within(1.0));
          checked++;
        }
      }
    }
    assertThat(checked).isEqualTo(24);
  }

  private static void close(String what, int price, int sum, double share) {
    for (PricedWindowGolden.Row row : PricedWindowGolden.rows(what)) {
      if (row.argument() == PriceList.price(price)) {
        assertThat((double) sum)
            .as("%s", row)
            .isCloseTo(row.value(), within(Math.max(2, share * row.value())));
      }
    }
  }

  @Test
  void aRiseIsReadyALagLaterAndAFallTakesStartingPodsFirst() {
    double[] load = {1, 1, 5, 5, 5, 5, 5, 1, 1};
    int[] size = {1, 5, 5, 3, 3, 3, 3, 1, 1};
    Run run =
        new ShadowReplay(load, load, 3, Bounds.NONE, new Reactive(1, .1, 1))
            .banded(new Band(size, size), Patience.NONE);
    assertThat(run.replicas()).containsExactly(1, 5, 5, 3, 3, 3, 3, 1, 1);
    // Ordered at tick 1, Ready at tick 4; the fall at tick 3 removed two that were still starting.
    assertThat(run.missing()).containsExactly(0, 0, 4, 4, 2, 2, 2, 0, 0);
  }

  @Test
  void aFallWaitsUntilItIsWorthAnEvent() {
    assertThat(ticksAbove(20, 10)).as("a minute").isEqualTo(3);
    assertThat(ticksAbove(20, 19)).as("24 s of 1/19").isEqualTo(30);
  }

  private static long ticksAbove(int size, int level) {
    double[] load = new double[100];
    Arrays.fill(load, size);
    int[] levels = new int[load.length];
    Arrays.fill(levels, level);
    Run run =
        new ShadowReplay(load, load, 0, Bounds.NONE, new Reactive(1, .1, 1))
            .banded(new Band(new int[load.length], levels), Patience.at(TICK));
    return Arrays.stream(run.replicas()).filter(n -> n == size).count();
  }

  @Test
  void unknownDemandIsNotShortAndAMissingMetricChangesNothing() {
    double[] load = {4, Double.NaN, 4, 4};
    double[] seen = {4, Double.NaN, Double.NaN, 4};
    Run run = new ShadowReplay(load, seen, 1, Bounds.NONE, new Reactive(1, .1, 20)).reactive();
    assertThat(run.replicas()).containsExactly(4, 4, 4, 4);
    assertThat(run.missing()).containsExactly(0, 0, 0, 0);
  }
}
