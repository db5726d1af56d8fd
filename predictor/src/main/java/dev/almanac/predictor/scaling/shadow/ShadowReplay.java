package dev.almanac.predictor.scaling.shadow;

import dev.almanac.predictor.scaling.PricedWindow;
import dev.almanac.predictor.scaling.PricedWindow.Patience;
import dev.almanac.predictor.scaling.hpa.ExternalMetric;
import java.util.Arrays;

/**
 * Replicas over a stretch of past demand, tick by tick, with pods that need a fixed time to become
 * Ready: what plain HPA would have held and what the priced window would have. Demand is in
 * replicas of capacity. Open loop: demand does not depend on what was held.
 */
public final class ShadowReplay {
  private static final int UP_PODS = 4;
  private static final double UNITS_PER_POD = 1e9;

  private final double[] demand;
  private final double[] seen;
  private final int lag;
  private final Bounds bounds;
  private final Reactive hpa;

  /** What most runs share: HPA is never asked, and there is no floor. Never written. */
  private final boolean[] never;

  private final int[] noFloor;

  /**
   * A reactive rule: HPA v2 on one External metric with the default behavior.
   *
   * @param target share of a replica's capacity that it aims at, above 0
   * @param tolerance band around the target inside which nothing changes, at least 0
   * @param window ticks of which a fall keeps the highest answer, at least 1
   */
  public record Reactive(double target, double tolerance, int window) {
    /** Refuses values that no HPA has. */
    public Reactive {
      if (!(target > 0) || !(tolerance >= 0) || window < 1) {
        throw new IllegalArgumentException(
            "no HPA has target %s, tolerance %s, window %d".formatted(target, tolerance, window));
      }
    }
  }

  /**
   * Sizes that are never left, whoever decides.
   *
   * @param least at least 1
   * @param most at least {@code least}
   */
  public record Bounds(int least, int most) {
    /** Refuses bounds that leave nothing. */
    public Bounds {
      if (least < 1 || most < least) {
        throw new IllegalArgumentException("no size lies in %d to %d".formatted(least, most));
      }
    }

    /** At least one replica. */
    public static final Bounds NONE = new Bounds(1, Integer.MAX_VALUE);
  }

  /**
   * What was held.
   *
   * @param replicas asked for in each tick
   * @param missing Ready replicas that demand lacked in each tick; 0 where it is unknown
   */
  public record Run(int[] replicas, int[] missing) {

    /** Mean replicas over ticks {@code from} to before {@code to}. */
    public double cost(int from, int to) {
      long sum = 0;
      for (int k = from; k < to; k++) {
        sum += replicas[k];
      }
      return (double) sum / (to - from);
    }

    /** Share of the ticks in which any replica was missing. */
    public double shortShare(int from, int to) {
      int count = 0;
      for (int k = from; k < to; k++) {
        count += missing[k] > 0 ? 1 : 0;
      }
      return (double) count / (to - from);
    }

    /** Changes of the size. */
    public int events(int from, int to) {
      int count = 0;
      for (int k = from + 1; k < to; k++) {
        count += replicas[k] != replicas[k - 1] ? 1 : 0;
      }
      return count;
    }
  }

  /**
   * The band over time, as {@link PricedWindow} gives it.
   *
   * @param low below it rise to {@code level}
   * @param level what a rise buys and a fall leaves; above it there is too much
   * @param ticks that an entry serves, at least 1
   */
  public record Band(int[] low, int[] level, int ticks) {

    /** One entry a tick. */
    public Band(int[] low, int[] level) {
      this(low, level, 1);
    }
  }

  /**
   * A stretch of demand.
   *
   * @param demand during each tick, NaN = unknown
   * @param seen what the metric says at each tick, NaN = nothing
   * @param lag ticks until an ordered replica is Ready, at least 0
   */
  public ShadowReplay(double[] demand, double[] seen, int lag, Bounds bounds, Reactive hpa) {
    this.demand = demand;
    this.seen = seen;
    this.lag = lag;
    this.bounds = bounds;
    this.hpa = hpa;
    this.never = new boolean[demand.length];
    this.noFloor = new int[demand.length];
  }

  /** Plain HPA all the time. */
  public Run reactive() {
    return reactiveAbove(noFloor);
  }

  /** Plain HPA that never goes below a floor, one for each tick. */
  public Run reactiveAbove(int[] floor) {
    boolean[] always = new boolean[demand.length];
    Arrays.fill(always, true);
    return run(new Band(noFloor, noFloor), Patience.NONE, always, floor);
  }

  /** The band all the time. */
  public Run banded(Band band, Patience patience) {
    return run(band, patience, never);
  }

  /** The band, except in the ticks where HPA stands alone. */
  public Run run(Band band, Patience patience, boolean[] alone) {
    return run(band, patience, alone, noFloor);
  }

  private Run run(Band band, Patience patience, boolean[] alone, int[] floor) {
    int n = demand.length;
    int[] replicas = new int[n];
    int[] missing = new int[n];
    int[] answers = new int[hpa.window()];
    boolean hpaIsAsked =
        anyOf(alone); // its memory must grow in every tick, or is not needed at all
    StartingPods pods = new StartingPods(settled(), lag);
    int above = 0;
    int entry = 0;
    int ticksOfEntry = 0;
    for (int k = 0; k < n; k++) {
      if (ticksOfEntry == band.ticks()) {
        entry++;
        ticksOfEntry = 0;
      }
      ticksOfEntry++;
      pods.tick();
      int size = pods.size();
      int reactive = hpaIsAsked ? reactive(size, seen[k], answers, k) : size;
      int want;
      if (alone[k]) {
        want = Math.max(reactive, floor[k]);
        above = 0;
      } else {
        int level = band.level()[entry];
        above = size > level ? above + 1 : 0;
        boolean over = above >= patience.ticks(size, level);
        want = PricedWindow.held(size, band.low()[entry], level, over);
        above = over ? 0 : above;
      }
      pods.resize(Math.clamp(want, bounds.least(), bounds.most()));
      replicas[k] = pods.size();
      missing[k] = Math.max(0, needed(demand[k]) - pods.ready());
    }
    return new Run(replicas, missing);
  }

  private static boolean anyOf(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return true;
      }
    }
    return false;
  }

  private int settled() {
    double first = seen.length == 0 || Double.isNaN(seen[0]) ? 0 : seen[0];
    return Math.clamp(needed(first / hpa.target()), bounds.least(), bounds.most());
  }

  /** Fewest replicas for a demand; a billionth too much still counts as served. */
  static int needed(double demand) {
    return Double.isNaN(demand) ? 0 : (int) Math.ceil(demand - 1e-9);
  }

  /** HPA's answer to one sync: tolerance, stabilization, and the limit of a rise. */
  private int reactive(int size, double measured, int[] answers, int tick) {
    if (Double.isNaN(measured)) {
      answers[tick % answers.length] = 0; // a failed metric leaves no recommendation
      return size;
    }
    int raw =
        ExternalMetric.averageValue(
            Math.round(measured * UNITS_PER_POD),
            Math.max(1, Math.round(hpa.target() * UNITS_PER_POD)),
            size,
            hpa.tolerance(),
            hpa.tolerance());
    answers[tick % answers.length] = raw;
    int top = raw;
    for (int answer : answers) {
      top = Math.max(top, answer);
    }
    int limit = (int) Math.min(Math.max(size + (long) UP_PODS, 2L * size), Integer.MAX_VALUE);
    return Math.min(Math.min(Math.max(size, raw), top), limit);
  }
}
