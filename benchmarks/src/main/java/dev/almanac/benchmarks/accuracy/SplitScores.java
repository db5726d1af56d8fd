package dev.almanac.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Figures of one contender on an official split, scored as M4 scores. */
final class SplitScores {
  /** Naive2 on all 414 series, as published (Mcompetitions/M4-methods, "Evaluation and Ranks"). */
  private static final double NAIVE2_SMAPE = 18.383;

  private static final double NAIVE2_MASE = 2.395;

  /**
   * Scores of one series.
   *
   * @param series its name
   * @param losses pinball loss of each decile, summed over the test part
   * @param size sum of the absolute actuals
   */
  record SeriesScore(
      String series,
      double mase,
      double smape,
      double msis,
      double naive2Mase,
      double naive2Smape,
      double[] losses,
      double size,
      WindowScore window) {}

  private final List<SeriesScore> scores = new ArrayList<>();

  static SeriesScore score(
      OfficialSplit.Pair pair, double[][] quantiles, double fitMillis, double forecastMillis) {
    int season = WorkloadSeries.DAY / pair.train().stepSeconds();
    double[] train = pair.train().values();
    double[] actuals = pair.test().values();
    double scale = Metrics.scale(train, season);
    double[] naive2 = Naive2.forecast(train, season, actuals.length);
    double[] losses = new double[9];
    for (int i = 0; i < losses.length; i++) {
      int k = Levels.FIRST_DECILE + i;
      losses[i] =
          Metrics.present(actuals) * Metrics.meanPinball(Levels.level(k), actuals, quantiles[k]);
    }
    double size = 0;
    for (double y : actuals) {
      size += Double.isNaN(y) ? 0 : Math.abs(y);
    }
    return new SeriesScore(
        pair.name(),
        Metrics.mae(actuals, quantiles[Levels.MEDIAN]) / scale,
        Metrics.smape(actuals, quantiles[Levels.MEDIAN]),
        Metrics.intervalScore(actuals, quantiles[Levels.LOW], quantiles[Levels.HIGH]) / scale,
        Metrics.mae(actuals, naive2) / scale,
        Metrics.smape(actuals, naive2),
        losses,
        size,
        WindowScore.of(actuals, quantiles, scale, fitMillis, forecastMillis));
  }

  void add(SeriesScore score) {
    scores.add(score);
  }

  /** The part of these scores that stands on the series of another. */
  SplitScores on(SplitScores other) {
    Set<String> names = new HashSet<>();
    other.scores.forEach(s -> names.add(s.series()));
    SplitScores part = new SplitScores();
    scores.stream().filter(s -> names.contains(s.series())).forEach(part::add);
    return part;
  }

  SequencedMap<String, Object> figures() {
    double mase = mean(SeriesScore::mase);
    double smape = mean(SeriesScore::smape);
    double naive2Mase = mean(SeriesScore::naive2Mase);
    double naive2Smape = mean(SeriesScore::naive2Smape);
    double losses = 0;
    double size = 0;
    long[] covered = new long[3];
    long actuals = 0;
    for (SeriesScore s : scores) {
      for (double loss : s.losses()) {
        losses += loss;
      }
      size += s.size();
      covered[0] += s.window().coveredP90();
      covered[1] += s.window().coveredP95();
      covered[2] += s.window().coveredP99();
      actuals += s.window().actuals();
    }
    SequencedMap<String, Object> figures = new LinkedHashMap<>();
    figures.put("owa", Figures.rounded((smape / NAIVE2_SMAPE + mase / NAIVE2_MASE) / 2));
    figures.put("owa_own_naive2", Figures.rounded((smape / naive2Smape + mase / naive2Mase) / 2));
    figures.put("mase", Figures.rounded(mase));
    figures.put("smape", Figures.rounded(smape));
    figures.put("msis", Figures.rounded(mean(SeriesScore::msis)));
    figures.put("wql", Figures.rounded(2 * losses / 9 / size));
    figures.put("coverage", Figures.coverage(covered, actuals));
    figures.put("coverage_error_points", Figures.coverageError(covered, actuals));
    figures.put("series", scores.size());
    figures.put("naive2_smape", Figures.rounded(naive2Smape));
    figures.put("naive2_mase", Figures.rounded(naive2Mase));
    return figures;
  }

  /** Median times; wall clock. */
  SequencedMap<String, Object> speed() {
    SequencedMap<String, Object> speed = new LinkedHashMap<>();
    speed.put("fit_ms", median(s -> s.window().fitMillis()));
    speed.put("forecast_ms", median(s -> s.window().forecastMillis()));
    return speed;
  }

  private double median(Function<SeriesScore, Double> what) {
    return Figures.rounded(Figures.median(scores.stream().map(what).toList()));
  }

  private double mean(ToDoubleFunction<SeriesScore> what) {
    return scores.stream().mapToDouble(what).average().orElse(Double.NaN);
  }
}
