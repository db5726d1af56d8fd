package dev.almanac.predictor.rightsizing.advice;

import java.util.Optional;

/**
 * Usage of one resource against its request, in cores or bytes.
 *
 * @param median of usage
 * @param p95 of usage
 * @param peak of usage
 * @param samples that are present
 * @param shortNow CPU: share of samples above today's request; memory: OOM kills; NaN where today's
 *     request is not known
 * @param promise what the same advice, made day by day from the past alone, did over the history
 */
public record Figures(
    double median, double p95, double peak, int samples, double shortNow, Optional<Kept> promise) {

  /**
   * A month under this advice, from days that it had not seen.
   *
   * @param days replayed
   * @param mean CPU: minutes a month above the request; memory: days a month with an OOM kill
   * @param most the same, with 95 % confidence if days are independent
   */
  public record Kept(int days, double mean, double most) {}

  /** For advice that is cut below what was replayed. */
  Figures withoutPromise() {
    return new Figures(median, p95, peak, samples, shortNow, Optional.empty());
  }
}
