package dev.almanac.predictor.rightsizing;

import java.util.Arrays;

/** The last samples, in a ring. Absent samples count for the length, not for the statistics. */
public final class SampleWindow {
  private final double[] ring;
  private long seen;

  /**
   * An empty window.
   *
   * @param length samples that are kept, positive
   */
  public SampleWindow(int length) {
    ring = new double[length];
    Arrays.fill(ring, Double.NaN);
  }

  /** Adds samples in the place of the oldest. */
  public void add(double[] samples, int from, int to) {
    for (int i = from; i < to; i++) {
      add(samples[i]);
    }
  }

  /** Adds a sample in the place of the oldest. */
  public void add(double sample) {
    ring[(int) (seen++ % ring.length)] = sample;
  }

  /** The largest present sample; NaN when none is present. */
  public double max() {
    double max = Double.NaN;
    for (double value : ring) {
      if (!(value <= max) && !Double.isNaN(value)) {
        max = value;
      }
    }
    return max;
  }

  /** The mean of the present samples; NaN when none is present. */
  public double mean() {
    double sum = 0;
    int n = 0;
    for (double value : ring) {
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    return sum / n;
  }

  /**
   * A quantile by linear interpolation between order statistics (Hyndman and Fan type 7), as {@code
   * quantile_over_time} of Prometheus computes it; NaN when no sample is present.
   *
   * @param share 0 to 1
   */
  public double quantile(double share) {
    double[] sorted = ring.clone();
    Arrays.sort(sorted); // NaN last
    int n = sorted.length;
    while (n > 0 && Double.isNaN(sorted[n - 1])) {
      n--;
    }
    if (n == 0) {
      return Double.NaN;
    }
    double position = share * (n - 1);
    int below = (int) position;
    int above = Math.min(below + 1, n - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** Number of samples ever added. */
  public long seen() {
    return seen;
  }

  /** The samples kept, oldest first, absent ones as NaN. */
  public double[] samples() {
    int kept = (int) Math.min(seen, ring.length);
    double[] ordered = new double[kept];
    for (int i = 0; i < kept; i++) {
      ordered[i] = ring[(int) ((seen - kept + i) % ring.length)];
    }
    return ordered;
  }
}
