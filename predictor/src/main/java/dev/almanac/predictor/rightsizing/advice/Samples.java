package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Usage made fit for advisors, which want whole days, the first and the last with usage. */
final class Samples {

  /** Absent samples between two runs, at least: one or two may be lost on the way. */
  private static final int GAP = 3;

  /** More runs are dense enough to be a day of their own each. */
  private static final int MOST_RUNS = 60;

  private Samples() {}

  static int present(double[] samples) {
    int n = 0;
    for (double sample : samples) {
      n += Double.isNaN(sample) ? 0 : 1;
    }
    return n;
  }

  /** The present samples, ascending. */
  static double[] sorted(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return Arrays.copyOf(sorted, present(samples));
  }

  /** Of ascending samples, the smallest that a share of them does not exceed; NaN of none. */
  static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
  }

  /** Without the days on which nothing ran, such as the weekends of a test cluster. */
  static double[] withoutEmptyDays(double[] samples) {
    double[] kept = new double[samples.length];
    int n = 0;
    for (int day = 0; day + PER_DAY <= samples.length; day += PER_DAY) {
      boolean empty = true;
      for (int i = day; i < day + PER_DAY && empty; i++) {
        empty = Double.isNaN(samples[i]);
      }
      if (!empty) {
        System.arraycopy(samples, day, kept, n, PER_DAY);
        n += PER_DAY;
      }
    }
    return Arrays.copyOf(kept, n);
  }

  /** A stretch of usage, from its first to after its last present sample. */
  record Run(int from, int to) {
    private int days() {
      return Math.ceilDiv(to - from, PER_DAY);
    }
  }

  /** The stretches of usage that absence separates. */
  static List<Run> runs(double[] samples) {
    List<Run> runs = new ArrayList<>();
    int from = -1;
    int to = -1;
    for (int i = 0; i < samples.length; i++) {
      if (Double.isNaN(samples[i])) {
        continue;
      }
      if (from >= 0 && i - to >= GAP) {
        runs.add(new Run(from, to));
        from = -1;
      }
      from = from < 0 ? i : from;
      to = i + 1;
    }
    if (from >= 0) {
      runs.add(new Run(from, to));
    }
    return runs;
  }

  /**
   * A day for every run: what matters is the next run, not the time between. Runs that come so
   * often that most days have several stay as they are.
   */
  static double[] runsAsDays(double[] samples) {
    List<Run> runs = runs(samples);
    if (runs.size() > MOST_RUNS) {
      return withoutEmptyDays(samples);
    }
    double[] days = new double[runs.stream().mapToInt(Run::days).sum() * PER_DAY];
    Arrays.fill(days, Double.NaN);
    int day = 0;
    for (Run run : runs) {
      System.arraycopy(samples, run.from(), days, day * PER_DAY, run.to() - run.from());
      day += run.days();
    }
    return days;
  }
}
