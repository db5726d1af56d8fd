package dev.almanac.simulator.queueing;

/**
 * The stationary queue M/M/c: Poisson arrivals, exponential service, c servers, first come first
 * served.
 *
 * <p>Arrival and service rates are requests a second, both finite; {@code load = arrivals /
 * (servers serviceRate)}. Where {@code load >= 1} there is no stationary state: the chance of
 * waiting is 1 and every time is infinite. Without arrivals nothing waits.
 */
public final class MultiServerQueue {
  /*
   * With a = lambda / mu and rho = a / c (Kleinrock, Queueing Systems I, 1975, section 3.5):
   *
   *   B(0) = 1,  B(n) = a B(n-1) / (n + a B(n-1))            Erlang B, stable for any n
   *   C    = B(c) / (1 - rho (1 - B(c)))                      P(wait > 0), Erlang C
   *   P(W > t) = C exp(-(c mu - lambda) t)
   *   E(W)     = C / (c mu - lambda)
   *
   * The answer takes T = W + S, S exponential with rate mu. With d = c mu - lambda:
   *
   *   P(T > t) = (1 - C) e^(-mu t) + C (d e^(-mu t) - mu e^(-d t)) / (d - mu)     d != mu
   *            = (1 - C) e^(-mu t) + C (1 + mu t) e^(-mu t)                        d  = mu
   */

  /** Nearer than this, the two rates count as one. */
  private static final double SAME_RATE = 1e-7;

  private final double arrivals;
  private final double serviceRate;
  private final double spare;
  private final double waiting;

  /**
   * A queue.
   *
   * @param arrivals a second, at least 0
   * @param serviceRate of one server, above 0
   * @param servers at least 0; without servers everything waits
   */
  public MultiServerQueue(double arrivals, double serviceRate, int servers) {
    this.arrivals = arrivals;
    this.serviceRate = serviceRate;
    this.spare = servers * serviceRate - arrivals;
    this.waiting = waiting(arrivals / serviceRate, servers);
  }

  private static double waiting(double offered, int servers) {
    if (offered <= 0) {
      return 0;
    }
    if (offered >= servers) {
      return 1;
    }
    double blocked = 1;
    for (int n = 1; n <= servers; n++) {
      blocked = offered * blocked / (n + offered * blocked);
    }
    return blocked / (1 - offered / servers * (1 - blocked));
  }

  /** Chance that a request waits, 0 to 1 (Erlang C). */
  public double waitingProbability() {
    return waiting;
  }

  /** Mean wait in seconds, infinite where it grows without end. */
  public double meanWaitSeconds() {
    return arrivals <= 0 ? 0 : spare <= 0 ? Double.POSITIVE_INFINITY : waiting / spare;
  }

  /**
   * Chance that an answer takes longer, its wait included.
   *
   * @param seconds at least 0
   */
  public double slowerThan(double seconds) {
    double served = Math.exp(-serviceRate * seconds);
    if (arrivals <= 0) {
      return served;
    }
    if (spare <= 0) {
      return 1;
    }
    double apart = spare - serviceRate;
    double tail =
        Math.abs(apart) < SAME_RATE * serviceRate
            ? (1 + serviceRate * seconds) * served
            : (spare * served - serviceRate * Math.exp(-spare * seconds)) / apart;
    return Math.clamp((1 - waiting) * served + waiting * tail, 0, 1);
  }

  /**
   * The time within which a share of the answers is given, in seconds.
   *
   * @param share in (0, 1)
   * @return infinite where waits grow without end
   */
  public double quantileSeconds(double share) {
    if (spare <= 0) {
      return Double.POSITIVE_INFINITY;
    }
    double low = 0;
    double high = 1 / serviceRate;
    while (slowerThan(high) > 1 - share) {
      low = high;
      high *= 2;
    }
    for (int i = 0; i < 40 && high - low > 1e-9 * high; i++) {
      double middle = (low + high) / 2;
      if (slowerThan(middle) > 1 - share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
