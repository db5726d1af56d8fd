package dev.almanac.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Scores of a contender against those of a reference on the same windows: the geometric mean of
 * {@code (E + 0.001) / (E0 + 0.001)} over the windows of a group, then over the groups, so that a
 * group with many series weighs as much as one with few. Coverage is pooled over all actuals.
 */
final class Ratios {
  /**
   * Keeps a ratio of two tiny errors from deciding a mean; protocol of the published benchmarks.
   */
  static final double SHIFT = 1e-3;

  private final TreeMap<String, Group> groups = new TreeMap<>();

  /** Sums of one group. */
  private static final class Group {
    final double[] logs = new double[4];
    int windows;
    long actuals;
    final long[] covered = new long[3];
    final List<Double> fits = new ArrayList<>();
    final List<Double> forecasts = new ArrayList<>();

    void add(Group g) {
      for (int i = 0; i < logs.length; i++) {
        logs[i] += g.logs[i];
      }
      for (int i = 0; i < covered.length; i++) {
        covered[i] += g.covered[i];
      }
      windows += g.windows;
      actuals += g.actuals;
      fits.addAll(g.fits);
      forecasts.addAll(g.forecasts);
    }
  }

  void add(String group, WindowScore score, WindowScore reference) {
    Group g = groups.computeIfAbsent(group, _ -> new Group());
    g.logs[0] += log(score.mase(), reference.mase());
    g.logs[1] += log(score.sql(), reference.sql());
    g.logs[2] += log(score.p95(), reference.p95());
    g.logs[3] += log(score.p99(), reference.p99());
    g.windows++;
    g.actuals += score.actuals();
    g.covered[0] += score.coveredP90();
    g.covered[1] += score.coveredP95();
    g.covered[2] += score.coveredP99();
    if (!Double.isNaN(score.fitMillis())) {
      g.fits.add(score.fitMillis());
    }
    if (!Double.isNaN(score.forecastMillis())) {
      g.forecasts.add(score.forecastMillis());
    }
  }

  private static double log(double error, double reference) {
    return Math.log((error + SHIFT) / (reference + SHIFT));
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  Iterable<String> groups() {
    return groups.keySet();
  }

  /** Figures of all groups together, as they stand in the report. */
  SequencedMap<String, Object> figures() {
    double[] means = new double[4];
    Group all = new Group();
    for (Group g : groups.values()) {
      for (int i = 0; i < means.length; i++) {
        means[i] += g.logs[i] / g.windows / groups.size();
      }
      all.add(g);
    }
    return figures(means, all);
  }

  /** Figures of one group. */
  SequencedMap<String, Object> figures(String group) {
    Group g = groups.getOrDefault(group, new Group());
    double[] means = new double[4];
    for (int i = 0; i < means.length; i++) {
      means[i] = g.logs[i] / g.windows;
    }
    return figures(means, g);
  }

  double sqlRatio(String group) {
    Group g = groups.getOrDefault(group, new Group());
    return Math.exp(g.logs[1] / g.windows);
  }

  private static SequencedMap<String, Object> figures(double[] means, Group g) {
    SequencedMap<String, Object> figures = new LinkedHashMap<>();
    figures.put("mase_ratio", Figures.rounded(Math.exp(means[0])));
    figures.put("sql_ratio", Figures.rounded(Math.exp(means[1])));
    figures.put("p95_ratio", Figures.rounded(Math.exp(means[2])));
    figures.put("p99_ratio", Figures.rounded(Math.exp(means[3])));
    figures.put("coverage", Figures.coverage(g.covered, g.actuals));
    figures.put("coverage_error_points", Figures.coverageError(g.covered, g.actuals));
    figures.put("windows", g.windows);
    return figures;
  }

  /** Median times; wall clock, so not the same in two runs. */
  Map<String, Object> speed() {
    Group all = new Group();
    groups.values().forEach(all::add);
    Map<String, Object> speed = new LinkedHashMap<>();
    speed.put("fit_ms", Figures.rounded(Figures.median(all.fits)));
    speed.put("forecast_ms", Figures.rounded(Figures.median(all.forecasts)));
    return speed;
  }
}
