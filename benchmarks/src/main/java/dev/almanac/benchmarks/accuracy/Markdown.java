package dev.almanac.benchmarks.accuracy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/** The report as Markdown tables. Ratios are to the seasonal naive: below 1 is better. */
final class Markdown {
  private final StringBuilder out = new StringBuilder();
  private final JsonNode report;
  private final String measured;

  private Markdown(JsonNode report) {
    this.report = report;
    this.measured = report.path("forecaster").asText();
  }

  static String of(JsonNode report) {
    Markdown m = new Markdown(report);
    for (Map.Entry<String, JsonNode> entry : report.properties()) {
      if (entry.getValue().has("owa")) {
        m.split(entry.getKey(), entry.getValue());
      }
    }
    m.horizons(report, "rolling origins");
    m.peers();
    m.horizons(report.path("short_history"), "rolling origins, less than two days of history");
    m.online(report.path("online"));
    m.degraded(report.path("degraded"));
    m.line("Scores (without times): %s".formatted(report.path("scores_hash").asText()));
    return m.out.toString();
  }

  private void split(String dataset, JsonNode figures) {
    line("## %s, official split, %s series".formatted(dataset, figures.path("series")));
    line(
        "| | OWA (published Naive2) | own Naive2 | MASE | sMAPE | MSIS | WQL | p90/p95/p99 | series |"
            + " fit ms |");
    line("|---|---:|---:|---:|---:|---:|---:|---|---:|---:|");
    splitRow(measured, figures, report.path("speed"));
    for (Map.Entry<String, JsonNode> peer : report.path("peers").properties()) {
      splitRow(peer.getKey(), peer.getValue().path(dataset), peer.getValue().path("speed"));
    }
    line("");
  }

  private void splitRow(String name, JsonNode f, JsonNode speed) {
    if (f.has("owa")) {
      cells(name, f, "owa", "owa_own_naive2", "mase", "smape", "msis", "wql");
      line(" %s | %s | %s |".formatted(coverage(f), f.path("series"), show(speed.path("fit_ms"))));
    }
  }

  private void horizons(JsonNode part, String how) {
    JsonNode peers = part.path("peers");
    for (Map.Entry<String, JsonNode> entry : part.path("horizons").properties()) {
      String horizon = entry.getKey();
      line("## %s ahead, %s".formatted(horizon, how));
      line("| | MASE | SQL | P95 | P99 | p90/p95/p99 | windows | fit ms | forecast ms |");
      line("|---|---:|---:|---:|---:|---|---:|---:|---:|");
      row(measured, entry.getValue(), report.path("speed"));
      for (Map.Entry<String, JsonNode> peer : peers.properties()) {
        JsonNode p = peer.getValue();
        row(peer.getKey(), p.path("horizons").path(horizon), p.path("speed"));
      }
      line("");
    }
    if (!part.path("groups").isEmpty()) {
      groups(part.path("groups"), how);
    }
  }

  private void row(String name, JsonNode f, JsonNode speed) {
    if (f.has("sql_ratio")) {
      cells(name, f, "mase_ratio", "sql_ratio", "p95_ratio", "p99_ratio");
      line(
          " %s | %s | %s | %s |"
              .formatted(
                  coverage(f),
                  f.path("windows"),
                  show(speed.path("fit_ms")),
                  show(speed.path("forecast_ms"))));
    }
  }

  /** The measured forecaster over each peer on the peer's own windows: below 1, it is better. */
  private void peers() {
    line("## %s over each peer, on the windows of the peer".formatted(measured));
    line("| peer, horizon | MASE | SQL | P95 | P99 | windows | its fit ms | what ran |");
    line("|---|---:|---:|---:|---:|---:|---:|---|");
    for (Map.Entry<String, JsonNode> peer : report.path("peers").properties()) {
      JsonNode p = peer.getValue();
      String status = p.path("status").asText("all of them");
      if (p.path("almanac_against_it").isEmpty()) {
        line("| %s | - | - | - | - | 0 | - | %s |".formatted(peer.getKey(), status));
      }
      for (Map.Entry<String, JsonNode> h : p.path("almanac_against_it").properties()) {
        String name = peer.getKey() + ", " + h.getKey();
        cells(name, h.getValue(), "mase_ratio", "sql_ratio", "p95_ratio", "p99_ratio");
        String fit = show(p.path("speed").path("fit_ms"));
        line(" %s | %s | %s |".formatted(h.getValue().path("windows"), fit, status));
      }
    }
    line("");
  }

