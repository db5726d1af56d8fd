package dev.almanac.predictor.scaling.shadow;

import dev.almanac.predictor.forecast.window.Backcast;
import dev.almanac.predictor.scaling.PricedWindow;
import java.time.Duration;

/** The prices that are tried in shadow, and the band of each over a stretch of past demand. */
public final class PriceList {
  /**
   * A replica's price as a probability of being short, falling: from one that holds little more
   * than the median to one that holds out against all that history has shown. A finer list than the
   * halving one of the first measurements, so that little of a budget is left unused.
   */
  private static final double[] PRICES = {
    .256, .18, .128, .09, .064, .045, .032, .0226, .016, .0113, .008, .0057, .004, .0028, .002,
    .0014, .001, 7e-4, 5e-4, 3.5e-4, 2.5e-4, 1.8e-4, 1.25e-4, 8.7e-5, 6e-5, 4.2e-5, 3e-5, 1.7e-5,
    1e-5, 6.3e-6, 4e-6
  };

  private PriceList() {}

  /** How many prices there are. */
  public static int size() {
    return PRICES.length;
  }

  /** A price. */
  public static double price(int index) {
    return PRICES[index];
  }

  /**
   * The band at every price over the steps of two backcasts from {@code from} on.
   *
   * @param lead over the time that a replica needs to become Ready
   * @param hold over the time that a size should last
   * @param now what the metric says at each step, in replicas; the index is that of the backcasts
   * @param ticks of a step, at least 1
   * @param reach length of the lead window, above 0
   * @param most replicas that there may be, at least 1
   * @return one band a price
   */
  public static ShadowReplay.Band[] bands(
      Backcast lead, Backcast hold, double[] now, int from, int ticks, Duration reach, int most) {
    int steps = now.length - from;
    int prices = PRICES.length;
    ShadowReplay.Band[] bands = new ShadowReplay.Band[prices];
    for (int i = 0; i < prices; i++) {
      bands[i] = new ShadowReplay.Band(new int[steps], new int[steps], ticks);
    }
    double[] lowPrices = new double[prices];
    double[] holdPrices = new double[prices];
    for (int i = 0; i < prices; i++) {
      lowPrices[i] = PricedWindow.lowPrice(PRICES[i]);
      holdPrices[i] = PricedWindow.holdPrice(PRICES[i], reach);
    }
    double[][] leadLists = {lowPrices, PRICES};
    double[][] holdLists = {holdPrices};
    int[] low = new int[prices];
    int[] level = new int[prices];
    int[] last = new int[prices];
    int[][] leadSizes = {low, level};
    int[][] holdSizes = {last};
    PricedWindow.Walk walk = new PricedWindow.Walk();
    for (int k = from; k < now.length; k++) {
      double mu = lead.location()[k];
      double sigma = lead.spread()[k];
      double holdMu = hold.location()[k];
      double holdSigma = hold.spread()[k];
      boolean known = !Double.isNaN(mu + sigma + holdMu + holdSigma + now[k]);
      if (known) {
        walk.needs(mu, sigma, lead.survival(k), now[k], most, leadLists, leadSizes);
        walk.needs(holdMu, holdSigma, hold.survival(k), now[k], most, holdLists, holdSizes);
      }
      for (int i = 0; i < prices; i++) {
        bands[i].low()[k - from] = known ? low[i] : 0;
        bands[i].level()[k - from] = known ? Math.max(level[i], last[i]) : Integer.MAX_VALUE;
      }
    }
    return bands;
  }
}
