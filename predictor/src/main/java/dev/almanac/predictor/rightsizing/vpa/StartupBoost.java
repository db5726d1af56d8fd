package dev.almanac.predictor.rightsizing.vpa;

import java.util.OptionalLong;

/**
 * More CPU while a container starts (AEP-7862; {@code resource_updates.go} of the admission
 * controller).
 */
public sealed interface StartupBoost {

  /** The request times a factor of at least 1. */
  record Factor(int factor) implements StartupBoost {

    /** Refuses a factor below 1. */
    public Factor {
      if (factor < 1) {
        throw new IllegalArgumentException("a boost factor must be at least 1, was " + factor);
      }
    }

    @Override
    public long boost(long millicores) {
      return (long) ((double) millicores * factor);
    }
  }

  /** The request and so many millicores more. */
  record Quantity(long millicores) implements StartupBoost {

    /** Refuses a negative amount. */
    public Quantity {
      if (millicores < 0) {
        throw new IllegalArgumentException("a boost must be at least 0, was " + millicores);
      }
    }

    @Override
    public long boost(long base) {
      return base + millicores;
    }
  }

  /** Millicores while starting, out of those afterwards. */
  long boost(long millicores);

  /**
   * Request and limit in millicores while starting.
   *
   * @param limit absent when the limit is left as it is
   */
  record Boosted(long request, OptionalLong limit) {}

  /**
   * Boosts the recommended request, or the one of the pod where none is recommended.
   *
   * @param request of the pod, in millicores
   * @param limit of the pod, in millicores
   * @param recommended absent or 0 when there is no recommendation
   * @param mostBoosted cap of the boosted request; 0 for none
   */
  default Boosted apply(
      OptionalLong request,
      OptionalLong limit,
      OptionalLong recommended,
      ControlledValues controlled,
      long mostBoosted) {
    long base = recommended.orElse(0) == 0 ? request.orElse(0) : recommended.getAsLong();
    long boosted = boost(base);
    if (mostBoosted > 0) {
      boosted = Math.min(boosted, mostBoosted);
    }
    if (controlled == ControlledValues.REQUESTS_AND_LIMITS) {
      return new Boosted(
          boosted, ProportionalLimit.of(limit, request, boosted, OptionalLong.empty()).limit());
    }
    long cap = limit.orElse(Long.MAX_VALUE);
    if (boosted > cap) {
      boosted = cap > 1 ? cap - 1 : cap; // apart, so that the pod does not become Guaranteed
    }
    return new Boosted(boosted, OptionalLong.empty());
  }
}
