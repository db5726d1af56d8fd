package dev.almanac.predictor.accuracy;

/**
 * Scores of quantile forecasts, gathered one target at a time. Every mean is over the targets that
 * were present; without any it is NaN. Sums are plain, so cards that were filled apart and joined
 * by {@link #add(Scorecard)} agree with one that saw all up to rounding. For one thread.
 */
public final class Scorecard {
  private static final double[] LEVELS = {.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99};

  /** The quantile loss takes the first so many levels; those above it are tails. */
  private static final int DECILES = 9;

  private static final int MEDIAN = 4;

  /**
   * Keeps a ratio finite where the rival is perfect, in units of the scale: small beside any error
   * that matters, large beside rounding.
   */
  private static final double RATIO_FLOOR = 1e-3;

  private long targets;
  private double absolute;
  private double percentage;
  private double size;
  private final double[] scaledPinball = new double[LEVELS.length];
  private final double[] pinball = new double[LEVELS.length];
  private final long[] covered = new long[LEVELS.length];

  /** The levels that a forecast is scored at: the nine deciles, 0.95 and 0.99. A copy. */
  public static double[] levels() {
    return LEVELS.clone();
  }

  /**
   * Scores one target; an absent one (NaN) is left out.
   *
   * @param actual what came
   * @param quantiles one path for each of {@link #levels()}, finite
   * @param step which entry of the paths stands for this target
   * @param scale a {@link SeasonalScale} of the history before the origin, above 0
   * @throws IllegalArgumentException when the scale is not a positive number or levels are missing
   */
  public void add(double actual, double[][] quantiles, int step, double scale) {
    if (!(scale > 0) || quantiles.length != LEVELS.length) {
      throw new IllegalArgumentException(
          "scale %s, %d quantile paths".formatted(scale, quantiles.length));
    }
    if (Double.isNaN(actual)) {
      return;
    }
    targets++;
    double median = quantiles[MEDIAN][step];
    absolute += Math.abs(actual - median) / scale;
    percentage += Losses.symmetricPercentage(actual, median);
    size += Math.abs(actual);
    for (int i = 0; i < LEVELS.length; i++) {
      double loss = Losses.pinball(LEVELS[i], actual, quantiles[i][step]);
      pinball[i] += loss;
      scaledPinball[i] += loss / scale;
      covered[i] += actual <= quantiles[i][step] ? 1 : 0;
    }
  }

  /** Adds what another card has gathered. */
  public void add(Scorecard other) {
    targets += other.targets;
    absolute += other.absolute;
    percentage += other.percentage;
    size += other.size;
    for (int i = 0; i < LEVELS.length; i++) {
      scaledPinball[i] += other.scaledPinball[i];
      pinball[i] += other.pinball[i];
      covered[i] += other.covered[i];
    }
  }

  /** How many targets were scored. */
  public long targets() {
    return targets;
  }

  /** MASE: mean absolute error of the median over the scale. */
  public double mase() {
    return absolute / targets;
  }

  /** sMAPE of the median, 0 to 200. */
  public double smape() {
    return percentage / targets;
  }

  /** SQL: twice the pinball loss over the scale, averaged over the deciles. */
  public double scaledQuantileLoss() {
    double sum = 0;
    for (int i = 0; i < DECILES; i++) {
      sum += scaledPinball[i];
    }
    return 2 * sum / DECILES / targets;
  }

  /** WQL: twice the pinball loss over the sum of |y|, averaged over the deciles. */
  public double weightedQuantileLoss() {
    double sum = 0;
    for (int i = 0; i < DECILES; i++) {
      sum += pinball[i];
    }
    return 2 * sum / DECILES / size;
  }

  /**
   * Twice the pinball loss of one level over the scale: P95 and P99 of the benchmark.
   *
   * @param level one of {@link #levels()}
   */
  public double scaledPinball(double level) {
    return 2 * scaledPinball[index(level)] / targets;
  }

  /**
   * Share of the targets at or below the quantile: {@code level} when it is calibrated.
   *
   * @param level one of {@link #levels()}
   */
  public double coverage(double level) {
    return (double) covered[index(level)] / targets;
  }

  /**
   * A scaled error over a rival's, below 1 where ours is smaller; both a little enlarged, so that a
   * rival without an error does not make it infinite.
   */
  public static double ratio(double error, double rival) {
    return (error + RATIO_FLOOR) / (rival + RATIO_FLOOR);
  }

  private static int index(double level) {
    for (int i = 0; i < LEVELS.length; i++) {
      if (LEVELS[i] == level) {
        return i;
      }
    }
    throw new IllegalArgumentException("no score is kept at level " + level);
  }
}
