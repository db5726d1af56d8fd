package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.SeasonalHistory.Grid;
import java.util.Arrays;

/**
 * Which of the seven days of a week are alike, at each time of week: for a Tuesday all working
 * days, for a Sunday perhaps Saturdays as well, and for a batch that runs on the first day of each
 * week that day only. Learned from all of a history, as coefficients are. Immutable.
 */
final class DayLikeness {
  /*
   * An average over the same weekday has one sample a week and is noisy; one over all days mixes working
   * days with the weekend. Which days are alike is told by the history itself and without a calendar:
   * d(j), the mean distance between the demand at a time of week and j days before, is compared with d(7),
   * that between the same weekdays of two weeks, which is what noise alone makes. A day j days back counts
   * (d(7) / d(j))^8, at most once: one that differs by a fifth more than noise does counts a quarter, by
   * half more next to nothing.
   *
   * Similar days are an old way to forecast electricity's load, chosen there by calendar and weather:
   * Hippert, Pedreira and Souza, Neural networks for short-term load forecasting, IEEE Transactions on
   * Power Systems 16, 2001, section II.
   */

  static final int DAYS = 7;

  /** Distances are taken between means over as many parts of a day, hours at most. */
  private static final int MOST_BLOCKS = 24;

  /** A distance is a mean over this part of a day to both sides of a time of week. */
  private static final double REACH = .25;

  /** Keeps the ratio of two distances that are both none at one. */
  private static final double LEAST_DISTANCE = 1e-12;

  private final Grid grid;
  private final int blocks;

  /** By slot of a day, the block that it lies in. */
  private final int[] blockOf;

  /** By time of week and days back modulo seven. */
  private final double[][] weights;

  /**
   * Learns which days are alike.
   *
   * @param x samples, NaN where absent
   */
  DayLikeness(Grid grid, double[] x) {
    this.grid = grid;
    blocks = Math.min(grid.day(), MOST_BLOCKS);
    blockOf = new int[grid.day()];
    Arrays.setAll(blockOf, slot -> (int) ((long) slot * blocks / grid.day()));
    weights = weights(means(x));
  }

  /**
   * How much the days before count for a position.
   *
   * @param position at least 0; may lie after the history
   * @return by days back modulo seven: 1 for the same weekday, 0 to 1 for all others, 0 for those
   *     of which nothing is known; not to be written to
   */
  double[] at(int position) {
    return weights[block(position % grid.week())];
  }

  /** Which block since position 0. */
  private int block(int position) {
    int day = position / grid.day();
    return day * blocks + blockOf[position - day * grid.day()];
  }

  /** Mean of each block of the days that the samples fill or begin. */
  private double[] means(double[] x) {
    double[] means = new double[Math.ceilDiv(x.length, grid.day()) * blocks];
    double[] present = new double[means.length];
    for (int i = 0; i < x.length; i++) {
      if (!Double.isNaN(x[i])) {
        int block = block(i);
        means[block] += x[i];
        present[block]++;
      }
    }
    for (int b = 0; b < means.length; b++) {
      means[b] = present[b] > 0 ? means[b] / present[b] : Double.NaN;
    }
    return means;
  }

  private double[][] weights(double[] means) {
    int week = DAYS * blocks;
    double[][] weights = new double[week][DAYS];
    double[] noise = distances(means, DAYS);
    for (int j = 0; j < DAYS; j++) {
      double[] distances = j == 0 ? noise : distances(means, j);
      for (int at = 0; at < week; at++) {
        double ratio = (noise[at] + LEAST_DISTANCE) / (distances[at] + LEAST_DISTANCE);
        double square = ratio * ratio;
        double eighth = square * square * square * square;
        weights[at][j] = j == 0 || ratio > 1 ? 1 : Double.isNaN(eighth) ? 0 : eighth;
      }
    }
    return weights;
  }

  /** Mean distance to so many days before, around each time of week; NaN where none is known. */
  private double[] distances(double[] means, int days) {
    int week = DAYS * blocks;
    double[] sums = new double[week];
    double[] counts = new double[week];
    for (int b = days * blocks; b < means.length; b++) {
      double distance = Math.abs(means[b] - means[b - days * blocks]);
      if (!Double.isNaN(distance)) {
        sums[b % week] += distance;
        counts[b % week]++;
      }
    }
    int reach = (int) Math.max(1, REACH * blocks);
    double[] around = new double[week];
    for (int at = 0; at < week; at++) {
      double sum = 0;
      double count = 0;
      for (int k = at - reach; k <= at + reach; k++) {
        int wrapped = Math.floorMod(k, week);
        sum += sums[wrapped];
        count += counts[wrapped];
      }
      around[at] = count > 0 ? sum / count : Double.NaN;
    }
    return around;
  }
}
