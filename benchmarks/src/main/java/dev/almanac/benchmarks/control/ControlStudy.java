package dev.almanac.benchmarks.control;

import dev.almanac.benchmarks.control.Workloads.Chosen;
import dev.almanac.predictor.scaling.shadow.ShadowReplay.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** All workloads of a folder at all lags under all policies. */
public final class ControlStudy {
  private static final int[] LAGS_SECONDS = {30, 60, 180};
  private static final double TICKS_PER_MINUTE = 60.0 / Workload.TICK_SECONDS;

  private final List<Map<String, Object>> rows = new ArrayList<>();
  private final List<Line> summary = new ArrayList<>();

  private ControlStudy() {}

  /** One line of the summary: a workload at a lag, or the mean over a set of them. */
  public record Line(List<Object> values) {
    /** The cells of a table. */
    public Object[] cells() {
      return values.toArray();
    }
  }

  /**
   * Runs everything on as many threads as there are processors; the result does not depend on it.
   */
  public static ControlStudy over(Path folder)
      throws IOException, InterruptedException, ExecutionException {
    List<Chosen> workloads = Workloads.in(folder);
    if (workloads.isEmpty()) {
      throw new IllegalArgumentException(
          "no series of nine days or more in the folders of " + folder);
    }
    ControlStudy study = new ControlStudy();
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int lag : LAGS_SECONDS) {
        List<Future<Result>> trials = new ArrayList<>();
        for (Chosen chosen : workloads) {
          trials.add(pool.submit(() -> Result.of(chosen, lag)));
        }
        List<Result> results = new ArrayList<>();
        for (Future<Result> trial : trials) {
          results.add(trial.get());
        }
        study.add(lag, results);
      }
    }
    return study;
  }

  /** One row for each workload, lag and policy. */
  public List<Map<String, Object>> rows() {
    return rows;
  }

  /** How Almanac compares: each workload at each lag, then each set at each lag. */
  public List<Line> summary() {
    return summary;
  }

  /** What is kept of a trial; its runs are large. */
  private record Result(Chosen chosen, Summary summary, List<Map<String, Object>> rows) {
    static Result of(Chosen chosen, int lag) {
      Trial.Outcome outcome = Trial.of(chosen.workload(), lag);
      List<Map<String, Object>> rows = new ArrayList<>();
      outcome.runs().forEach((policy, run) -> rows.add(row(outcome, policy, run)));
      return new Result(chosen, Summary.of(outcome), rows);
    }

    private static Map<String, Object> row(Trial.Outcome o, String policy, Run run) {
      int from = o.scored();
      int to = run.replicas().length;
      long missing = 0;
      for (int k = from; k < to; k++) {
        missing += run.missing()[k];
      }
      double minutes = (to - from) / TICKS_PER_MINUTE;
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("trace", o.workload().name());
      row.put("lag_s", o.lagSeconds());
      row.put("policy", policy);
      row.put("short_minutes", run.shortShare(from, to) * minutes);
      row.put("short_pod_minutes", missing / TICKS_PER_MINUTE);
      row.put("pod_hours", run.cost(from, to) * minutes / 60);
      row.put("scale_events", run.events(from, to));
      row.put("scored_minutes", minutes);
      return row;
    }
  }

  private void add(int lag, List<Result> results) {
    for (Result r : results) {
      rows.addAll(r.rows());
      Summary s = r.summary();
      summary.add(
          new Line(
              List.of(
                  r.chosen().use().name().toLowerCase(java.util.Locale.ROOT),
                  r.chosen().workload().name(),
                  lag,
                  s.ratio(),
                  s.events(),
                  s.timesOracle(),
                  s.costPods(),
                  s.costShort(),
                  s.costEvents(),
                  s.worseInBoth() ? "both" : s.worseInShort() ? "short" : "-",
                  100 * s.budgetShort(),
                  s.budgetPods())));
    }
    for (Workloads.Use use : Workloads.Use.values()) {
      List<Summary> of =
          results.stream().filter(r -> r.chosen().use() == use).map(Result::summary).toList();
      if (!of.isEmpty()) {
        summary.add(means(use + ": mean of " + of.size(), use, lag, of));
        List<Summary> smooth = of.stream().filter(Summary::smooth).toList();
        if (!smooth.isEmpty()) {
          summary.add(means(use + ": mean of " + smooth.size() + " smooth", use, lag, smooth));
        }
      }
    }
    List<Summary> all = results.stream().map(Result::summary).toList();
    summary.add(means("ALL: mean of " + all.size(), Workloads.Use.OTHER, lag, all));
  }

  private static Line means(String name, Workloads.Use use, int lag, List<Summary> of) {
    long both = of.stream().filter(Summary::worseInBoth).count();
    long inShort = of.stream().filter(Summary::worseInShort).count();
    long kept = of.stream().filter(Summary::budgetKept).count();
    return new Line(
        List.of(
            name.startsWith("ALL") ? "all" : use.name().toLowerCase(java.util.Locale.ROOT),
            "**" + name.substring(name.indexOf(':') + 2) + "**",
            lag,
            mean(of, Summary::ratio),
            mean(of, Summary::events),
            mean(of, Summary::timesOracle),
            mean(of, Summary::costPods),
            mean(of, Summary::costShort),
            mean(of, Summary::costEvents),
            both + " both, " + inShort + " short",
            "kept on %d of %d".formatted(kept, of.size()),
            mean(of, Summary::budgetPods)));
  }

  /** Geometric mean over those that have the figure. */
  private static double mean(List<Summary> of, ToDoubleFunction<Summary> figure) {
    DoubleStream known = of.stream().mapToDouble(figure).filter(v -> v > 0);
    return Math.exp(known.map(Math::log).average().orElse(Double.NaN));
  }
}
