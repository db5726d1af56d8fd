package dev.almanac.predictor.scaling;

import dev.almanac.predictor.forecast.window.Survival;
import java.time.Duration;
import java.util.Arrays;

/**
 * The arithmetic of the priced window, on numbers only: a decision, its shadow replay and the
 * benchmarks call these same functions.
 */
public final class PricedWindow {
  /*
   * Demand is in replicas of capacity. W is the highest demand over a window, sqrt(W) has location mu
   * and spread sigma, and the standardised residual has the survival function S. Then
   *
   *   P(W > n) = (1 - PI) S((sqrt(n) - mu) / sigma) + PI min(1, (n / now)^-ALPHA)
   *   need(q)  = argmin over n >= median of  q n + P(W > n)
   *
   * A replica is bought while it removes more than q of the risk: more spare where one replica is
   * worth much (small services, nights), less at the top of a wide distribution. That minimises short
   * time per replica-hour; a constant quantile would minimise missing replica-minutes. The second term
   * is the surprise that no history has shown; it is what a proportional headroom is good for.
   *
   * Two sizes make the band in which replicas keep still:
   *
   *   low   = need_lead(LOW q)                       below it the risk is worth an event
   *   level = max(need_lead(q), need_hold(h q))      what a rise buys and a fall leaves
   *
   * h is by how many times the hold window is as long as the lead window: a longer window may be exceeded
   * more often at the same share of short time. Above its level a size falls when what it has cost
   * there is worth an event, as one who rents skis buys them (Karlin, Manasse, Rudolph and Sleator,
   * Algorithmica 3, 1988): time above times what is too much, as a share of the level.
   *
   * All constants were picked together on open workload series and checked on fresh ones
   * (docs/benchmarks/control.md).
   */

  private static final double SURPRISE = 0.2;

  /** Of the surprise: doubling has a chance of 1e-6, a tenth more one of 0.15. */
  private static final int SURPRISE_POWER = 20;

  /** Demand below this share of a replica surprises as if it were this. */
  private static final double LEAST_DEMAND = 0.3;

  private static final double LOW = 6;
  private static final double HIGHEST_HOLD = 8;
  private static final double HIGHEST_PRICE = 0.5;

  /** What is bought should last so long. */
  public static final Duration HOLD_WINDOW = Duration.ofMinutes(10);

  /**
   * How late a metric usually shows demand: scrape, evaluation and half of a rate's minute. A
   * window must reach so much further.
   */
  private static final Duration METRIC_DELAY = Duration.ofSeconds(30);

  /** So many replicas past the best one are looked at before giving up. */
  private static final int TRIES = 3;

  /** Between the median and what the lowest price buys there are rarely more. */
  private static final int EXPECTED_SIZES = 64;

  /** No workload is larger. */
  public static final int MOST = 1_000_000;

  private PricedWindow() {}

  /**
   * P(W > n) with the surprise in it.
   *
   * @param mu location of sqrt(W)
   * @param sigma its spread, above 0
   * @param now demand now
   */
  public static double risk(int n, double mu, double sigma, Survival survival, double now) {
    return risk(n, survival.beyond((Math.sqrt(n) - mu) / sigma), now);
  }

  private static double risk(int n, double foreseen, double now) {
    double ratio = Math.max(now, LEAST_DEMAND) / n;
    return (1 - SURPRISE) * foreseen + SURPRISE * chance(ratio);
  }

  private static double power(double x) {
    double x2 = x * x;
    double x4 = x2 * x2;
    double x8 = x4 * x4;
    return x8 * x8 * x4;
  }

  /**
   * The size at which one more replica removes less than its price from the risk.
   *
   * @param price of a replica, as a probability, above 0
   * @return at least 1
   */
  public static int need(double mu, double sigma, Survival survival, double now, double price) {
    return need(mu, sigma, survival, now, price, MOST);
  }

  /**
   * The same up to a size. A spread without sense, as of a series of two kinds of day, lets the
   * risk fall so slowly that the search would go to one over the price.
   *
   * @param most replicas that there may be, at least 1
   * @return from 1 to {@code most}
   */
  public static int need(
      double mu, double sigma, Survival survival, double now, double price, int most) {
    double v = mu + survival.median() * sigma;
    int n = v > 0 ? (int) Math.clamp(Math.ceil(v * v - 1e-9), 1, most) : 1;
    int best = n;
    double cost = price * n + risk(n, mu, sigma, survival, now);
    while (n < most) {
      n++;
      double p = risk(n, mu, sigma, survival, now);
      double total = price * n + p;
      if (total < cost) {
        cost = total;
        best = n;
      }
      if (price * n > cost || (p < 0.5 * price && n > best + TRIES)) {
        break;
      }
    }
    return best;
  }

  /**
   * {@link #need} where nothing is foreseen: demand stays as it is, and surprises remain.
   *
   * @param now demand in replicas, at least 0
   * @return at least 1
   */
  public static int unforeseen(double now, double price) {
    double m = Math.max(now, LEAST_DEMAND);
    int n = (int) Math.clamp(Math.ceil(now - 1e-9), 1, MOST);
    // n^-21 falls so fast that the derivative decides: the next replica removes less than its
    // price.
    while (n < MOST && chance(m / n) - chance(m / (n + 1)) > price) {
      n++;
    }
    return n;
  }

