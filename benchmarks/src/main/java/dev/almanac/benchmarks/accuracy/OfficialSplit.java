package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A dataset whose training and test parts were fixed by its publisher, as M4 Hourly's.
 *
 * @param dataset the folder
 * @param pairs only series that have test rows
 */
record OfficialSplit(String dataset, List<Pair> pairs) {

  /**
   * One series: all of the training part is known, all of the test part is to be forecast.
   *
   * @param train ends one step before {@code test} begins
   */
  record Pair(String name, TimeSeries train, TimeSeries test) {
    /** Refuses parts that do not meet. */
    Pair {
      if (train.stepSeconds() != test.stepSeconds()
          || train.endEpochSecond() != test.startEpochSecond()) {
        throw new IllegalArgumentException(
            "test part of series %s does not begin where its training part ends".formatted(name));
      }
    }
  }

  static OfficialSplit of(
      String dataset, SequencedMap<String, TimeSeries> train, Map<String, TimeSeries> test) {
    List<Pair> pairs = new ArrayList<>();
    train.forEach((name, known) -> {
      TimeSeries then = test.get(name);
      if (then != null) {
        pairs.add(new Pair(name, known, then));
      }
    });
    return new OfficialSplit(dataset, List.copyOf(pairs));
  }
}
