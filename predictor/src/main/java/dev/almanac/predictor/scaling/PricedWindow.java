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
   * Three sizes make the band in which replicas keep still:
   *
   *   low   = need_lead(LOW q)                          below it the risk is worth an event
   *   level = max(need_lead(q), need_hold(HOLD q))      what a rise buys and a fall leaves
   *   high  = max(level, floor((1 + BAND) level))       above it there is too much
   *
   * All constants were picked together on open workload series at a lead time of 60 s and checked on
   * fresh ones (docs/benchmarks/control.md).
   */

  private static final double SURPRISE = 0.2;

  /** Of the surprise: doubling has a chance of 1e-6, a tenth more one of 0.15. */
  private static final int SURPRISE_POWER = 20;

  /** Demand below this share of a replica surprises as if it were this. */
  private static final double LEAST_DEMAND = 0.3;

  private static final double LOW = 4;
  private static final double HOLD = 8;
  private static final double HIGHEST_PRICE = 0.5;
  private static final double BAND = 0.1;

  /** What is bought should last so long. */
  public static final Duration HOLD_WINDOW = Duration.ofMinutes(10);

  /** A size above the band waits so long before it falls. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

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

  /** Price of what must last. */
  public static double holdPrice(double price) {
    return Math.min(HIGHEST_PRICE, HOLD * price);
  }

  /** Upper end of the band. */
  public static int high(int level) {
    return Math.max(level, (int) Math.floor(level * (1 + BAND) + 1e-9));
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
