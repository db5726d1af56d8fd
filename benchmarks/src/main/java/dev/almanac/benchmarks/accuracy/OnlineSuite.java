package dev.almanac.benchmarks.accuracy;

import dev.almanac.benchmarks.accuracy.OnlineRun.Outcome;
import dev.almanac.benchmarks.accuracy.OnlineRun.Tally;
import dev.almanac.benchmarks.accuracy.OnlineRun.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All online runs: horizons, maxima over a window, and replicas bought by p95. */
final class OnlineSuite {
  private static final int MINUTE = 60;
  private static final int START_UP_SHORT = 60;
  private static final int START_UP_LONG = 180;

  /** One run of one series. */
  private record Job(
      WorkloadSeries series, List<OnlineContender> contenders, List<Target> targets) {}

  private final Measured measured;
  private final List<Outcome> outcomes;

  private OnlineSuite(Measured measured, List<Outcome> outcomes) {
    this.measured = measured;
    this.outcomes = outcomes;
  }

  /**
   * Runs all.
   *
   * @param series as they were read, not averaged
   */
  static OnlineSuite run(
      List<WorkloadSeries> series, Measured measured, int threads, Progress progress)
      throws InterruptedException {
    List<Job> jobs = new ArrayList<>();
    for (WorkloadSeries raw : series) {
      jobs.addAll(jobs(raw, measured));
    }
    List<Outcome> outcomes =
        InOrder.map(
            jobs,
            threads,
            progress,
            "online",
            job -> OnlineRun.live(job.series(), job.contenders(), job.targets()));
    return new OnlineSuite(measured, outcomes);
  }

  private static List<Job> jobs(WorkloadSeries raw, Measured measured) {
    List<OnlineContender> plain =
        List.of(
            measured.online(),
            OnlineContender.of(Contenders.BASELINE),
            OnlineContender.of(new SingleMember(SingleMember.Rule.CURRENT_LEVEL)));
    List<Job> jobs = new ArrayList<>();
    WorkloadSeries series = raw.forScoring();
    int step = series.step();
    TreeMap<Integer, Target> targets = new TreeMap<>();
    startUps(targets, step);
    for (Horizon h : List.of(Horizon.QUARTER, Horizon.HOUR, Horizon.DAY)) {
      if (h.steps(step) > 0) {
        targets.put(h.steps(step), new Target(h.name(), h.steps(step), 1));
      }
    }
    jobs.add(new Job(series, plain, List.copyOf(targets.values())));
    if (step == WorkloadSeries.FINEST_STEP) {
      jobs.add(maximum(series, measured, "15m_on_5min maximum", 3));
      jobs.add(maximum(series, measured, "60m_on_5min maximum", 12));
    }
    if (raw.step() <= MINUTE && MINUTE % raw.step() == 0) {
      WorkloadSeries minutes = raw.with(WorkloadSeries.averaged(raw.samples(), MINUTE));
      TreeMap<Integer, Target> fine = new TreeMap<>();
      startUps(fine, MINUTE);
      jobs.add(new Job(minutes, plain, List.copyOf(fine.values())));
      jobs.add(maximum(minutes, measured, "3m maximum", 3));
      jobs.add(maximum(minutes, measured, "15m maximum", 15));
    }
    return jobs;
  }

  /** What a pod that takes so long to start must be bought for: the first step after that. */
  private static void startUps(TreeMap<Integer, Target> targets, int step) {
    for (int startUp : List.of(START_UP_LONG, START_UP_SHORT)) {
      int steps = Math.ceilDiv(startUp, step);
      targets.put(steps, new Target("next %d s".formatted(steps * step), steps, 1));
    }
  }

  private static Job maximum(WorkloadSeries series, Measured measured, String name, int width) {
    return new Job(
        series,
        List.of(
            measured.maximum().apply(width),
            OnlineContender.of(new OfMaxima(Contenders.BASELINE, width))),
        List.of(new Target(name, 1, width)));
  }

  /** The part of the report; series with less than two days of history stand apart. */
  Map<String, Object> report() {
    Map<String, Object> report = figures(false);
    report.put("short_history", figures(true));
    report.put("autoscaling", autoscaling());
    return report;
  }