  private void online(JsonNode online) {
    if (online.isMissingNode()) {
      return;
    }
    lives(online, "online");
    lives(online.path("short_history"), "online, less than two days of history at the start");
    line("## Replicas bought by p95, one serves a fifth of the median demand");
    line("| | under-provisioned minutes % | over-provisioned replica-hours % | series |");
    line("|---|---:|---:|---:|");
    for (JsonNode row : online.path("autoscaling")) {
      String name = row.path("contender").asText() + ", " + row.path("start_up").asText();
      cells(name, row, "under_provisioned_minutes_pct", "over_provisioned_replica_hours_pct");
      line(" %s |".formatted(row.path("series")));
    }
    line("");
  }

  private void lives(JsonNode part, String how) {
    line("## Refitted daily, asked at every step, %s".formatted(how));
    line("| | MASE | SQL | P95 | P99 | p90/p95/p99 | error in points | series |");
    line("|---|---:|---:|---:|---:|---|---|---:|");
    for (Map.Entry<String, JsonNode> h : part.path("horizons").properties()) {
      onlineRow(measured + ", " + h.getKey(), h.getValue());
    }
    for (Map.Entry<String, JsonNode> h : part.path("current_level").properties()) {
      onlineRow("current level, " + h.getKey(), h.getValue());
    }
    for (Map.Entry<String, JsonNode> h : part.path("window_maximum").properties()) {
      onlineRow(measured + ", highest of the next " + h.getKey(), h.getValue());
    }
    line("");
    groups(part.path("groups"), how);
    groups(part.path("window_maximum_groups"), how + ", highest of a window");
  }

  private void onlineRow(String name, JsonNode f) {
    cells(name, f, "mase_ratio", "sql_ratio", "p95_ratio", "p99_ratio");
    JsonNode e = f.path("coverage_error_points");
    String errors =
        String.format(
            Locale.ROOT,
            "%+.1f/%+.1f/%+.1f",
            e.path("p90").asDouble(Double.NaN),
            e.path("p95").asDouble(Double.NaN),
            e.path("p99").asDouble(Double.NaN));
    line(" %s | %s | %s |".formatted(coverage(f), errors, f.path("windows")));
  }

  private void degraded(JsonNode rows) {
    if (rows.isMissingNode()) {
      return;
    }
    line("## Degraded histories");
    line("| damage | MASE | SQL | P95 | P99 | p90/p95/p99 | SQL / undamaged | windows |");
    line("|---|---:|---:|---:|---:|---|---:|---:|");
    for (JsonNode row : rows) {
      String name = row.path("damage").asText() + ", " + row.path("horizon").asText();
      cells(name, row, "mase_ratio", "sql_ratio", "p95_ratio", "p99_ratio");
      line(
          " %s | %s | %s |"
              .formatted(
                  coverage(row),
                  show(row.path("against_undamaged").path("sql_ratio")),
                  row.path("windows")));
    }
    line("");
  }

  private void groups(JsonNode groups, String how) {
    line("## Groups, " + how);
    line(
        "| group | MASE | SQL | P95 | P99 | p90/p95/p99 | windows | best peer | SQL / its | zeros % |");
    line("|---|---:|---:|---:|---:|---|---:|---|---:|---:|");
    for (JsonNode g : groups) {
      String name = g.path("group").asText() + ", " + g.path("horizon").asText();
      cells(name, g, "mase_ratio", "sql_ratio", "p95_ratio", "p99_ratio");
      line(
          " %s | %s | %s | %s | %s |"
              .formatted(
                  coverage(g),
                  g.path("windows"),
                  g.path("best_peer").asText(),
                  show(g.path("sql_against_best_peer")),
                  show(g.path("zero_pct"))));
    }
    line("");
  }

  /** The start of a row, without the end of its line. */
  private void cells(String name, JsonNode figures, String... keys) {
    out.append("| ").append(name).append(" |");
    for (String key : keys) {
      out.append(' ').append(show(figures.path(key))).append(" |");
    }
  }

  private static String coverage(JsonNode figures) {
    JsonNode c = figures.path("coverage");
    return String.format(
        Locale.ROOT,
        "%.1f/%.1f/%.1f",
        c.path("p90").asDouble(Double.NaN),
        c.path("p95").asDouble(Double.NaN),
        c.path("p99").asDouble(Double.NaN));
  }

  private static String show(JsonNode value) {
    double d = value.asDouble(Double.NaN);
    if (!Double.isFinite(d)) {
      return "-";
    }
    String format = Math.abs(d) >= 100 ? "%,.0f" : Math.abs(d) >= 10 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, d);
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
