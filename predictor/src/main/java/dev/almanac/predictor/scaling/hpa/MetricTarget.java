package dev.almanac.predictor.scaling.hpa;

/** What a metric should be, as in {@code target} of the HPA v2 API. */
public sealed interface MetricTarget {

  /**
   * Share of the requests; for Resource and ContainerResource.
   *
   * @param percent above 0
   */
  record Utilization(int percent) implements MetricTarget {
    /** Refuses a target that is not positive. */
    public Utilization {
      check(percent);
    }
  }

  /**
   * Average over pods; for every type of metric.
   *
   * @param milli milli-units, above 0
   */
  record AverageValue(long milli) implements MetricTarget {
    /** Refuses a target that is not positive. */
    public AverageValue {
      check(milli);
    }
  }

  /**
   * The whole value; for Object and External.
   *
   * @param milli milli-units, above 0
   */
  record Value(long milli) implements MetricTarget {
    /** Refuses a target that is not positive. */
    public Value {
      check(milli);
    }
  }

  /** None was given. The API refuses that at admission; here the metric fails. */
  record Unset() implements MetricTarget {}

  private static void check(long target) {
    if (target <= 0) {
      throw new IllegalArgumentException("a metric's target must be above 0, was " + target);
    }
  }
}
