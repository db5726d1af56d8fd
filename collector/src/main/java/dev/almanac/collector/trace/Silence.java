package dev.almanac.collector.trace;

import java.util.Arrays;

/**
 * Tells a time without requests from a time without a log. A log of requests writes neither down.
 *
 * <p>If requests came at random at the rate r before and after a silence of k steps (a Poisson
 * process), no request in k steps would have the probability exp(-rk). Below one in 10^9 the
 * silence is taken for an outage and its steps are absent; else they are zero. Requests come in
 * bursts, so the true probability is higher: the rule errs towards absent.
 */
final class Silence {
  /** -ln(1e-9). */
  private static final double EXPECTED = 20.7;

  /** Steps that the rate is taken from, on either side. */
  private static final int AROUND = 60;

  private Silence() {}

  /**
   * Sets the absent values inside a series of counts to zero, unless the silence is too long.
   *
   * @param values NaN where there was no event; changed
   * @param events how many there were in each step; at least as long
   */
  static void fill(double[] values, double[] events) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        continue;
      }
      int end = i;
      while (end < values.length && Double.isNaN(values[end])) {
        end++;
      }
      double rate = Math.min(rate(events, i - AROUND, i), rate(events, end, end + AROUND));
      if (rate * (end - i) < EXPECTED) {
        Arrays.fill(values, i, end, 0);
      }
      i = end;
    }
  }

  /** Events a step in {@code [from, to)}, as far as there are steps. */
  private static double rate(double[] events, int from, int to) {
    int first = Math.max(0, from);
    int last = Math.min(events.length, to);
    double sum = 0;
    for (int i = first; i < last; i++) {
      sum += events[i];
    }
    return last > first ? sum / (last - first) : 0;
  }
}
