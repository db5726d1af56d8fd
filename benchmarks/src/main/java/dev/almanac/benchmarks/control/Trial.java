package dev.almanac.benchmarks.control;

import dev.almanac.predictor.forecast.window.Backcast;
import dev.almanac.predictor.forecast.window.Window;
import dev.almanac.predictor.scaling.PricedWindow;
import dev.almanac.predictor.scaling.PricedWindow.Patience;
import dev.almanac.predictor.scaling.shadow.PriceList;
import dev.almanac.predictor.scaling.shadow.PricePlan;
import dev.almanac.predictor.scaling.shadow.ShadowReplay;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Band;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Bounds;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Reactive;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One workload at one start-up lag under every policy. Policies decide at each tick of 15 s from a
 * metric that is the mean of 60 s and 30 s old; a rise is Ready a lag later, a fall takes effect at
 * once; replicas asked for are billed; a tick is short when fewer are Ready than its load needs.
 */
final class Trial {
  /** The promise of mode {@code budget}: share of the time that may be short. */
  static final double BUDGET = 0.001;

  /** The target of the HPA that modes are compared with and fall back to, in percent. */
  static final int USUAL_TARGET = 70;

  private static final int HOLD_TICKS = 40;
  private static final Duration TICK = Duration.ofSeconds(Workload.TICK_SECONDS);
  private static final Patience PATIENCE = Patience.at(TICK);
  private static final double TOLERANCE = 0.1;
  private static final int WINDOW_TICKS = 20;
  private static final int[] WINDOWS_SECONDS = {15, 60, 120, 600};
  private static final double[] HEADROOMS = {1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0};

  /** A seasonal-naive floor plans for this utilisation. */
  private static final double NAIVE_TARGET = 0.9;

  /** A price serves six hours, and is chosen from the week before. */
  private static final int PERIOD_TICKS = Workload.DAY / 4;

  private static final int MEMORY_PERIODS = 28;
  private static final int LEAST_SHADOW_TICKS = 2_000;

  private final Workload workload;
  private final int lag;
  private final int first;
  private final int scored;
  private final double[] load;
  private final double[] seen;
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private double hpaShare;

  private Trial(Workload workload, int lagSeconds) {
    this.workload = workload;
    this.lag = lagSeconds / Workload.TICK_SECONDS;
    this.first = workload.firstRun();
    this.scored = workload.firstScored() - first;
    int n = workload.load().length;
    this.load = Arrays.copyOfRange(workload.load(), first, n);
    this.seen = Arrays.copyOfRange(workload.seen(), first, n);
  }

  /** All policies, by name. */
  static Outcome of(Workload workload, int lagSeconds) {
    Trial trial = new Trial(workload, lagSeconds);
    trial.hpa();
    trial.headroom();
    trial.seasonalNaive();
    trial.withoutForecast();
    trial.almanac();
    trial.foresight();
    return new Outcome(workload, lagSeconds, trial.scored, trial.runs, trial.hpaShare);
  }

  private ShadowReplay replay(double target, int window) {
    return new ShadowReplay(load, seen, lag, Bounds.NONE, new Reactive(target, TOLERANCE, window));
  }

  private void hpa() {
    for (int target = 10; target <= 95; target += 5) {
      runs.put(hpaName(target), replay(target / 100.0, WINDOW_TICKS).reactive());
    }
    for (int seconds : WINDOWS_SECONDS) {
      for (int target = 50; target <= 95; target += 5) {
        runs.put(
            hpaName(target) + "-window-" + seconds,
            replay(target / 100.0, seconds / Workload.TICK_SECONDS).reactive());
      }
    }
  }

  static String hpaName(int targetPercent) {
    return "hpa-" + targetPercent;
  }

  /** The highest need of the last 300 s, times a factor, without a tolerance band. */
  private void headroom() {
    for (double factor : HEADROOMS) {
      int[] size = new int[load.length];
      int[] want = new int[load.length];
      for (int k = 0; k < size.length; k++) {
        want[k] = Math.max(1, (int) Math.ceil(seen[k] * factor - 1e-9));
        for (int i = Math.max(0, k - WINDOW_TICKS + 1); i <= k; i++) {
          size[k] = Math.max(size[k], want[i]);
        }
      }
      runs.put("headroom-" + factor, follow(size));
    }
  }

  /** HPA over a floor: what the same clock time of yesterday needed until a lag later. */
  private void seasonalNaive() {
    double[] all = workload.load();
    int[] floor = new int[load.length];
    for (int k = 0; k < floor.length; k++) {
      double highest = 0;
      for (int i = 0; i <= lag; i++) {
        highest = Math.max(highest, all[Math.max(0, first + k + i - Workload.DAY)]);
      }
      floor[k] = (int) Math.ceil(highest / NAIVE_TARGET - 1e-9);
    }
    for (int target = 50; target <= 95; target += 5) {
      runs.put(
          "seasonal-naive-" + target, replay(target / 100.0, WINDOW_TICKS).reactiveAbove(floor));
    }
  }

