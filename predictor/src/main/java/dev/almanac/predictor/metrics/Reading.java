package dev.almanac.predictor.metrics;

import java.time.Duration;
import java.time.Instant;

/**
 * What a metric says now. "No answer" is a value with a reason, and only {@link Present} may lower
 * capacity: every other kind forbids it (reliability invariants I2 and I3).
 */
public sealed interface Reading {

  /**
   * A fresh, complete sample.
   *
   * @param value finite and not negative, in the unit of its metric
   * @param sampledAt when the sample was taken, on the clock of the source
   */
  record Present(double value, Instant sampledAt) implements Reading {
    /** Refuses what {@link Reading#of} would have typed as invalid. */
    public Present {
      requireUsable(value);
    }
  }

  /** The source answered with nothing, or did not answer; the detail says which. */
  record NoData(String detail) implements Reading {}

  /** The newest sample is older than the policy allows. It may still raise capacity. */
  record Stale(double value, Instant sampledAt) implements Reading {
    /** Refuses what {@link Reading#of} would have typed as invalid. */
    public Stale {
      requireUsable(value);
    }
  }

  /** The source says that parts are missing, so the true value may be higher. */
  record Partial(double value, Instant sampledAt, String detail) implements Reading {
    /** Refuses what {@link Reading#of} would have typed as invalid. */
    public Partial {
      requireUsable(value);
    }
  }

  /**
   * A sample from the future: the clock of the source and ours disagree, so that nobody knows how
   * old any sample is. It may still raise capacity.
   */
  record Skewed(double value, Instant sampledAt) implements Reading {
    /** Refuses what {@link Reading#of} would have typed as invalid. */
    public Skewed {
      requireUsable(value);
    }
  }

  /** An answer that cannot be a measurement: not a number, negative, malformed. */
  record Invalid(String detail) implements Reading {}

  /** How far a sample may lie ahead of our clock before the clocks are said to disagree. */
  Duration MAX_SKEW = Duration.ofSeconds(30);

  /**
   * Types one sample.
   *
   * @param value any double: NaN, infinities and negative numbers become {@link Invalid}
   * @param sampledAt the sample's own time
   * @param now the decision's time; samples more than {@link #MAX_SKEW} after it are {@link Skewed}
   * @param maxAge older samples become {@link Stale}
   */
  static Reading of(double value, Instant sampledAt, Instant now, Duration maxAge) {
    if (!Double.isFinite(value)) {
      return new Invalid("sample is " + value);
    }
    if (value < 0) {
      return new Invalid("sample is negative: " + value);
    }
    if (sampledAt.isAfter(now.plus(MAX_SKEW))) {
      return new Skewed(value, sampledAt);
    }
    return sampledAt.isBefore(now.minus(maxAge))
        ? new Stale(value, sampledAt)
        : new Present(value, sampledAt);
  }

  /**
   * Short name used in logs and as a metric label: present, no_data, stale, partial, skewed,
   * invalid.
   */
  default String kind() {
    return switch (this) {
      case Present _ -> "present";
      case NoData _ -> "no_data";
      case Stale _ -> "stale";
      case Partial _ -> "partial";
      case Skewed _ -> "skewed";
      case Invalid _ -> "invalid";
    };
  }

  /** The value of a reading that has one, else NaN. */
  default double valueOrNaN() {
    return switch (this) {
      case Present(double value, Instant _) -> value;
      case Stale(double value, Instant _) -> value;
      case Partial(double value, Instant _, String _) -> value;
      case Skewed(double value, Instant _) -> value;
      case NoData _, Invalid _ -> Double.NaN;
    };
  }

  private static void requireUsable(double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("a reading must be finite and >= 0, was " + value);
    }
  }
}
