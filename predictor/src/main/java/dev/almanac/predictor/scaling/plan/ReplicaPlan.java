package dev.almanac.predictor.scaling.plan;

import java.util.Arrays;

/**
 * The cheapest sizes over a stretch of time, exact, with the start-up of replicas and the price of
 * changes.
 *
 * @param replicas asked for in each step
 * @param cost what they cost
 */
public record ReplicaPlan(int[] replicas, double cost) {
  /*
   * A size is a stack of replicas, and a fall takes the youngest first: replica j is there in a step
   * when the size is at least j. Every cost is a sum over replicas. So the plan of the stack is the sum
   * of the plans of its members, and each member is a chain of few states:
   *
   *   absent -> starting 1 .. starting lag -> Ready,     back to absent from anywhere
   *
   * solved backwards in O(steps lag). What replica j has to serve falls with j, so that plans of
   * higher replicas lie inside those of lower ones as long as ties are broken alike (the problem is
   * submodular; Topkis 1978, doi:10.1287/opre.26.2.305). The whole is O(steps replicas lag): 60
   * steps of 200 replicas at a lag of 12 are 170,000 states.
   */

  /**
   * Prices, in any one currency, finite and at least 0.
   *
   * @param hold of a replica for a step, starting or Ready
   * @param missing of a replica that demand lacks for a step
   * @param up of a replica more
   * @param down of a replica less
   */
  public record Prices(double hold, double missing, double up, double down) {
    /** Refuses negative and endless prices. */
    public Prices {
      for (double price : new double[] {hold, missing, up, down}) {
        if (!(price >= 0) || Double.isInfinite(price)) {
          throw new IllegalArgumentException("prices must be finite and >= 0, one is " + price);
        }
      }
    }
  }

  /** Sizes that a plan may have, and what is there before it. */
  public record Start(int ready, int least, int most) {
    /** Refuses bounds that leave nothing. */
    public Start {
      if (ready < 0 || least < 0 || most < least) {
        throw new IllegalArgumentException(
            "need ready >= 0 and 0 <= least <= most, was %d, %d, %d".formatted(ready, least, most));
      }
    }
  }

  /**
   * The plan for demand that is known.
   *
   * @param demand replicas needed in each step, at least 0
   * @param lag steps until a replica that is ordered serves, at least 0: at lag 0 it serves in the
   *     step in which it is ordered
   */
  public static ReplicaPlan of(int[] demand, int lag, Start start, Prices prices) {
    int most = Math.max(start.most(), start.ready());
    for (int d : demand) {
      if (d < 0) {
        throw new IllegalArgumentException("demand must be >= 0, was " + d);
      }
    }
    double[] needed = new double[demand.length];
    Planner planner = new Planner(demand.length, lag, start, prices);
    for (int j = 1; j <= most; j++) {
      for (int t = 0; t < demand.length; t++) {
        needed[t] = demand[t] >= j ? 1 : 0;
      }
      planner.add(j, needed);
    }
    double beyond = 0;
    for (int d : demand) {
      beyond += prices.missing() * Math.max(0, d - most);
    }
    return new ReplicaPlan(planner.sizes, planner.cost + beyond);
  }

  /**
   * The plan for demand of which the distribution is known: the least expected cost.
   *
   * @param exceeds {@code exceeds[t][j - 1]} is the probability that step {@code t} needs at least
   *     {@code j} replicas, falling with {@code j}; what lies beyond the end of a row is 0
   */
  public static ReplicaPlan expected(double[][] exceeds, int lag, Start start, Prices prices) {
    int most = Math.max(start.most(), start.ready());
    double[] needed = new double[exceeds.length];
    Planner planner = new Planner(exceeds.length, lag, start, prices);
    double beyond = 0;
    for (int t = 0; t < exceeds.length; t++) {
      for (int j = 0; j < exceeds[t].length; j++) {
        double p = exceeds[t][j];
        if (!(p >= 0 && p <= 1) || (j > 0 && p > exceeds[t][j - 1])) {
          throw new IllegalArgumentException(
              "probabilities must fall within [0, 1]; step %d, replica %d has %s"
                  .formatted(t, j + 1, p));
        }
        beyond += j >= most ? prices.missing() * p : 0;
      }
    }
    for (int j = 1; j <= most; j++) {
      for (int t = 0; t < exceeds.length; t++) {
        needed[t] = j <= exceeds[t].length ? exceeds[t][j - 1] : 0;
      }
      planner.add(j, needed);
    }
    return new ReplicaPlan(planner.sizes, planner.cost + beyond);
  }

  /** Plans one replica after another. */
  private static final class Planner {
    private final int steps;
    private final int lag;
    private final Start start;
    private final Prices prices;
    private final int[] sizes;
    private double cost;

    /** Least cost from a step on when the replica is absent in the step before. */
    private final double[] fromAbsent;

    /** The same when it has been there for so many steps before, up to {@code lag}: then Ready. */
    private final double[][] fromPresent;

    Planner(int steps, int lag, Start start, Prices prices) {
      if (lag < 0) {
        throw new IllegalArgumentException("lag must be >= 0, was " + lag);
      }
      this.steps = steps;
      this.lag = lag;
      this.start = start;
      this.prices = prices;
      this.sizes = new int[steps];
      this.fromAbsent = new double[steps + 1];
      this.fromPresent = new double[steps + 1][lag + 1];
    }

    void add(int replica, double[] needed) {
      boolean must = replica <= start.least();
      boolean may = replica <= start.most();
      for (int t = steps - 1; t >= 0; t--) {
        fromAbsent[t] = Math.min(absent(t, 0, needed, must), present(t, 0, true, needed, may));
        for (int age = 0; age <= lag; age++) {
          fromPresent[t][age] =
              Math.min(absent(t, prices.down(), needed, must), present(t, age, false, needed, may));
        }
      }
      walk(replica, needed, must, may);
    }

    private double absent(int t, double change, double[] needed, boolean must) {
      return must
          ? Double.POSITIVE_INFINITY
          : change + prices.missing() * needed[t] + fromAbsent[t + 1];
    }

    /**
     * Cost of being there in a step.
     *
     * @param age steps that it has been there before, {@code lag} = Ready
     */
    private double present(int t, int age, boolean ordered, double[] needed, boolean may) {
      if (!may) {
        return Double.POSITIVE_INFINITY;
      }
      double lacking = age >= lag ? 0 : prices.missing() * needed[t];
      return (ordered ? prices.up() : 0)
          + prices.hold()
          + lacking
          + fromPresent[t + 1][Math.min(lag, age + 1)];
    }

    /** Follows the least cost; of two equal ways the one without the replica. */
    private void walk(int replica, double[] needed, boolean must, boolean may) {
      boolean there = replica <= start.ready();
      int age = there ? lag : 0;
      cost += there ? fromPresent[0][lag] : fromAbsent[0];
      for (int t = 0; t < steps; t++) {
        double without = absent(t, there ? prices.down() : 0, needed, must);
        double with = present(t, age, !there, needed, may);
        if (with < without) {
          sizes[t]++;
          age = Math.min(lag, age + 1);
          there = true;
        } else {
          age = 0;
          there = false;
        }
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReplicaPlan(int[] sizes, double price)
        && Arrays.equals(sizes, replicas)
        && price == cost;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(replicas) + Double.hashCode(cost);
  }

  @Override
  public String toString() {
    return "ReplicaPlan[%s, %s]".formatted(Arrays.toString(replicas), cost);
  }
}