  /** The same price rule and band when nothing is foreseen: demand stays, surprises remain. */
  private void withoutForecast() {
    for (int p = 0; p < PriceList.size(); p++) {
      double price = PriceList.price(p);
      Band band = new Band(new int[load.length], new int[load.length]);
      double[] memory = new double[load.length];
      for (int k = 0; k < load.length; k++) {
        for (int i = Math.max(0, k - WINDOW_TICKS + 1); i <= k; i++) {
          memory[k] = Math.max(memory[k], seen[i]);
        }
        band.low()[k] = PricedWindow.unforeseen(seen[k], PricedWindow.lowPrice(price));
        band.level()[k] = PricedWindow.unforeseen(memory[k], price);
      }
      runs.put("almanac-off-" + price, replay(1, WINDOW_TICKS).banded(band, PATIENCE));
    }
  }

  /** Every price, and the two modes that choose one for each period from those before. */
  private void almanac() {
    Backcast lead =
        Backcast.of(workload.load(), Workload.TICK_SECONDS, new Window(Workload.DELAY + 1, 0, lag));
    Backcast hold =
        Backcast.of(
            workload.load(), Workload.TICK_SECONDS, new Window(Workload.DELAY + 1, 0, HOLD_TICKS));
    int n = workload.load().length;
    Duration reach = PricedWindow.reach(TICK.multipliedBy(lag), TICK);
    Band[] bands = PriceList.bands(lead, hold, workload.seen(), first, 1, reach, PricedWindow.MOST);
    ShadowReplay replay = replay(USUAL_TARGET / 100.0, WINDOW_TICKS);
    List<Run> shadow = new ArrayList<>();
    for (int i = 0; i < bands.length; i++) {
      shadow.add(replay.banded(bands[i], PATIENCE));
      runs.put(priceName(i), shadow.get(i));
    }
    PricePlan.Rhythm rhythm =
        new PricePlan.Rhythm(
            PERIOD_TICKS, MEMORY_PERIODS, LEAST_SHADOW_TICKS, lag + Workload.DELAY + 2);
    int[] promise = PricePlan.within(BUDGET, shadow, rhythm);
    int[] cost = PricePlan.atCostOf(replay.reactive(), shadow, rhythm);
    hpaShare = shareLeftToHpa(cost);
    runs.put("almanac-budget", planned(promise, replay, bands));
    runs.put("almanac-cost", planned(cost, replay, bands));
  }

  static String priceName(int index) {
    return "almanac-price-" + PriceList.price(index);
  }

  /** The bands that a plan chooses, period by period; HPA alone where it chooses none. */
  private Run planned(int[] plan, ShadowReplay replay, Band[] bands) {
    int n = load.length;
    Band chosen = new Band(new int[n], new int[n]);
    boolean[] alone = new boolean[n];
    for (int from = 0; from < n; from += PERIOD_TICKS) {
      int to = Math.min(n, from + PERIOD_TICKS);
      int price = plan[from / PERIOD_TICKS];
      if (price == PricePlan.REACTIVE) {
        Arrays.fill(alone, from, to, true);
      }
      Band band = bands[Math.max(0, price)];
      System.arraycopy(band.low(), from, chosen.low(), from, to - from);
      System.arraycopy(band.level(), from, chosen.level(), from, to - from);
    }
    return replay.run(chosen, PATIENCE, alone);
  }

  private double shareLeftToHpa(int[] plan) {
    int begin = Math.ceilDiv(scored, PERIOD_TICKS);
    int count = 0;
    for (int p = begin; p < plan.length; p++) {
      count += plan[p] == PricePlan.REACTIVE ? 1 : 0;
    }
    return (double) count / Math.max(1, plan.length - begin);
  }

  /** The cheapest plan that is never short, with the start-up lag and without. */
  private void foresight() {
    int[] need = new int[load.length];
    for (int k = 0; k < need.length; k++) {
      need[k] = Math.max(1, (int) Math.ceil(load[k] - 1e-9));
    }
    int[] ahead = new int[need.length];
    for (int k = 0; k < need.length; k++) {
      for (int i = k; i <= Math.min(need.length - 1, k + lag); i++) {
        ahead[k] = Math.max(ahead[k], need[i]);
      }
    }
    runs.put("oracle", new Run(ahead, new int[need.length]));
    runs.put("clairvoyant", new Run(need, new int[need.length]));
  }

  /** Sizes as they are given. */
  private Run follow(int[] size) {
    boolean[] never = new boolean[size.length];
    return replay(1, WINDOW_TICKS).run(new Band(size, size), Patience.NONE, never);
  }

  /**
   * What came of a trial.
   *
   * @param scored first tick of the runs that counts
   * @param hpaShare share of the scored time that mode {@code cost} left to HPA alone
   */
  record Outcome(
      Workload workload, int lagSeconds, int scored, Map<String, Run> runs, double hpaShare) {

    Line.Point point(String policy) {
      Run run = run(policy);
      int end = run.replicas().length;
      return new Line.Point(
          run.cost(scored, end),
          run.shortShare(scored, end),
          run.events(scored, end) * (double) Workload.DAY / (end - scored));
    }

    Run run(String policy) {
      Run run = runs.get(policy);
      if (run == null) {
        throw new IllegalArgumentException("no policy " + policy);
      }
      return run;
    }
  }
}