  private Map<String, Object> figures(boolean shortHistory) {
    Map<String, Object> horizons = new LinkedHashMap<>();
    Map<String, Object> current = new LinkedHashMap<>();
    List<Map<String, Object>> groups = new ArrayList<>();
    for (String name : List.of("15m", "1h", "24h")) {
      put(horizons, name, ratios(name, measured.online().name(), shortHistory), groups);
      put(current, name, ratios(name, "current level", shortHistory), new ArrayList<>());
    }
    Map<String, Object> maxima = new LinkedHashMap<>();
    List<Map<String, Object>> maximaGroups = new ArrayList<>();
    for (String name : List.of("3m", "15m", "15m_on_5min", "60m_on_5min")) {
      put(maxima, name, ratios(name + " maximum", measured.name(), shortHistory), maximaGroups);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("horizons", horizons);
    figures.put("groups", groups);
    figures.put("window_maximum", maxima);
    figures.put("window_maximum_groups", maximaGroups);
    figures.put("current_level", current);
    return figures;
  }

  /** Median times of a fit and a forecast over the series; wall clock. */
  Map<String, Object> speed() {
    List<Double> fits = new ArrayList<>();
    List<Double> forecasts = new ArrayList<>();
    for (Outcome o : outcomes) {
      String name = measured.online().name();
      if (o.tallies().containsKey(name) && o.forecasts() > 0) {
        fits.add(o.fitMillis().getOrDefault(name, 0.0) / o.fits());
        forecasts.add(o.forecastMillis().getOrDefault(name, 0.0) / o.forecasts());
      }
    }
    Map<String, Object> speed = new LinkedHashMap<>();
    speed.put("fit_ms", Figures.rounded(Figures.median(fits)));
    speed.put("forecast_ms", Figures.rounded(Figures.median(forecasts)));
    return speed;
  }

  private static void put(
      Map<String, Object> all, String name, Ratios ratios, List<Map<String, Object>> groups) {
    if (ratios.isEmpty()) {
      return;
    }
    all.put(name, ratios.figures());
    for (String group : ratios.groups()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("group", group);
      row.put("horizon", name);
      row.putAll(ratios.figures(group));
      groups.add(row);
    }
  }

  /** Every series is one window here: its errors are means over all its steps. */
  private Ratios ratios(String target, String contender, boolean shortHistory) {
    Ratios ratios = new Ratios();
    for (Outcome o : outcomes) {
      Tally ours = tally(o, contender, target);
      Tally base = tally(o, Contenders.BASELINE.name(), target);
      if (o.shortHistory() == shortHistory && !ours.isEmpty() && !base.isEmpty()) {
        ratios.add(o.series().dataset(), ours.score(o.scale()), base.score(o.scale()));
      }
    }
    return ratios;
  }

  private static Tally tally(Outcome outcome, String contender, String target) {
    return outcome.tallies().getOrDefault(contender, Map.of()).getOrDefault(target, new Tally());
  }

  /** Means over the series of a group, then over the groups; short histories are left out. */
  private List<Map<String, Object>> autoscaling() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String contender :
        List.of(measured.online().name(), Contenders.BASELINE.name(), "current level")) {
      for (String target : List.of("next 60 s", "next 180 s", "next 300 s")) {
        Map<String, List<Tally>> groups = new TreeMap<>();
        for (Outcome o : outcomes) {
          Tally tally = tally(o, contender, target);
          if (tally.scaled() && !o.shortHistory()) {
            groups.computeIfAbsent(o.series().dataset(), _ -> new ArrayList<>()).add(tally);
          }
        }
        if (groups.isEmpty()) {
          continue;
        }
        double under = 0;
        double over = 0;
        int series = 0;
        for (List<Tally> group : groups.values()) {
          under += group.stream().mapToDouble(Tally::underProvisioned).average().orElse(0);
          over += group.stream().mapToDouble(Tally::overProvisioned).average().orElse(0);
          series += group.size();
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("contender", contender);
        row.put("start_up", target);
        row.put("under_provisioned_minutes_pct", Figures.rounded(under / groups.size()));
        row.put("over_provisioned_replica_hours_pct", Figures.rounded(over / groups.size()));
        row.put("series", series);
        rows.add(row);
      }
    }
    return rows;
  }
}
