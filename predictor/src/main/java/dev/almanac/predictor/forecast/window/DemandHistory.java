package dev.almanac.predictor.forecast.window;

/**
 * A demand history in the scale on which windows are predicted, {@code y = sqrt(demand)}, with sums
 * and maxima that answer every question about a span in constant time. Absent samples are in no
 * mean and no maximum; a span without any sample answers NaN. Immutable.
 */
final class DemandHistory {
  private static final int SECONDS_PER_DAY = 86_400;

  /** Number of samples. */
  final int length;

  /** Samples in a day. */
  final int day;

  private final int stepSeconds;
  private final double[] y;
  private final Means level;
  private final Means change;
  private final double[] peak5;
  private final double[] peak15;
  private final double[] peak60;

  /**
   * A history.
   *
   * @param demand NaN = absent; below 0 counts as 0
   * @param stepSeconds divides a day
   */
  DemandHistory(double[] demand, int stepSeconds) {
    if (stepSeconds < 1 || SECONDS_PER_DAY % stepSeconds != 0) {
      throw new IllegalArgumentException("step must divide a day, was " + stepSeconds + " s");
    }
    this.length = demand.length;
    this.stepSeconds = stepSeconds;
    this.day = SECONDS_PER_DAY / stepSeconds;
    this.y = new double[length];
    for (int i = 0; i < length; i++) {
      y[i] = Math.sqrt(Math.max(0, demand[i])); // NaN stays NaN
    }
    this.level = new Means(y);
    this.change = new Means(minuteChanges());
    this.peak5 = trailingMax(y, minutes(5));
    this.peak15 = trailingMax(y, minutes(15));
    this.peak60 = trailingMax(y, minutes(60));
  }

  /** Samples in so many minutes, at least one. */
  int minutes(int minutes) {
    return Math.max(1, minutes * 60 / stepSeconds);
  }

  /** Mean of {@code y} over samples {@code from} to {@code to}, both included and clipped. */
  double mean(int from, int to) {
    return level.of(from, to);
  }

  /** Mean of |change within a minute| over samples {@code from} to {@code to}. */
  double meanChange(int from, int to) {
    return change.of(from, to);
  }

  Means levels() {
    return level;
  }

  Means changes() {
    return change;
  }

  /** Highest {@code y} of the 5 minutes up to a sample, clipped. */
  double peak5(int at) {
    return peak5[clip(at)];
  }

  /** Highest {@code y} of the 15 minutes up to a sample, clipped. */
  double peak15(int at) {
    return peak15[clip(at)];
  }

  /** Highest {@code y} of the hour up to a sample, clipped. */
  double peak60(int at) {
    return peak60[clip(at)];
  }

  private int clip(int at) {
    return Math.clamp(at, 0, length - 1);
  }

  /**
   * For each sample the highest {@code y} from there over {@code width} samples; NaN where any of
   * them is absent, and after the end fewer samples count.
   */
  double[] forwardMax(int width) {
    return forwardMax(y, width);
  }

  private double[] minuteChanges() {
    int minute = minutes(1);
    double[] changes = new double[length];
    for (int i = minute; i < length; i++) {
      changes[i] = Math.abs(y[i] - y[i - minute]);
    }
    return changes;
  }

  private static double[] forwardMax(double[] values, int width) {
    double[] highest = values.clone();
    for (int done = 1; done < width; ) {
      int shift = Math.min(done, width - done);
      for (int i = 0; i + shift < highest.length; i++) {
        highest[i] = Math.max(highest[i], highest[i + shift]); // NaN stays NaN
      }
      done += shift;
    }
    return highest;
  }

  private static double[] trailingMax(double[] values, int width) {
    double[] highest = values.clone();
    for (int i = 0; i < highest.length; i++) {
      highest[i] = Double.isNaN(highest[i]) ? Double.NEGATIVE_INFINITY : highest[i];
    }
    for (int done = 1; done < width; ) {
      int shift = Math.min(done, width - done);
      for (int i = highest.length - 1; i >= shift; i--) {
        highest[i] = Math.max(highest[i], highest[i - shift]);
      }
      done += shift;
    }
    for (int i = 0; i < highest.length; i++) {
      highest[i] = highest[i] == Double.NEGATIVE_INFINITY ? Double.NaN : highest[i];
    }
    return highest;
  }

  /** Means over spans of an array, by sums from its start. */
  static final class Means {
    private final double[] sums;
    private final int[] counts;

    Means(double[] values) {
      sums = new double[values.length + 1];
      counts = new int[values.length + 1];
      for (int i = 0; i < values.length; i++) {
        boolean present = !Double.isNaN(values[i]);
        sums[i + 1] = sums[i] + (present ? values[i] : 0);
        counts[i + 1] = counts[i] + (present ? 1 : 0);
      }
    }

    /** Over both ends, which are clipped to the array; NaN when all is absent. */
    double of(int from, int to) {
      int last = sums.length - 2;
      int a = Math.clamp(from, 0, last);
      int b = Math.max(a, Math.clamp(to, 0, last));
      int count = counts[b + 1] - counts[a];
      return count == 0 ? Double.NaN : (sums[b + 1] - sums[a]) / count;
    }

    /** Mean over the same span on up to {@code days} earlier days that lie in the array. */
    double onEarlierDays(int at, int from, int to, int day, int days, double otherwise) {
      double sum = 0;
      int count = 0;
      for (int d = 1; d <= days && at >= d * day; d++) {
        double mean = of(from - d * day, to - d * day);
        if (!Double.isNaN(mean)) {
          sum += mean;
          count++;
        }
      }
      return count == 0 ? otherwise : sum / count;
    }
  }
}
