package dev.almanac.benchmarks.accuracy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All contenders on the official splits. */
final class SplitRun {
  private SplitRun() {}

  /** Scores by contender for one dataset. */
  static Map<String, SplitScores> run(
      OfficialSplit split, List<Contender> contenders, int threads, Progress progress)
      throws InterruptedException {
    Map<String, SplitScores> scores = new LinkedHashMap<>();
    for (Map<String, SplitScores.SeriesScore> one :
        InOrder.map(
            split.pairs(), threads, progress, split.dataset(), pair -> score(pair, contenders))) {
      one.forEach((name, score) -> scores.computeIfAbsent(name, _ -> new SplitScores()).add(score));
    }
    return scores;
  }

  private static Map<String, SplitScores.SeriesScore> score(
      OfficialSplit.Pair pair, List<Contender> contenders) {
    Map<String, SplitScores.SeriesScore> scores = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      long before = System.nanoTime();
      Contender.Fitted fitted = contender.fit(pair.train(), pair.test().length());
      long between = System.nanoTime();
      double[][] quantiles = fitted.forecast(pair.train(), pair.test().length(), Levels.all());
      scores.put(
          contender.name(),
          SplitScores.score(
              pair, quantiles, (between - before) / 1e6, (System.nanoTime() - between) / 1e6));
    }
    return scores;
  }
}
