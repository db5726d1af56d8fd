package dev.almanac.predictor.rightsizing.replay;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import java.util.Arrays;

/**
 * Memory limits day by day, from the past alone; the request is the limit. A sample above it is an
 * OOM kill: the advisor sees the limit in its place, and its rule for OOM kills holds from the next
 * sample on.
 */
public final class MemoryReplay {
  private MemoryReplay() {}

  /**
   * The score of an advisor that has not seen anything yet.
   *
   * @param least smallest limit in bytes
   */
  public static Score score(RequestAdvisor advisor, Usage usage, double least) {
    double[] samples = usage.samples();
    double[] limits = new double[samples.length];
    double[] seen = samples.clone();
    int first = usage.firstSample();
    advisor.observe(samples, 0, first);
    int oomDays = 0;
    int ooms = 0;
    double limit = 0;
    for (int day = first; day < samples.length; day += PER_DAY) {
      limit = Math.max(advisor.daily(limit), least);
      int from = day;
      int oomsBefore = ooms;
      while (from < day + PER_DAY) {
        int at = from;
        while (at < day + PER_DAY && !(samples[at] > limit)) {
          at++;
        }
        boolean oom = at < day + PER_DAY;
        int to = oom ? at + 1 : at;
        Arrays.fill(limits, from, to, limit);
        if (oom) {
          seen[at] = limit;
        }
        advisor.observe(seen, from, to);
        if (oom) {
          ooms++;
          limit = Math.max(limit, advisor.afterOom(limit));
        }
        from = to;
      }
      oomDays += ooms > oomsBefore ? 1 : 0;
    }
    int n = 0;
    double slack = 0;
    double requested = 0;
    double used = 0;
    for (int i = first; i < samples.length; i++) {
      if (!Double.isNaN(samples[i])) {
        n++;
        slack += Math.max(0, 1 - samples[i] / limits[i]);
        requested += limits[i];
        used += Math.min(samples[i], limits[i]);
      }
    }
    int days = usage.scoredDays();
    return new Score(
        days,
        slack / n,
        (double) oomDays / days,
        (double) ooms / days,
        Score.changesAMonth(limits, first, days),
        requested / n,
        used / n);
  }
}
