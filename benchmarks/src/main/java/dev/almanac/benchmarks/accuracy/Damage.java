package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Ways in which a history is spoiled before it is shown, with a fixed seed for each window. */
enum Damage {
  DROP_5("5 % dropped") {
    @Override
    double[] spoil(double[] y, int day, SplittableRandom random) {
      return dropped(y, 0.05, random);
    }
  },
  DROP_20("20 % dropped") {
    @Override
    double[] spoil(double[] y, int day, SplittableRandom random) {
      return dropped(y, 0.20, random);
    }
  },
  /** Six hours without a sample that end 1 to 24 hours before the origin. */
  GAP("6 h gap") {
    @Override
    double[] spoil(double[] y, int day, SplittableRandom random) {
      int hour = Math.max(1, day / 24);
      int end = y.length - hour - random.nextInt(23 * hour + 1);
      Arrays.fill(y, Math.max(0, end - 6 * hour), Math.max(0, end), Double.NaN);
      return y;
    }
  },
  /** From three hours before the origin on, also in what comes then, all is half as large again. */
  STEP("x1.5 step 3 h before") {
    @Override
    double[] spoil(double[] y, int day, SplittableRandom random) {
      for (int t = Math.max(0, y.length - Math.max(1, day / 8)); t < y.length; t++) {
        y[t] *= STEP_FACTOR;
      }
      return y;
    }
  },
  NEW_3("new, 3 days") {
    @Override
    double[] spoil(double[] y, int day, SplittableRandom random) {
      return Arrays.copyOfRange(y, Math.max(0, y.length - 3 * day), y.length);
    }
  },
  NEW_1("new, 1 day") {
    @Override
    double[] spoil(double[] y, int day, SplittableRandom random) {
      return Arrays.copyOfRange(y, Math.max(0, y.length - day), y.length);
    }
  };

  static final double STEP_FACTOR = 1.5;

  final String label;

  Damage(String label) {
    this.label = label;
  }

  /** May change {@code y}, or return the end of it; the last sample stays. */
  abstract double[] spoil(double[] y, int day, SplittableRandom random);

  /** By how much what comes then is larger than it was. */
  double factor() {
    return this == STEP ? STEP_FACTOR : 1;
  }

  /** The spoiled history of a window. */
  TimeSeries apply(Window window) {
    TimeSeries history = window.history();
    WorkloadSeries s = window.series();
    String seed = String.join("/", s.dataset(), s.file(), s.name(), name());
    SplittableRandom random =
        new SplittableRandom(31L * seed.hashCode() + window.originEpochSecond());
    double[] y = spoil(history.values().clone(), s.stepsPerDay(), random);
    long start = history.epochSecondAt(history.length() - y.length);
    return new TimeSeries(start, history.stepSeconds(), y);
  }

  /** The newest sample is never dropped: the origin stays where it is. */
  private static double[] dropped(double[] y, double share, SplittableRandom random) {
    for (int t = 0; t < y.length - 1; t++) {
      if (random.nextDouble() < share) {
        y[t] = Double.NaN;
      }
    }
    return y;
  }
}
