package dev.almanac.predictor.backtest;

/** The instants of the past that a backtest forecasts from. */
final class RollingOrigins {
  /** Origins lie in the last two fifths: what comes before is history for the first of them. */
  private static final double SCORED_SHARE = 0.4;

  /** The golden ratio's fractional part: the most even way to spread over the times of day. */
  private static final double GOLDEN = 0.6180339887498949;

  private RollingOrigins() {}

  /**
   * Index of the last sample that each forecast knows, rising and without duplicates. Each stands
   * in a slot of its own of equal length, at a place within the slot that moves on by the golden
   * ratio, so that origins do not all fall on the same times of day.
   *
   * @param length of the series
   * @param count how many there are at most
   * @param ahead samples that must follow each
   */
  static int[] of(int length, int count, int ahead) {
    int first = Math.max(1, (int) (length * (1 - SCORED_SHARE)));
    int room = length - ahead - first;
    if (room <= 0) {
      return new int[0];
    }
    int n = Math.min(count, room);
    int[] origins = new int[n];
    for (int i = 0; i < n; i++) {
      double within = (0.5 + i * GOLDEN) % 1;
      origins[i] = first + (int) ((i + within) * room / n);
    }
    return origins;
  }
}
