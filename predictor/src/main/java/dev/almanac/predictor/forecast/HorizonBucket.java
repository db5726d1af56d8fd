package dev.almanac.predictor.forecast;

import dev.almanac.predictor.forecast.Explanation.Source;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What was learned for the horizons {@code first} to {@code last}, in steps. All numbers are in
 * transformed units, and stand in one array of floats and one of shorts: thousands of models share
 * one heap.
 */
final class HorizonBucket {
  /*
   * kept = coefficient of each regressor
   *      | share of each shrinkage target, in the order of SeasonalHistory.TARGETS
   *      | lowest, then highest value of the first DEVIATIONS regressors that history vouches for
   *      | least and most that all else may add to the base
   *      | residual scale | farthest quantile of each of the tables
   *      | trust | weighted mean of the absolute residuals, if trust < 1
   * tables = centred quantiles of the residuals over their scale | of the residuals, if trust < 1
   *      | quantiles of each member's residuals over that scale; not centred, as a member may be biased
   * as QuantileTable packs them
   */

  /** The first regressors are means of the newest deviations, over ever longer spans. */
  static final int DEVIATIONS = 4;

  /** A third of the larger range: half as far outside of the old one as that is wide. */
  private static final double SHIFT = 1.0 / 3;

  private final int first;
  private final int last;
  private final boolean carries;
  private final int regressors;
  private final float[] kept;
  private final short[] tables;

  /** Shrinkage targets that are forecasts of their own beside the regression. */
  private final int[] members;

  /**
   * Keeps what was learned.
   *
   * @param carries whether deviations larger than history's are carried on
   * @param beta one coefficient a regressor
   * @param trust how much of the spread follows the scale; the rest is constant, as when rows are
   *     few
   * @param plain not read when {@code trust} is 1
   * @param members which shrinkage targets are members; shared, not copied
   * @param member their quantiles, by place in {@code members}
   */
  HorizonBucket(
      int first,
      int last,
      boolean carries,
      double[] beta,
      double[] toward,
      double[] least,
      double[] most,
      double leastRest,
      double mostRest,
      ResidualScale scale,
      double trust,
      double meanResidual,
      float[] standard,
      float[] plain,
      int[] members,
      IntFunction<float[]> member) {
    this.first = first;
    this.last = last;
    this.carries = carries;
    this.members = members;
    regressors = beta.length;
    boolean plainToo = trust < 1;
    int count = 1 + (plainToo ? 1 : 0) + members.length;
    kept = new float[farthest() + count + (plainToo ? 2 : 0)];
    tables = new short[count * QuantileTable.SIZE];
    copy(beta, 0);
    copy(toward, toward());
    copy(least, least());
    copy(most, least() + DEVIATIONS);
    copy(new double[] {leastRest, mostRest}, rest());
    scale.keep(kept, scale());
    keep(0, standard);
    if (plainToo) {
      keep(1, plain);
      copy(new double[] {trust, meanResidual}, kept.length - 2);
    }
    for (int m = 0; m < members.length; m++) {
      keep(member(m), member.apply(m));
    }
  }

  private void keep(int table, float[] quantiles) {
    kept[farthest() + table] = QuantileTable.pack(quantiles, tables, table * QuantileTable.SIZE);
  }

  private void copy(double[] values, int at) {
    for (int i = 0; i < values.length; i++) {
      kept[at + i] = (float) Math.clamp(values[i], -Float.MAX_VALUE, Float.MAX_VALUE);
    }
  }

  private int toward() {
    return regressors;
  }

  private int least() {
    return toward() + SeasonalHistory.TARGETS;
  }

  private int rest() {
    return least() + 2 * DEVIATIONS;
  }

  private int scale() {
    return rest() + 2;
  }

  private int farthest() {
    return scale() + ResidualScale.KEPT;
  }

  private boolean isTrusted() {
    return tables.length == (1 + members.length) * QuantileTable.SIZE;
  }

  /** Which table is a member's. */
  private int member(int m) {
    return tables.length / QuantileTable.SIZE - members.length + m;
  }

  double middle() {
    return (first + last) / 2.0;
  }

  int members() {
    return members.length;
  }

  /**
   * Parts of {@link #location}, added to {@code out} by the ordinal of their source. They sum to
   * it.
   *
   * @param sources of the regressors, in their order
   */
  void terms(double[] row, int lasting, Source[] sources, double[] out) {
    out[Source.DAY.ordinal()] += row[regressors];
    out[Source.LEVEL.ordinal()] += kept[toward() + 1] * row[regressors + 2];
    out[Source.WEEK.ordinal()] += kept[toward() + 2] * row[regressors + 3];
    for (int p = 0; p < regressors; p++) {
      out[sources[p].ordinal()] += kept[p] * row[p];
    }
    double sum = 0;
    for (double part : out) {
      sum += part;
    }
    out[Source.SHIFT.ordinal()] += location(row, deviations(row, lasting)) - sum;
  }

