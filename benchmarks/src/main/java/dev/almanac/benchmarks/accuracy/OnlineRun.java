package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders live with a series: refitted once a day on at most 28 days, asked at every step,
 * scored when the target is known. This is where coverage is judged: thousands of forecasts a
 * series, and what adapts while live can show it.
 */
final class OnlineRun {
  /*
   * The life is the last 40 % of a series, at most 14 days (28 on grids of 30 minutes and more). The
   * first 3 days of it are lived but not scored, where it has twice as many; a shorter life has the
   * first quarter for that. A forecast made at t for t + h is scored against the sample at t + h, or the
   * highest of some samples from there on. Targets beyond the end of the series are not scored.
   */
  private static final double LIFE = 0.4;
  private static final int MOST_DAYS = 14;
  private static final int MOST_DAYS_COARSE = 28;
  private static final int COARSE = 1800;
  private static final int WARM_UP_DAYS = 3;

  /** What is shown beside the model at every step. */
  private static final int RECENT_DAYS = 8;

  private OnlineRun() {}

  /**
   * One thing that is forecast at every step.
   *
   * @param name as in reports
   * @param steps ahead
   * @param width how many samples from there on it is the highest of
   */
  record Target(String name, int steps, int width) {

    /** Steps from the origin to the last sample that the target needs. */
    int last() {
      return steps + width - 1;
    }

    /** NaN where absent; a maximum needs one present sample. */
    double actual(double[] values, int t) {
      double highest = Double.NaN;
      for (int i = t + steps; i <= t + last(); i++) {
        if (!Double.isNaN(values[i]) && !(highest >= values[i])) {
          highest = values[i];
        }
      }
      return highest;
    }
  }

  /** Sums over the steps of one series, for one contender and target. */
  static final class Tally {
    private double mae;
    private double sql;
    private double p95;
    private double p99;
    private int actuals;
    private final int[] covered = new int[3];
    private double shortSteps;
    private double overReplicas;
    private double neededReplicas;

    private void add(double actual, double[] q) {
      mae += Math.abs(actual - q[Levels.MEDIAN]);
      for (int k = Levels.FIRST_DECILE; k <= Levels.P90; k++) {
        sql += 2 * Metrics.pinball(Levels.level(k), actual, q[k]) / 9;
      }
      p95 += 2 * Metrics.pinball(0.95, actual, q[Levels.P95]);
      p99 += 2 * Metrics.pinball(0.99, actual, q[Levels.P99]);
      covered[0] += actual <= q[Levels.P90] ? 1 : 0;
      covered[1] += actual <= q[Levels.P95] ? 1 : 0;
      covered[2] += actual <= q[Levels.P99] ? 1 : 0;
      actuals++;
    }

    /** What replicas bought by p95 would have been: one serves {@code capacity}. */
    private void scale(double actual, double p95, double capacity) {
      double bought = Math.max(1, Math.ceil(p95 / capacity));
      double needed = Math.max(1, Math.ceil(actual / capacity));
      shortSteps += bought < needed ? 1 : 0;
      overReplicas += Math.max(0, bought - needed);
      neededReplicas += needed;
    }

    boolean isEmpty() {
      return actuals == 0;
    }

    WindowScore score(double scale) {
      double unit = actuals * scale;
      return new WindowScore(
          mae / unit,
          sql / unit,
          p95 / unit,
          p99 / unit,
          actuals,
          covered[0],
          covered[1],
          covered[2],
          Double.NaN,
          Double.NaN);
    }

    /** Percent of steps with fewer replicas than the demand needed. */
    double underProvisioned() {
      return 100 * shortSteps / actuals;
    }

    /** Replica-hours above the need, in percent of the need. */
    double overProvisioned() {
      return 100 * overReplicas / neededReplicas;
    }

    boolean scaled() {
      return neededReplicas > 0;
    }
  }

  /**
   * What one series gave.
   *
   * @param scale of its errors: the mean absolute day difference before the life
   * @param tallies by contender, then by name of the target
   * @param fitMillis wall time of all fits, by contender
   * @param forecastMillis wall time of all forecasts, by contender
   * @param fits how many
   * @param forecasts how many
   * @param shortHistory whether less than two days were known when its life began
   */
  record Outcome(
      WorkloadSeries series,
      double scale,
      Map<String, Map<String, Tally>> tallies,
      Map<String, Double> fitMillis,
      Map<String, Double> forecastMillis,
      int fits,
      int forecasts,
      boolean shortHistory) {}

  /** Lives through a series; targets rise in their steps. */
  static Outcome live(
      WorkloadSeries series, List<OnlineContender> contenders, List<Target> targets) {
    double[] values = series.samples().values();
    int n = values.length;
    int day = series.stepsPerDay();
    int most = (series.step() >= COARSE ? MOST_DAYS_COARSE : MOST_DAYS) * day;
    int first = Math.max((int) Math.ceil((1 - LIFE) * n), n - most);
    int life = n - first;
    int warm = first + (life >= 2 * WARM_UP_DAYS * day ? WARM_UP_DAYS * day : life / 4);
    double scale = Metrics.scale(Arrays.copyOf(values, first), day);
    double capacity = capacity(Arrays.copyOf(values, first));
    int[] steps = targets.stream().mapToInt(Target::steps).toArray();
    Map<String, Map<String, Tally>> tallies = new LinkedHashMap<>();
    Map<String, Double> fitMillis = new LinkedHashMap<>();
    Map<String, Double> forecastMillis = new LinkedHashMap<>();
    int fits = 0;
    int forecasts = 0;
    for (OnlineContender contender : contenders) {
      OnlineContender.Life lived = contender.begin(series.step(), steps);
      Map<String, Tally> own = new LinkedHashMap<>();
      targets.forEach(target -> own.put(target.name(), new Tally()));
      long fitNanos = 0;
      long forecastNanos = 0;
      fits = 0;
      forecasts = 0;
      int refitAt = first;
      for (int t = first; t < n - 1; t++) {
        TimeSeries recent = Window.history(series.samples(), t, RECENT_DAYS * day);
        if (recent.lastPresent() < 0) {
          continue;
        }
        long before = System.nanoTime();
        if (t >= refitAt) {
          lived.refit(Window.history(series.samples(), t, Window.HISTORY_DAYS * day));
          fits++;
          refitAt = t + day;
        }
        long between = System.nanoTime();
        double[][] quantiles = lived.forecast(recent, Levels.all());
        forecasts++;
        fitNanos += between - before;
        forecastNanos += System.nanoTime() - between;
        for (int k = 0; t >= warm && k < targets.size(); k++) {
          if (t + targets.get(k).last() < n) {
            double actual = targets.get(k).actual(values, t);
            if (!Double.isNaN(actual)) {
              Tally tally = own.getOrDefault(targets.get(k).name(), new Tally());
              tally.add(actual, quantiles[k]);
              if (capacity > 0) {
                tally.scale(actual, quantiles[k][Levels.P95], capacity);
              }
            }
          }
        }
      }
      tallies.put(contender.name(), own);
      fitMillis.put(contender.name(), fitNanos / 1e6);
      forecastMillis.put(contender.name(), forecastNanos / 1e6);
    }
    return new Outcome(
        series, scale, tallies, fitMillis, forecastMillis, fits, forecasts, first < 2 * day);
  }

  /** A fifth of the median demand, so that the median workload runs on five replicas. */
  private static double capacity(double[] known) {
    double[] present = Arrays.stream(known).filter(Double::isFinite).sorted().toArray();
    return present.length == 0 ? 0 : present[present.length / 2] / 5;
  }
}
