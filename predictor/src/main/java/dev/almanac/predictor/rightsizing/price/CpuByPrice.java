package dev.almanac.predictor.rightsizing.price;

import dev.almanac.predictor.rightsizing.RequestAdvisor;

/**
 * The CPU request that is cheapest when being short for a share of the time costs that share, and
 * idling a share of the request costs {@code price} times that share.
 *
 * <p>Raised within the day after an hour that was mostly short, and back when that has passed; else
 * changed at midnight, when the change is worth it.
 */
public final class CpuByPrice implements RequestAdvisor {
  /*
   * J(x) = P(usage > x) + price * E(1 - usage / x)+ on a histogram of the container's own usage, in which
   * every day weighs 2^(-1 / halfLife) of the next one. A fixed percentile with a margin buys the same
   * safety for a steady and for a spiky container, at very different prices; one price for all buys the
   * safety where it is cheapest.
   *
   * What happened in the last hours tells more about the next ones than its share of the histogram says;
   * they are mixed in, at midnight and when a raise is considered. A raise whose reason is gone for three
   * hours is undone; nothing else lowers a request between midnights.
   *
   * Against docs/benchmarks/rightsizing.md: without the last hours at midnight, without undoing and with
   * one threshold for changes in both directions it is the recipe that this started from.
   */

  /** Hours that count more at midnight, and their weight against the history. */
  private static final int EVENING_HOURS = 6;

  private static final double EVENING_WEIGHT = 0.15;

  /** Weight of the last hour against the history when a raise is considered. */
  private static final double RAISE_WEIGHT = 0.2;

  /** A raise by less is not made. */
  private static final double RAISE_LEAST = 1.10;

  /** Share of an hour above the request that asks for a raise. */
  private static final double RAISE_SHARE = 0.6;

  /** Hours below the request of midnight after which a raise is undone. */
  private static final int CALM_HOURS = 3;

  /** Least gain of a change, as a share of slack: raising is safe, lowering is not. */
  private static final double KEEP_FROM_RAISING = 0.01;

  private static final double KEEP_FROM_LOWERING = 0.05;

  private final Settings settings;
  private final double[] history = new double[UsageGrid.CELLS];
  private final double[] today = new double[UsageGrid.CELLS];
  private final double[] share = new double[UsageGrid.CELLS];
  private final double[] last = new double[EVENING_HOURS * PER_HOUR];
  private double atMidnight;
  private long samples;

  /**
   * What decides.
   *
   * @param price of one unit of slack, in units of short time; above 0
   * @param halfLifeDays after which a sample weighs half; positive
   * @param least smallest request in cores, at least 0
   */
  public record Settings(double price, double halfLifeDays, double least) {

    /** Measured defaults; see docs/benchmarks/rightsizing.md. */
    public static final Settings DEFAULTS = new Settings(0.2, 1.5, 0.01);

    /** Refuses what is outside the bounds. */
    public Settings {
      check("price", price, price > 0);
      check("half life", halfLifeDays, halfLifeDays > 0);
      check("least request", least, least >= 0);
    }

    private static void check(String what, double value, boolean fits) {
      if (!fits || Double.isInfinite(value)) {
        throw new IllegalArgumentException("%s out of bounds: %s".formatted(what, value));
      }
    }

    /** The same at another price. */
    public Settings withPrice(double other) {
      return new Settings(other, halfLifeDays, least);
    }
  }

  /** An advisor that has seen nothing. */
  public CpuByPrice(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void observe(double[] usage, int from, int to) {
    for (int i = from; i < to; i++) {
      last[(int) (samples % last.length)] = usage[i];
      if (!Double.isNaN(usage[i])) {
        today[UsageGrid.cell(usage[i])]++;
      }
      if (++samples % PER_DAY == 0) {
        closeDay();
      }
    }
  }

  private void closeDay() {
    double decay = Math.pow(0.5, 1 / settings.halfLifeDays());
    double total = 0;
    for (int i = 0; i < UsageGrid.CELLS; i++) {
      history[i] = history[i] * decay + today[i];
      today[i] = 0;
      total += history[i];
    }
    for (int i = 0; i < UsageGrid.CELLS && total > 0; i++) {
      share[i] = history[i] / total;
    }
  }

  @Override
  public double daily(double current) {
    double[] expected = withLast(EVENING_HOURS, EVENING_WEIGHT);
    Choice best = cheapest(expected);
    double keep = best.request() > current ? KEEP_FROM_RAISING : KEEP_FROM_LOWERING;
    boolean stay = current > 0 && cost(expected, current) <= best.cost() + keep * settings.price();
    atMidnight = stay ? current : best.request();
    return atMidnight;
  }

  @Override
  public double hourly(double current) {
    if (shareAbove(current, 1) >= RAISE_SHARE) {
      double raised = cheapest(withLast(1, RAISE_WEIGHT)).request();
      return raised > RAISE_LEAST * current ? raised : current;
    }
    return current > atMidnight && shareAbove(atMidnight, CALM_HOURS) == 0 ? atMidnight : current;
  }

  /** Share of the present samples of the last hours above a request; NaN when none is present. */
  private double shareAbove(double request, int hours) {
    int present = 0;
    int above = 0;
    for (int i = 0; i < hours * PER_HOUR; i++) {
      double usage = ago(i);
      if (!Double.isNaN(usage)) {
        present++;
        above += usage > request ? 1 : 0;
      }
    }
    return (double) above / present;
  }

  /** The history with the last hours mixed in, as shares by cell. */
  private double[] withLast(int hours, double weight) {
    int present = 0;
    for (int i = 0; i < hours * PER_HOUR; i++) {
      present += Double.isNaN(ago(i)) ? 0 : 1;
    }
    if (present == 0) {
      return share;
    }
    double[] mixed = new double[UsageGrid.CELLS];
    for (int i = 0; i < UsageGrid.CELLS; i++) {
      mixed[i] = (1 - weight) * share[i];
    }
    for (int i = 0; i < hours * PER_HOUR; i++) {
      if (!Double.isNaN(ago(i))) {
        mixed[UsageGrid.cell(ago(i))] += weight / present;
      }
    }
    return mixed;
  }

  /** The sample before the last {@code i} ones; NaN before the first. */
  private double ago(int i) {
    long index = samples - 1 - i;
    return index < 0 ? Double.NaN : last[(int) (index % last.length)];
  }

  private record Choice(double request, double cost) {}

  private Choice cheapest(double[] shares) {
    double below = 0;
    double belowUsage = 0;
    double best = Double.POSITIVE_INFINITY;
    int at = 0;
    for (int i = 0; i < UsageGrid.CELLS; i++) {
      below += shares[i];
      belowUsage += shares[i] * UsageGrid.value(i);
      double cost = cost(below, belowUsage, UsageGrid.value(i));
      if (cost < best) {
        best = cost;
        at = i;
      }
    }
    return new Choice(Math.max(UsageGrid.value(at), settings.least()), best);
  }

  private double cost(double[] shares, double request) {
    double below = 0;
    double belowUsage = 0;
    for (int i = 0; i < UsageGrid.CELLS && UsageGrid.value(i) <= request * (1 + 1e-4); i++) {
      below += shares[i];
      belowUsage += shares[i] * UsageGrid.value(i);
    }
    return cost(below, belowUsage, request);
  }

  private double cost(double below, double belowUsage, double request) {
    return 1 - below + settings.price() * (below - belowUsage / request);
  }
}
