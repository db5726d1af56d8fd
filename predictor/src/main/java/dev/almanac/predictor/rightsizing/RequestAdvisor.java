package dev.almanac.predictor.rightsizing;

/**
 * Advises on one resource of one container, from its usage as it comes in. The caller keeps the
 * request; the advisor keeps the history.
 *
 * <p>Samples come every 5 minutes, the first one at a midnight; absent ones are NaN. CPU is in
 * cores, memory in bytes, both as doubles. Advisors are not thread safe, and as pure as what they
 * are told.
 */
public interface RequestAdvisor {
  /** Samples in an hour. */
  int PER_HOUR = 12;

  /** Samples in a day. */
  int PER_DAY = 24 * PER_HOUR;

  /**
   * Takes the next samples.
   *
   * @param usage finite and at least 0, or NaN where absent; memory above the limit is not seen,
   *     its sample is the limit
   * @param from index of the first one
   * @param to index after the last one
   */
  void observe(double[] usage, int from, int to);

  /**
   * The request for the day that begins. Asked at midnight, when at least one sample has been
   * observed.
   *
   * @param current the request until now; 0 when there is none
   */
  double daily(double current);

  /** The request for the hour that begins. Asked at full hours between midnights. */
  default double hourly(double current) {
    return current;
  }

  /**
   * The memory limit after an OOM kill.
   *
   * @param limit at which it happened
   */
  default double afterOom(double limit) {
    return limit * OOM_FACTOR;
  }

  /** What is done after an OOM kill where a tool has no rule of its own. */
  double OOM_FACTOR = 1.2;
}
