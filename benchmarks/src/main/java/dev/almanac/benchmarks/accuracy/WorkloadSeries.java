package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;

/**
 * One series of a collection.
 *
 * @param dataset the folder it is in: series of one folder are one group
 * @param file the file's name
 * @param name its name in the file
 * @param samples on the grid that it is scored on
 */
record WorkloadSeries(String dataset, String file, String name, TimeSeries samples) {
  /** Finer series are averaged to this step, in seconds. */
  static final int FINEST_STEP = 300;

  static final int HOUR = 3600;
  static final int DAY = 86_400;

  int step() {
    return samples.stepSeconds();
  }

  int stepsPerDay() {
    return Math.max(1, DAY / step());
  }

  double days() {
    return (double) samples.length() * step() / DAY;
  }

  WorkloadSeries with(TimeSeries other) {
    return new WorkloadSeries(dataset, file, name, other);
  }

  /** The series on the grid that it is scored on: 5 minutes when it is finer. */
  WorkloadSeries forScoring() {
    return step() < FINEST_STEP && FINEST_STEP % step() == 0
        ? with(averaged(samples, FINEST_STEP))
        : this;
  }

  /** Averages per hour. */
  WorkloadSeries hourly() {
    return step() < HOUR && HOUR % step() == 0 ? with(averaged(samples, HOUR)) : this;
  }

  /**
   * The mean of the present samples of every coarse step, steps counted from the epoch; a step
   * without any is absent.
   */
  static TimeSeries averaged(TimeSeries fine, int step) {
    long start = Math.floorDiv(fine.startEpochSecond(), (long) step);
    long end = Math.floorDiv(fine.endEpochSecond() - 1, (long) step) + 1;
    double[] sums = new double[(int) (end - start)];
    int[] counts = new int[sums.length];
    for (int i = 0; i < fine.length(); i++) {
      double v = fine.values()[i];
      if (!Double.isNaN(v)) {
        int bin = (int) (Math.floorDiv(fine.epochSecondAt(i), (long) step) - start);
        sums[bin] += v;
        counts[bin]++;
      }
    }
    for (int bin = 0; bin < sums.length; bin++) {
      sums[bin] = counts[bin] == 0 ? Double.NaN : sums[bin] / counts[bin];
    }
    return new TimeSeries(start * step, step, sums);
  }
}