  /**
   * Part of the newest deviations in {@link #location}; the same for all horizons of an origin. The
   * regression is asked about deviations as large as history has shown. What lies outside by
   * {@value #SHIFT} of that range is carried on whole, for the level has shifted; what lies less
   * far outside, in proportion. Nothing of it is where nothing is carried on.
   *
   * @param lasting which of the deviations has lasted as long as the horizon is away
   */
  private double deviations(double[] row, int lasting) {
    double outside = 0;
    double regression = 0;
    double bounded = carries ? row[lasting] - inside(row, lasting) : 0;
    for (int p = 0; p < DEVIATIONS; p++) {
      double inside = inside(row, p);
      double excess = Math.abs(row[p] - inside);
      if (excess > 0) {
        int least = least() + p;
        outside = Math.max(outside, excess / (kept[least + DEVIATIONS] - kept[least] + excess));
      }
      regression += kept[p] * row[p];
      bounded += kept[p] * inside;
    }
    double shifted = Math.min(1, outside / SHIFT);
    return regression + shifted * (bounded - regression);
  }

  /**
   * Median before the transform to the tail space. What seasons may add is bounded: where history
   * is short, or mostly a gap, little is known of what a regressor does far from where it was.
   */
  private double location(double[] row, double deviations) {
    double rest = 0;
    for (int p = DEVIATIONS; p < regressors; p++) {
      rest += kept[p] * row[p];
    }
    for (int k = 0; k < SeasonalHistory.TARGETS; k++) {
      rest += kept[toward() + k] * row[regressors + 1 + k];
    }
    double bounded = Math.max(kept[rest()], Math.min(rest, kept[rest() + 1]));
    return row[regressors] + deviations + bounded;
  }

  private double inside(double[] row, int p) {
    int least = least() + p;
    return Math.clamp(row[p], kept[least], kept[least + DEVIATIONS]);
  }

  /** Size of the residuals that a row foretells. */
  private double size(double[] row) {
    return ResidualScale.of(kept, scale(), row, regressors + 1 + SeasonalHistory.TARGETS);
  }

  /** What was learned, as it is seen from one origin. */
  Seen seen(double[] positions) {
    return new Seen(positions);
  }

  /** From one origin: what all horizons of the bucket share is computed once. For one thread. */
  final class Seen {
    private final double trust = isTrusted() ? 1 : kept[kept.length - 2];
    private final double meanResidual = isTrusted() ? 0 : kept[kept.length - 1];

    /** By level: quantiles of the residuals over their scale, of the residuals, of the members. */
    private final double[] standard;

    private final double[] plain;
    private final double[][] member;
    private int lasting = -1;
    private double deviations;

    private Seen(double[] positions) {
      standard = quantiles(0, positions);
      plain = trust == 1 ? standard : quantiles(1, positions);
      member = new double[members.length][];
      Arrays.setAll(member, m -> quantiles(member(m), positions));
    }

    private double[] quantiles(int table, double[] positions) {
      double[] quantiles = new double[positions.length];
      for (int i = 0; i < quantiles.length; i++) {
        quantiles[i] =
            QuantileTable.at(
                tables, table * QuantileTable.SIZE, kept[farthest() + table], positions[i]);
      }
      return quantiles;
    }

    /**
     * Adds the regression's quantiles at a horizon.
     *
     * @param weight of this bucket
     * @param widening factor on the spread
     * @return their residual scale, times weight and widening
     */
    double add(
        double[] row,
        int lastingAt,
        Transform transform,
        double weight,
        double widening,
        double[] out) {
      if (lastingAt != lasting) {
        lasting = lastingAt;
        deviations = deviations(row, lastingAt);
      }
      double median = transform.tail(location(row, deviations));
      double size = size(row);
      double scaled = trust * widening * size;
      double constant = (1 - trust) * widening;
      for (int i = 0; i < out.length; i++) {
        out[i] += weight * (median + scaled * standard[i] + constant * plain[i]);
      }
      return weight * (scaled + constant * meanResidual);
    }

    /** The same of a member. */
    void addMember(
        int m, double[] row, Transform transform, double weight, double widening, double[] out) {
      double median = transform.tail(row[regressors] + row[regressors + 1 + members[m]]);
      double scaled = widening * size(row);
      for (int i = 0; i < out.length; i++) {
        out[i] += weight * (median + scaled * member[m][i]);
      }
    }
  }
}
