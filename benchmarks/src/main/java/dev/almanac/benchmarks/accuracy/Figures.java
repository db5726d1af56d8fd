package dev.almanac.benchmarks.accuracy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Numbers as reports show them. */
final class Figures {
  private static final double[] LEVELS = {0.90, 0.95, 0.99};
  private static final String[] NAMES = {"p90", "p95", "p99"};

  private Figures() {}

  /** Five significant digits: more than any of these figures is known to. NaN stays NaN. */
  static double rounded(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return value;
    }
    double unit = Math.pow(10, 4 - Math.floor(Math.log10(Math.abs(value))));
    return Math.rint(value * unit) / unit;
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** Shares, in percent, of actuals at or below p90, p95 and p99. */
  static SequencedMap<String, Object> coverage(long[] covered, long actuals) {
    SequencedMap<String, Object> coverage = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      coverage.put(NAMES[i], rounded(100.0 * covered[i] / actuals));
    }
    return coverage;
  }

  /** Coverage minus its level, in percentage points: negative means that too little is covered. */
  static SequencedMap<String, Object> coverageError(long[] covered, long actuals) {
    SequencedMap<String, Object> errors = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      double error = 100.0 * covered[i] / actuals - 100 * LEVELS[i];
      errors.put(NAMES[i], Math.rint(error * 1000) / 1000);
    }
    return errors;
  }
}
