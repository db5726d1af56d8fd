package dev.almanac.predictor.rightsizing.replay;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_HOUR;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import java.util.Arrays;

/**
 * CPU requests day by day, from the past alone: set at midnight, raised at full hours. Usage is not
 * capped by the request.
 */
public final class CpuReplay {
  /** Beyond this multiple of the request a sample is far short. */
  private static final double FAR = 1.2;

  private CpuReplay() {}

  /** The request at each sample; NaN on days without one. */
  public static double[] requests(RequestAdvisor advisor, Usage usage) {
    double[] samples = usage.samples();
    double[] requests = new double[samples.length];
    Arrays.fill(requests, Double.NaN);
    double current = 0;
    for (int at = 0; at < samples.length; at += PER_HOUR) {
      if (at >= usage.firstSample()) {
        current = at % PER_DAY == 0 ? advisor.daily(current) : advisor.hourly(current);
        Arrays.fill(requests, at, at + PER_HOUR, current);
      }
      advisor.observe(samples, at, at + PER_HOUR);
    }
    return requests;
  }

  /** The score of an advisor that has not seen anything yet. */
  public static Score score(RequestAdvisor advisor, Usage usage) {
    double[] requests = requests(advisor, usage);
    double[] samples = usage.samples();
    int n = 0;
    int above = 0;
    int farAbove = 0;
    double slack = 0;
    double requested = 0;
    double used = 0;
    for (int i = usage.firstSample(); i < samples.length; i++) {
      if (!Double.isNaN(samples[i])) {
        n++;
        slack += Math.max(0, 1 - samples[i] / requests[i]);
        above += samples[i] > requests[i] ? 1 : 0;
        farAbove += samples[i] > FAR * requests[i] ? 1 : 0;
        requested += requests[i];
        used += samples[i];
      }
    }
    int days = usage.scoredDays();
    return new Score(
        days,
        slack / n,
        (double) above / n,
        (double) farAbove / n,
        Score.changesAMonth(requests, usage.firstSample(), days),
        requested / n,
        used / n);
  }
}
