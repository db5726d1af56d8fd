package dev.almanac.predictor.forecast;

/** A track in full resolution. A mean takes four reads, however long its span is. */
final class WholeTrack implements Track {
  private final double[] values;

  /** Sums and numbers of the present entries before each position. */
  private final double[] sums;

  private final double[] counts;

  private WholeTrack(double[] values, double[] sums, double[] counts) {
    this.values = values;
    this.sums = sums;
    this.counts = counts;
  }

  /** A track of these values, which are not copied. */
  static WholeTrack of(double[] values) {
    double[] sums = new double[values.length + 1];
    double[] counts = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      boolean there = !Double.isNaN(values[i]);
      sums[i + 1] = sums[i] + (there ? values[i] : 0);
      counts[i + 1] = counts[i] + (there ? 1 : 0);
    }
    return new WholeTrack(values, sums, counts);
  }

  /** A track of which only entries will be asked. */
  static WholeTrack ofEntries(double[] values) {
    return new WholeTrack(values, new double[0], new double[0]);
  }

  /** The absolute values. */
  WholeTrack absolute() {
    double[] absolute = new double[values.length];
    double[] sums = new double[values.length + 1];
    for (int i = 0; i < absolute.length; i++) {
      absolute[i] = Math.abs(values[i]);
      sums[i + 1] = sums[i] + (Double.isNaN(values[i]) ? 0 : absolute[i]);
    }
    return new WholeTrack(absolute, sums, counts);
  }

  @Override
  public int length() {
    return values.length;
  }

  @Override
  public double at(int i) {
    return values[i];
  }

  @Override
  public double mean(int a, int b) {
    double count = counts[b] - counts[a];
    return count > 0 ? (sums[b] - sums[a]) / count : Double.NaN;
  }

  /** Sum of the present entries of a span. */
  double sum(int a, int b) {
    return sums[b] - sums[a];
  }

  /** Number of the present entries of a span. */
  double count(int a, int b) {
    return counts[b] - counts[a];
  }
}
