package dev.almanac.benchmarks.accuracy;

import dev.almanac.predictor.series.TimeSeries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** All contenders on all rolling-origin windows, refitted at every origin. */
final class RollingRun {
  private RollingRun() {}

  /**
   * Scores of all contenders.
   *
   * @param windows in the order of the windows file
   * @param byContender scores by name and number of the window; a contender need not have all
   */
  record Scores(List<Window> windows, Map<String, TreeMap<Integer, WindowScore>> byContender) {

    /** A contender against another on the windows that both have. */
    Ratios ratios(String contender, String reference, Horizon horizon) {
      Ratios ratios = new Ratios();
      TreeMap<Integer, WindowScore> base = of(reference);
      of(contender)
          .forEach((number, score) -> {
            Window window = windows.get(number);
            WindowScore other = base.get(number);
            if (other != null && window.horizon().equals(horizon)) {
              ratios.add(window.series().dataset(), score, other);
            }
          });
      return ratios;
    }

    /** The part of these scores that stands on the windows of one contender. */
    Scores on(String contender) {
      return only(of(contender).keySet()::contains);
    }

    /** The part of these scores that stands on windows of a kind. */
    Scores where(Predicate<Window> kind) {
      return only(number -> kind.test(windows.get(number)));
    }

    private Scores only(Predicate<Integer> numbers) {
      Map<String, TreeMap<Integer, WindowScore>> part = new LinkedHashMap<>();
      byContender.forEach((name, scores) -> {
        TreeMap<Integer, WindowScore> kept = new TreeMap<>(scores);
        kept.keySet().removeIf(number -> !numbers.test(number));
        part.put(name, kept);
      });
      return new Scores(windows, part);
    }

    private TreeMap<Integer, WindowScore> of(String contender) {
      return byContender.getOrDefault(contender, new TreeMap<>());
    }
  }

  static Scores run(
      List<Window> windows, List<Contender> contenders, int threads, Progress progress)
      throws InterruptedException {
    List<List<Integer>> origins = sharedOrigins(windows);
    List<List<Map<String, WindowScore>>> results =
        InOrder.map(
            origins,
            threads,
            progress,
            "rolling origins",
            numbers -> score(numbers.stream().map(windows::get).toList(), contenders));
    Map<String, TreeMap<Integer, WindowScore>> byContender = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      byContender.put(contender.name(), new TreeMap<>());
    }
    for (int i = 0; i < origins.size(); i++) {
      for (int j = 0; j < origins.get(i).size(); j++) {
        int number = origins.get(i).get(j);
        results
            .get(i)
            .get(j)
            .forEach((name, score) ->
                byContender.computeIfAbsent(name, _ -> new TreeMap<>()).put(number, score));
      }
    }
    return new Scores(windows, byContender);
  }

  /** Numbers of windows that differ in their horizon only, and so share one fit. */
  static List<List<Integer>> sharedOrigins(List<Window> windows) {
    List<List<Integer>> origins = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Window w = windows.get(i);
      if (i > 0
          && windows.get(i - 1).series().equals(w.series())
          && windows.get(i - 1).origin() == w.origin()) {
        origins.getLast().add(i);
      } else {
        origins.add(new ArrayList<>(List.of(i)));
      }
    }
    return origins;
  }

  /** Windows of one origin, scored by every contender after one fit each. */
  static List<Map<String, WindowScore>> score(List<Window> windows, List<Contender> contenders) {
    TimeSeries history = windows.getFirst().history();
    double scale = Metrics.scale(history.values(), windows.getFirst().series().stepsPerDay());
    int longest = windows.stream().mapToInt(Window::steps).max().orElseThrow();
    List<Map<String, WindowScore>> scores = new ArrayList<>();
    windows.forEach(_ -> scores.add(new LinkedHashMap<>()));
    for (Contender contender : contenders) {
      long before = System.nanoTime();
      Contender.Fitted fitted = contender.fit(history, longest);
      double fitMillis = (System.nanoTime() - before) / 1e6;
      for (int i = 0; i < windows.size(); i++) {
        long from = System.nanoTime();
        double[][] quantiles = fitted.forecast(history, windows.get(i).steps(), Levels.all());
        double millis = (System.nanoTime() - from) / 1e6;
        scores
            .get(i)
            .put(
                contender.name(),
                WindowScore.of(windows.get(i).actuals(), quantiles, scale, fitMillis, millis));
      }
    }
    return scores;
  }
}
