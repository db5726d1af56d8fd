package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The windows of 1 and 24 hours again, with spoiled histories. Errors are scaled by the whole
 * history, and those after a level step are divided by it, so that they compare with the unspoiled
 * ones. Only windows with more than 4 days of history, from which the new series differ.
 */
final class DegradedRun {
  private static final int FEWEST_DAYS = 4;

  private DegradedRun() {}

  /** Scores of one damage at one window; {@code whole} is the same without damage. */
  private record Row(
      Damage damage, Window window, WindowScore ours, WindowScore baseline, WindowScore whole) {}

  /** One row of figures a damage and horizon. */
  static List<Map<String, Object>> run(
      List<Window> windows, Contender contender, int threads, Progress progress)
      throws InterruptedException {
    List<List<Window>> origins =
        RollingRun.sharedOrigins(windows).stream()
            .map(numbers -> numbers.stream().map(windows::get).toList())
            .map(w -> w.stream().filter(DegradedRun::counts).toList())
            .filter(w -> !w.isEmpty())
            .toList();
    List<Row> rows = new ArrayList<>();
    InOrder.map(origins, threads, progress, "degraded copies", w -> score(w, contender))
        .forEach(rows::addAll);
    List<Map<String, Object>> figures = new ArrayList<>();
    for (Damage damage : Damage.values()) {
      for (Horizon horizon : List.of(Horizon.HOUR, Horizon.DAY)) {
        Ratios ratios = new Ratios();
        Ratios harm = new Ratios();
        for (Row row : rows) {
          if (row.damage() == damage && row.window().horizon().equals(horizon)) {
            String group = row.window().series().dataset();
            ratios.add(group, row.ours(), row.baseline());
            harm.add(group, row.ours(), row.whole());
          }
        }
        if (!ratios.isEmpty()) {
          Map<String, Object> figure = new LinkedHashMap<>();
          figure.put("damage", damage.label);
          figure.put("horizon", horizon.name());
          figure.putAll(ratios.figures());
          Map<String, Object> against = new LinkedHashMap<>(harm.figures());
          against.keySet().removeIf(name -> !name.endsWith("_ratio"));
          figure.put("against_undamaged", against);
          figures.add(figure);
        }
      }
    }
    return figures;
  }

  private static boolean counts(Window w) {
    return w.origin() + 1 > FEWEST_DAYS * w.series().stepsPerDay()
        && (w.horizon().equals(Horizon.HOUR) || w.horizon().equals(Horizon.DAY));
  }

  private static List<Row> score(List<Window> windows, Contender contender) {
    TimeSeries whole = windows.getFirst().history();
    int day = windows.getFirst().series().stepsPerDay();
    double scale = Metrics.scale(whole.values(), day);
    int longest = windows.stream().mapToInt(Window::steps).max().orElseThrow();
    List<Row> rows = new ArrayList<>();
    Contender.Fitted onWhole = contender.fit(whole, longest);
    for (Damage damage : Damage.values()) {
      TimeSeries history = damage.apply(windows.getFirst());
      Contender.Fitted ours = contender.fit(history, longest);
      Contender.Fitted baseline = Contenders.BASELINE.fit(history, longest);
      for (Window w : windows) {
        double[] actuals = w.actuals();
        double factor = damage.factor();
        double[] changed = Arrays.stream(actuals).map(y -> y * factor).toArray();
        rows.add(
            new Row(
                damage,
                w,
                score(ours, history, changed, scale * factor),
                score(baseline, history, changed, scale * factor),
                score(onWhole, whole, actuals, scale)));
      }
    }
    return rows;
  }

  private static WindowScore score(
      Contender.Fitted fitted, TimeSeries history, double[] actuals, double scale) {
    double[][] quantiles = fitted.forecast(history, actuals.length, Levels.all());
    return WindowScore.of(actuals, quantiles, scale, Double.NaN, Double.NaN);
  }
}