  private static double chance(double ratio) {
    return ratio >= 1 ? 1 : power(ratio);
  }

  /** Price of a size that is worth an event. */
  public static double lowPrice(double price) {
    return Math.min(HIGHEST_PRICE, LOW * price);
  }

  /**
   * Length of the lead window: what is ordered now serves from the end of its lead time on, the
   * next order an interval later.
   *
   * @param leadTime until a replica that is ordered is Ready
   * @param interval between decisions
   */
  public static Duration reach(Duration leadTime, Duration interval) {
    return leadTime.plus(interval).plus(METRIC_DELAY);
  }

  /**
   * Price of what must last.
   *
   * @param reach length of the lead window, above 0
   */
  public static double holdPrice(double price, Duration reach) {
    double longer = (double) HOLD_WINDOW.toMillis() / reach.toMillis();
    return Math.min(HIGHEST_PRICE, Math.clamp(longer, 1, HIGHEST_HOLD) * price);
  }

  /**
   * How long a size above its level waits before it falls.
   *
   * @param least ticks above the level, at least 1
   * @param worth ticks at twice the level that are worth an event, at least 0
   */
  public record Patience(int least, double worth) {
    private static final double LEAST_SECONDS = 60;
    private static final double WORTH_SECONDS = 24;

    /** Falls at the first tick. */
    public static final Patience NONE = new Patience(1, 0);

    /** That of decisions so far apart. */
    public static Patience at(Duration interval) {
      double seconds = interval.toMillis() / 1000.0;
      return new Patience(
          (int) Math.max(1, Math.ceil(LEAST_SECONDS / seconds)), WORTH_SECONDS / seconds);
    }

    /** Ticks after which a size above its level falls; one that is not above never does. */
    public int ticks(int size, int level) {
      if (size <= level) {
        return Integer.MAX_VALUE;
      }
      return (int) Math.max(least, Math.ceil(worth * level / ((double) size - level) - 1e-9));
    }
  }

  /**
   * The size after the band: below {@code low} rise to {@code level}, fall to it when patience is
   * over, else keep.
   */
  public static int held(int current, int low, int level, boolean patienceOver) {
    if (current < low) {
      return Math.max(low, level);
    }
    return patienceOver ? Math.min(current, level) : current;
  }

  /** The search at several prices; it keeps its scratch, so each thread needs its own. */
  public static final class Walk {
    private double[] risks = new double[EXPECTED_SIZES];
    private int[] corners = new int[EXPECTED_SIZES];

    /**
     * {@link PricedWindow#need} at several prices at once. The search at the lowest price goes
     * furthest, and knows the risks of all sizes that matter. Of these only the corners of the
     * lower convex hull over (size, risk) are best at any price, and the lower the price the larger
     * the size.
     *
     * @param most replicas that there may be, at least 1
     * @param prices lists of them, each not rising
     * @param out one size a price, from 1 to {@code most}
     */
    public void needs(
        double mu,
        double sigma,
        Survival survival,
        double now,
        int most,
        double[][] prices,
        int[][] out) {
      double v = mu + survival.median() * sigma;
      int first = v > 0 ? (int) Math.clamp(Math.ceil(v * v - 1e-9), 1, most) : 1;
      risks[0] = risk(first, mu, sigma, survival, now);
      double lowest = Double.POSITIVE_INFINITY;
      for (double[] list : prices) {
        lowest = Math.min(lowest, list[list.length - 1]);
      }
      int n = first;
      int furthest = first;
      double cost = lowest * first + risks[0];
      int point = 0;
      while (n < most) {
        n++;
        double z = (Math.sqrt(n) - mu) / sigma;
        point = survival.pointUpTo(z, point);
        double p = risk(n, survival.beyond(z, point), now);
        if (n - first == risks.length) {
          risks = Arrays.copyOf(risks, 2 * risks.length);
        }
        risks[n - first] = p;
        double total = lowest * n + p;
        if (total < cost) {
          cost = total;
          furthest = n;
        }
        if (lowest * n > cost || (p < 0.5 * lowest && n > furthest + TRIES)) {
          break;
        }
      }
      int last = findCorners(furthest - first + 1) - 1;
      for (int list = 0; list < prices.length; list++) {
        int best = 0;
        for (int i = 0; i < prices[list].length; i++) {
          double price = prices[list][i];
          while (best < last
              && price * (first + corners[best + 1]) + risks[corners[best + 1]]
                  < price * (first + corners[best]) + risks[corners[best]]) {
            best++;
          }
          out[list][i] = first + corners[best];
        }
      }
    }

    /**
     * Corners of the lower convex hull of the first risks, from the first to the last (Andrew's
     * monotone chain, Information Processing Letters 9, 1979); gives their number.
     */
    private int findCorners(int sizes) {
      corners = corners.length < sizes ? new int[risks.length] : corners;
      int count = 0;
      for (int k = 0; k < sizes; k++) {
        while (count > 1) {
          int a = corners[count - 2];
          int b = corners[count - 1];
          if ((risks[a] - risks[b]) * (k - b) > (risks[b] - risks[k]) * (b - a)) {
            break;
          }
          count--;
        }
        corners[count++] = k;
      }
      return count;
    }
  }
}
