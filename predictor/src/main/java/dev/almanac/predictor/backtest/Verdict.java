package dev.almanac.predictor.backtest;

import java.util.Locale;

/**
 * Whether a forecast is worth it for a series, at the time that it takes to get a replica ready.
 *
 * <p>What is compared is what capacity would have cost. Whoever holds the quantile q of level 0.95
 * ready pays 1 for each unit that is idle and 19 for each that is missing: 20 times the pinball
 * loss at that level, and no other point of the distribution costs less in expectation. The rivals
 * get the headroom that fits the series best, not a rule of thumb.
 *
 * <p>An advantage counts when it is at least {@value #LEAST_GAIN} of the rival's cost, and when its
 * mean over the origins is above {@value #ONE_SIDED} standard errors: one chance in twenty that
 * none is there (paired, one-sided).
 *
 * @param answer what to do
 * @param origins forecasts compared
 * @param overReacting share of the cost of reacting alone that the forecast saves; NaN when unknown
 * @param overSeason share of the cost of seasonal naive that the forecast saves; NaN when unknown
 * @param reason a sentence or two with the numbers, for people
 */
public record Verdict(
    Answer answer, int origins, double overReacting, double overSeason, String reason) {

  /** The level that the cost is taken at. */
  public static final double LEVEL = 0.95;

  private static final double LEAST_GAIN = 0.05;
  private static final double ONE_SIDED = 1.645;

  /** Below this, a standard error says little. */
  private static final int LEAST_ORIGINS = 6;

  /** What to do with a series. */
  public enum Answer {
    /** The forecast beats both rivals. */
    FORECAST("forecast"),
    /** A daily pattern does as well as the forecast, and better than reacting. */
    SEASON("yesterday is enough"),
    /** Reacting alone does as well. */
    REACT("react"),
    /** Better so far, but by no more than chance would do. */
    UNCLEAR("not clear yet"),
    /** There is too little to compare. */
    UNKNOWN("too little data");

    private final String words;

    Answer(String words) {
      this.words = words;
    }

    /** A word or three for people. */
    public String words() {
      return words;
    }
  }

  /** There is nothing to compare. */
  static Verdict unknown(String reason) {
    return new Verdict(Answer.UNKNOWN, 0, Double.NaN, Double.NaN, reason);
  }

  /**
   * Judges by the costs at the same origins, in any common unit.
   *
   * @param lead how far ahead, for people
   */
  static Verdict of(double[] forecast, double[] reacting, double[] season, String lead) {
    int n = forecast.length;
    if (n < LEAST_ORIGINS) {
      return unknown(
          "%d forecasts could be scored; a verdict needs %d.".formatted(n, LEAST_ORIGINS));
    }
    double overReacting = gain(forecast, reacting);
    double overSeason = gain(forecast, season);
    if (mean(reacting) == 0 && mean(forecast) == 0) {
      return new Verdict(
          Answer.REACT, n, 0, overSeason, "Demand did not move: there is nothing to forecast.");
    }
    boolean beatsReacting = overReacting >= LEAST_GAIN;
    boolean beatsSeason = overSeason >= LEAST_GAIN;
    boolean surely = isSure(forecast, reacting);
    Answer answer;
    if (!beatsReacting) {
      answer = Answer.REACT;
    } else if (!surely) {
      answer = Answer.UNCLEAR;
    } else if (!beatsSeason) {
      answer = Answer.SEASON;
    } else {
      answer = isSure(forecast, season) ? Answer.FORECAST : Answer.UNCLEAR;
    }
    String numbers =
        "Ready %s ahead, the forecast costs %s than reacting alone and %s than seasonal naive"
            .formatted(lead, against(overReacting), against(overSeason));
    String reason =
        switch (answer) {
          case FORECAST -> numbers + ".";
          case SEASON -> numbers + ": as it was yesterday is as good a guide.";
          case REACT ->
              numbers
                  + (overReacting < 0
                      ? ": what is now is the better guide."
                      : ": too little to be worth a model.");
          case UNCLEAR -> numbers + ", but from forecast to forecast it varies more than that.";
          case UNKNOWN -> numbers;
        };
    return new Verdict(answer, n, overReacting, overSeason, reason);
  }

  private static String against(double gain) {
    if (Double.isInfinite(gain)) {
      return "infinitely more";
    }
    long percent = Math.round(100 * Math.abs(gain));
    return percent == 0
        ? "no less"
        : String.format(Locale.ROOT, "%,d %% %s", percent, gain > 0 ? "less" : "more");
  }

  /** Share of the rival's mean cost that is saved: 1 is all of it, below 0 a loss. */
  private static double gain(double[] ours, double[] rival) {
    double a = mean(ours);
    double b = mean(rival);
    return a == b ? 0 : b == 0 ? Double.NEGATIVE_INFINITY : 1 - a / b;
  }

  private static boolean isSure(double[] ours, double[] rival) {
    int n = ours.length;
    double mean = mean(rival) - mean(ours);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double d = rival[i] - ours[i] - mean;
      squares += d * d;
    }
    double error = Math.sqrt(squares / (n - 1) / n);
    return mean > ONE_SIDED * error;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }
}
