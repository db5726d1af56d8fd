package dev.almanac.simulator.fleet;

import dev.almanac.predictor.forecast.Forecaster;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.simulator.replay.Learning;
import java.time.Duration;

/** Who sets the replicas of a workload. */
public sealed interface Control {

  /**
   * A HorizontalPodAutoscaler on demand, with the default behavior of the API.
   *
   * @param target share of a replica's capacity that it aims at, above 0, up to 10
   * @param tolerance band around the target, at least 0
   * @param downWindow stabilization of falls, 0 to 1 h
   */
  record Hpa(double target, double tolerance, Duration downWindow) implements Control {
    /** Refuses values out of bounds. */
    public Hpa {
      if (!(target > 0 && target <= 10)) {
        throw new IllegalArgumentException("target must lie in (0, 10], was " + target);
      }
      if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
        throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
      }
      if (downWindow.isNegative() || downWindow.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("downWindow must be 0 to 1 h, was " + downWindow);
      }
    }

    /** HPA's defaults at a target. */
    public static Hpa at(double target) {
      return new Hpa(target, 0.1, Duration.ofMinutes(5));
    }
  }

  /**
   * Nobody: a Deployment with this many replicas.
   *
   * @param replicas at least 0
   */
  record Fixed(int replicas) implements Control {
    /** Refuses negative numbers. */
    public Fixed {
      if (replicas < 0) {
        throw new IllegalArgumentException("replicas must be >= 0, was " + replicas);
      }
    }
  }

  /** Perfect foresight with the same start-up time: the cheapest size that is never short. */
  record Foresight() implements Control {}

  /**
   * The product's own {@code step}.
   *
   * @param policy with the bounds and the capacity of the workload; a fixed lead time
   * @param learning what models are fitted from
   * @param forecaster of the fits
   */
  record Almanac(ScalingPolicy policy, Learning learning, Forecaster forecaster)
      implements Control {}
}
