package dev.almanac.predictor.forecast;

/**
 * A track whose older part is kept packed, an entry for several steps, and whose newest part is in
 * full resolution and may be written. Nothing is unpacked but what is asked for: a forecast reads a
 * few spans out of a day.
 */
final class KeptTrack implements Track {
  private final PackedSeries older;
  private final int stride;
  private final double[] newest;

  /** Position of the first of the newest. */
  private final int from;

  private final boolean absolute;

  private KeptTrack(PackedSeries older, int stride, double[] newest, int from, boolean absolute) {
    this.older = older;
    this.stride = stride;
    this.newest = newest;
    this.from = from;
    this.absolute = absolute;
  }

  /**
   * A track of {@code length} entries.
   *
   * @param older entries that stand for {@code stride} steps each
   * @param used steps that the older ones stand for; later ones are absent until they are set
   * @param from position of the first entry that may be set
   */
  static KeptTrack of(PackedSeries older, int stride, int used, int from, int length) {
    double[] newest = new double[length - from];
    for (int i = from; i < length; i++) {
      newest[i - from] = i < used ? older.at(i / stride) : Double.NaN;
    }
    return new KeptTrack(older, stride, newest, from, false);
  }

  /** A view of the absolute values. */
  KeptTrack absolute() {
    return new KeptTrack(older, stride, newest, from, true);
  }

  void set(int i, double value) {
    newest[i - from] = value;
  }

  @Override
  public int length() {
    return from + newest.length;
  }

  @Override
  public double at(int i) {
    double value = i < from ? older.at(i / stride) : newest[i - from];
    return absolute ? Math.abs(value) : value;
  }

  @Override
  public double mean(int a, int b) {
    double sum = 0;
    int count = 0;
    int packedEnd = Math.min(b, from);
    int i = a;
    for (int entry = a / stride; i < packedEnd; entry++) {
      int next = Math.min((entry + 1) * stride, packedEnd);
      double value = older.at(entry);
      if (!Double.isNaN(value)) {
        sum += (next - i) * (absolute ? Math.abs(value) : value);
        count += next - i;
      }
      i = next;
    }
    for (; i < b; i++) {
      double value = newest[i - from];
      if (!Double.isNaN(value)) {
        sum += absolute ? Math.abs(value) : value;
        count++;
      }
    }
    return count > 0 ? sum / count : Double.NaN;
  }
}
