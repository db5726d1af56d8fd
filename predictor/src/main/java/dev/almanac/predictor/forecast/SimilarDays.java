package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;

/** Averages of a slot over earlier days, each counted by how alike it is. Immutable. */
final class SimilarDays {
  /** What a week loses in weight for each week of age: half in eight weeks. */
  private static final double FADE = Math.pow(.5, 1 / 8.0);

  private final Grid grid;
  private final DayLikeness likeness;

  /** Of this slot and all earlier ones of the same time of week, fading. */
  private final double[] sums;

  private final double[] counts;

  /**
   * Adds up what there is.
   *
   * @param slotSums of the present samples around each position; not kept
   * @param slotCounts how many those are
   */
  SimilarDays(Grid grid, DayLikeness likeness, double[] slotSums, double[] slotCounts) {
    this.grid = grid;
    this.likeness = likeness;
    sums = faded(slotSums);
    counts = faded(slotCounts);
  }

  /**
   * The average for a position, of what was known some days before.
   *
   * @param position may lie after the history by less than {@code days} days
   * @param days at least 1; slots less than so many days before the position do not count
   * @return NaN where all are absent
   */
  double mean(int position, int days) {
    double[] weights = likeness.at(position);
    double sum = 0;
    double count = 0;
    for (int back = days; back < days + DayLikeness.DAYS; back++) {
      int i = position - back * grid.day();
      if (i < 0) {
        break;
      }
      double weight = weights[back % DayLikeness.DAYS];
      sum += weight * sums[i];
      count += weight * counts[i];
    }
    return count > 0 ? sum / count : Double.NaN;
  }

  private double[] faded(double[] slots) {
    double[] faded = slots.clone();
    for (int i = grid.week(); i < faded.length; i++) {
      faded[i] += FADE * faded[i - grid.week()];
    }
    return faded;
  }
}
