package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_HOUR;

import java.util.Arrays;
import java.util.Optional;

/**
 * The hour of the week that needs most, where it needs more than a request in every week.
 *
 * <p>Request by price forgets a day within days, because it may raise within the hour; advice that
 * is written down once has to hold through the week. An hour counts when the live rule would have
 * raised for it in each of the weeks, see {@code CpuByPrice}.
 *
 * @param level what to request for it
 * @param sample index of its first sample in the last week
 * @param weeks in which it came
 */
record WeeklyPeak(double level, int sample, int weeks) {
  private static final int PER_WEEK = 7 * PER_DAY;

  /** Share of an hour above the request that makes the live rule raise. */
  private static final double RAISE_SHARE = 0.6;

  /** A weekly rhythm shows in two weeks at the earliest. */
  private static final int LEAST_WEEKS = 2;

  /** The highest such hour above a request; empty when there is none or fewer than two weeks. */
  static Optional<WeeklyPeak> above(double request, double[] usage) {
    int weeks = usage.length / PER_WEEK;
    if (weeks < LEAST_WEEKS) {
      return Optional.empty();
    }
    int first = usage.length - weeks * PER_WEEK;
    double level = request;
    int at = -1;
    for (int hour = 0; hour < PER_WEEK; hour += PER_HOUR) {
      double highest = 0;
      boolean always = true;
      for (int week = 0; week < weeks && always; week++) {
        int from = first + week * PER_WEEK + hour;
        double[] sorted = Arrays.copyOfRange(usage, from, from + PER_HOUR);
        Arrays.sort(sorted); // NaN last
        int present = 0;
        int above = 0;
        for (double sample : sorted) {
          present += Double.isNaN(sample) ? 0 : 1;
          above += sample > request ? 1 : 0;
        }
        always = present >= PER_HOUR / 2 && above >= RAISE_SHARE * present;
        // The second highest of a full hour: one sample is not a level.
        highest = always ? Math.max(highest, sorted[Math.max(0, present - 2)]) : highest;
      }
      if (always && highest > level) {
        level = highest;
        at = usage.length - PER_WEEK + hour;
      }
    }
    return at < 0 ? Optional.empty() : Optional.of(new WeeklyPeak(level, at, weeks));
  }
}
