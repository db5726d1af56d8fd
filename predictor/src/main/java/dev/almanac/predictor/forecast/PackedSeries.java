package dev.almanac.predictor.forecast;

/**
 * Numbers kept in 16 bits each: thousands of models share one heap. NaN stays NaN. The error is at
 * most half a step, of which 65,534 cover the range; where a few values make that range so wide
 * that half a step would be more than a thousandth of the usual distance from the mean, the numbers
 * are kept as floats instead.
 */
final class PackedSeries {
  private static final int STEPS = 65_534;
  private static final char ABSENT = 65_535;
  private static final double COARSE = 1e-3;

  private final char[] codes;
  private final float[] plain;
  private final double least;
  private final double step;

  private PackedSeries(char[] codes, float[] plain, double least, double step) {
    this.codes = codes;
    this.plain = plain;
    this.least = least;
    this.step = step;
  }

  static PackedSeries of(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int present = 0;
    for (double v : values) {
      if (!Double.isNaN(v)) {
        least = Math.min(least, v);
        most = Math.max(most, v);
        sum += v;
        present++;
      }
    }
    double distance = 0;
    for (double v : values) {
      distance += Double.isNaN(v) ? 0 : Math.abs(v - sum / present);
    }
    double step = present == 0 ? 0 : (most - least) / STEPS;
    if (!(step / 2 * present <= COARSE * distance)) {
      float[] plain = new float[values.length];
      for (int i = 0; i < plain.length; i++) {
        plain[i] = (float) values[i];
      }
      return new PackedSeries(new char[0], plain, 0, 0);
    }
    char[] codes = new char[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          Double.isNaN(values[i])
              ? ABSENT
              : step == 0 ? 0 : (char) Math.round((values[i] - least) / step);
    }
    return new PackedSeries(codes, new float[0], present == 0 ? 0 : least, step);
  }

  int length() {
    return codes.length + plain.length;
  }

  double at(int index) {
    if (plain.length > 0) {
      return plain[index];
    }
    char code = codes[index];
    return code == ABSENT ? Double.NaN : least + step * code;
  }

  /** Two values that differ by no more than this, relative to {@code value}, may be the same. */
  double tolerance(double value) {
    return plain.length > 0 ? Math.ulp((float) value) : step;
  }
}
