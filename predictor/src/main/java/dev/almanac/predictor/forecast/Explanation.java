package dev.almanac.predictor.forecast;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Why a forecast says what it says about one instant.
 *
 * <p>The parts are a way from nothing to the median: each says by how much it moved the median when
 * it was added to those before it, in the unit of the demand. They sum to the median, to nine
 * digits. What a part amounts to therefore depends on those before it, and a part that moved
 * nothing is not listed.
 *
 * @param target the instant that is forecast
 * @param parts in the order in which they were added
 * @param members forecasts that were mixed, with their weights; the weights sum to 1
 * @param levels strictly rising, with 0.5 among them
 * @param mixed quantiles before calibration and calendar, one a level
 * @param published quantiles that are given out
 */
public record Explanation(
    Instant target,
    List<Part> parts,
    List<Member> members,
    double[] levels,
    double[] mixed,
    double[] published) {

  /** Copies the lists; the arrays are shared. */
  public Explanation {
    parts = List.copyOf(parts);
    members = List.copyOf(members);
  }

  /** What moves a median. */
  public enum Source {
    /** Mean of this time of day over a week. */
    DAY("this time of day"),
    /** The same time a week ago, and on days that are alike. */
    WEEK("this time of the week"),
    /** By how much the last minutes and hours differ from their season. */
    LEVEL("how demand stands now"),
    /** What was unusual a day ago, now and then. */
    YESTERDAY("what was unusual yesterday"),
    /** What is unusual at this minute of every hour. */
    HOUR("this minute of the hour"),
    /** The constant of the regression. */
    BIAS("what these miss on average"),
    /** A deviation larger than history knows, carried on. */
    SHIFT("a shift of the level"),
    /** The share of the fleet's profile while the series is young. */
    FLEET("what young series do"),
    /** The chance of no demand at all. */
    ZEROS("the share of zeros"),
    /** Current level and similar days, weighted by what they lost lately. */
    MEMBERS("simpler forecasts mixed in"),
    /** What was learned from forecasts whose targets have come. */
    CALIBRATION("calibration"),
    /** Uplift of events, and what holidays do. */
    CALENDAR("the calendar"),
    /** A model that does not take itself apart. */
    MODEL("the model");

    private final String words;

    Source(String words) {
      this.words = words;
    }

    /** For a reader. */
    public String words() {
      return words;
    }
  }

  /**
   * One part of a median.
   *
   * @param amount in the unit of the demand, by how much it moved the median
   */
  public record Part(Source source, double amount) {}

  /**
   * One forecast among those that were mixed.
   *
   * @param weight at this horizon, from 0 to 1
   * @param median what it says by itself
   */
  public record Member(String name, double weight, double median) {}

  /** The median that is given out. */
  public double median() {
    return published[Arrays.binarySearch(levels, .5)];
  }

  /** How far calibration and calendar moved a quantile. */
  public double moved(int level) {
    return published[level] - mixed[level];
  }

  /** The same, followed by one more step that led to other quantiles. */
  Explanation then(Source source, Instant at, double[] quantiles) {
    List<Part> more = new ArrayList<>(parts);
    double amount = quantiles[Arrays.binarySearch(levels, .5)] - median();
    if (amount != 0) {
      more.add(new Part(source, amount));
    }
    return new Explanation(at, more, members, levels, mixed, quantiles);
  }

  /** Levels with 0.5 among them. */
  static double[] withMedian(double[] levels) {
    int at = Arrays.binarySearch(levels, .5);
    if (at >= 0) {
      return levels;
    }
    double[] more = Arrays.copyOf(levels, levels.length + 1);
    more[levels.length] = .5;
    Arrays.sort(more);
    return more;
  }

  /** A median on its way. */
  static final class Way {
    /** What is summed in another order differs by less. */
    private static final double ROUNDING = 1e-9;

    private final List<Part> parts = new ArrayList<>();
    private double here;

    void to(Source source, double median) {
      if (Math.abs(median - here) > ROUNDING * Math.abs(median)) {
        parts.add(new Part(source, median - here));
        here = median;
      }
    }

    List<Part> parts() {
      return parts;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Explanation e
        && e.target.equals(target)
        && e.parts.equals(parts)
        && e.members.equals(members)
        && Arrays.equals(e.levels, levels)
        && Arrays.equals(e.mixed, mixed)
        && Arrays.equals(e.published, published);
  }

  @Override
  public int hashCode() {
    return 31 * target.hashCode() + parts.hashCode();
  }
}
