package dev.almanac.simulator.cluster;

import java.time.Duration;

/** How long a pod takes from its creation until it is Ready. */
public sealed interface StartUpLag {

  /** No pod takes longer than this. */
  Duration LONGEST = Duration.ofDays(1);

  /** The 90 % point of the standard normal distribution. */
  double NORMAL_P90 = 1.2815515655446004;

  /**
   * Every pod takes the same time.
   *
   * @param time from zero to {@link #LONGEST}
   */
  record Fixed(Duration time) implements StartUpLag {
    /** Refuses times out of bounds. */
    public Fixed {
      if (time.isNegative() || time.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("start-up lag must be 0 to 1 day, was " + time);
      }
    }
  }

  /**
   * Times with a lognormal distribution, cut at {@link #LONGEST}; measured start-up times have
   * about {@code sigma} 0.35 on warm nodes.
   *
   * @param median above zero, up to {@link #LONGEST}
   * @param sigma standard deviation of the logarithm, 0 to 3
   * @param seed same seed, same times in the order in which pods are created
   */
  record Lognormal(Duration median, double sigma, long seed) implements StartUpLag {
    /** Refuses parameters out of bounds. */
    public Lognormal {
      if (!median.isPositive() || median.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("median lag must be above 0 up to 1 day, was " + median);
      }
      if (!(sigma >= 0 && sigma <= 3)) {
        throw new IllegalArgumentException("sigma must lie in 0 to 3, was " + sigma);
      }
    }

    /** The time of a pod at {@code z} standard deviations. */
    public long millisAt(double z) {
      // StrictMath: the last bit of Math.exp may differ from one machine to the next.
      double millis = median.toMillis() * StrictMath.exp(sigma * z);
      return Math.min(Math.round(millis), LONGEST.toMillis());
    }
  }

  /** Every pod takes the same time. */
  static StartUpLag fixed(Duration time) {
    return new Fixed(time);
  }

  /** The time that a rise must be ordered ahead: the fixed time, or the 90 % point. */
  default Duration p90() {
    return switch (this) {
      case Fixed(Duration time) -> time;
      case Lognormal lognormal -> Duration.ofMillis(lognormal.millisAt(NORMAL_P90));
    };
  }
}
