package dev.almanac.benchmarks.accuracy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** The figures of a run in the shape of the JSON report. */
final class Report {
  private final String measured;
  private final SequencedMap<String, Object> json = new LinkedHashMap<>();

  Report(String measured) {
    this.measured = measured;
    put("benchmark", "accuracy");
    put("forecaster", measured);
  }

  SequencedMap<String, Object> json() {
    return json;
  }

  void put(String name, Object value) {
    json.put(name, value);
  }

  /** What became of each peer outside this process. */
  void status(Map<String, String> status) {
    status.forEach((name, words) -> peer(peers(), name).put("status", words));
  }

  /** Rolling origins; windows with less than two days of history stand apart from the others. */
  void rolling(RollingRun.Scores all) {
    RollingRun.Scores scores = all.where(w -> !w.isShort());
    json.put("horizons", horizons(scores, measured));
    json.put("groups", groups(scores));
    json.put("speed", speed(scores, measured));
    compare(peers(), scores);
    RollingRun.Scores young = all.where(Window::isShort);
    Map<String, Object> shortHistory = new LinkedHashMap<>();
    shortHistory.put("horizons", horizons(young, measured));
    shortHistory.put("groups", groups(young));
    Map<String, Object> peers = new LinkedHashMap<>();
    compare(peers, young);
    shortHistory.put("peers", peers);
    json.put("short_history", shortHistory);
  }

  private void compare(Map<String, Object> peers, RollingRun.Scores scores) {
    for (String name : scores.byContender().keySet()) {
      if (name.equals(measured)) {
        continue;
      }
      Map<String, Object> peer = peer(peers, name);
      peer.put("horizons", horizons(scores, name));
      peer.put("speed", speed(scores, name));
      peer.put("almanac_on_the_same_windows", horizons(scores.on(name), measured));
      Map<String, Object> against = new LinkedHashMap<>();
      for (Horizon horizon : Horizon.ALL) {
        Ratios ratios = scores.ratios(measured, name, horizon);
        if (!ratios.isEmpty()) {
          against.put(horizon.name(), ratios.figures());
        }
      }
      peer.put("almanac_against_it", against);
    }
  }

  /** One dataset with a split; each peer beside the measured forecaster on the peer's series. */
  void split(String dataset, Map<String, SplitScores> scores) {
    SplitScores ours = scores.getOrDefault(measured, new SplitScores());
    scores.forEach((name, score) -> {
      if (name.equals(measured)) {
        json.put(dataset, score.figures());
      } else {
        Map<String, Object> peer = peer(peers(), name);
        peer.put(dataset, score.figures());
        peer.put("almanac_on_the_same_" + dataset, ours.on(score).figures());
      }
    });
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> peers() {
    return (Map<String, Object>) json.computeIfAbsent("peers", _ -> new LinkedHashMap<>());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> peer(Map<String, Object> peers, String name) {
    return (Map<String, Object>) peers.computeIfAbsent(name, _ -> new LinkedHashMap<>());
  }

  private static Map<String, Object> horizons(RollingRun.Scores scores, String name) {
    Map<String, Object> horizons = new LinkedHashMap<>();
    for (Horizon horizon : Horizon.ALL) {
      Ratios ratios = scores.ratios(name, Contenders.BASELINE.name(), horizon);
      if (!ratios.isEmpty()) {
        horizons.put(horizon.name(), ratios.figures());
      }
    }
    return horizons;
  }

  private static Map<String, Object> speed(RollingRun.Scores scores, String name) {
    Horizon longest = Horizon.DAY;
    Ratios ratios = scores.ratios(name, Contenders.BASELINE.name(), longest);
    if (ratios.isEmpty()) {
      longest = Horizon.HOUR;
      ratios = scores.ratios(name, Contenders.BASELINE.name(), longest);
    }
    return ratios.speed();
  }

  /**
   * Share of zeros among the present samples of a group's series, each series weighing the same.
   */
  private static double zeroPercent(RollingRun.Scores scores, String group) {
    double share = 0;
    int series = 0;
    Set<String> seen = new HashSet<>();
    for (Window w : scores.windows()) {
      WorkloadSeries s = w.series();
      if (s.dataset().equals(group) && seen.add(s.file() + '/' + s.name())) {
        double[] y = s.samples().values();
        share += (double) Arrays.stream(y).filter(v -> v == 0).count() / Metrics.present(y);
        series++;
      }
    }
    return Figures.rounded(100 * share / series);
  }

  /**
   * What is the same in every run on the same data and with the same answers of peers: the report
   * without times.
   */
  static JsonNode reproducible(JsonNode report) {
    JsonNode copy = report.deepCopy();
    strip(copy);
    return copy;
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(List.of("speed", "online_speed", "run", "status", "scores_hash"));
    }
    node.forEach(Report::strip);
  }

  /** Every group beside the best of its peers that was run on all of its windows. */
  private List<Map<String, Object>> groups(RollingRun.Scores scores) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Horizon horizon : Horizon.ALL) {
      Ratios ours = scores.ratios(measured, Contenders.BASELINE.name(), horizon);
      for (String group : ours.groups()) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("group", group);
        row.put("horizon", horizon.name());
        row.putAll(ours.figures(group));
        row.put("zero_pct", zeroPercent(scores, group));
        String best = "";
        double least = Double.POSITIVE_INFINITY;
        for (String name : scores.byContender().keySet()) {
          if (!name.equals(measured)) {
            // On the windows of the peer alone, for some peers run on a sample.
            double ratio = scores.ratios(name, measured, horizon).sqlRatio(group);
            if (ratio < least) {
              least = ratio;
              best = name;
            }
          }
        }
        row.put("best_peer", best);
        row.put("sql_against_best_peer", Figures.rounded(1 / least));
        rows.add(row);
      }
    }
    return rows;
  }
}
