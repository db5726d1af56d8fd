package dev.almanac.benchmarks;

import dev.almanac.benchmarks.rightsizing.SizingStudy;
import dev.almanac.predictor.rightsizing.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Requests of several tools over past usage: what idles, what is short, how often they change. */
final class RightsizingBenchmark implements Benchmark {
  private final List<Map<String, Object>> rows = new ArrayList<>();

  @Override
  public String about() {
    return "Every tool day by day on the past alone, after 3 days of history; one unit of each series is the\n"
        + "mean of its first two daily maxima. CPU: set at midnight, raised hourly where the tool does;\n"
        + "short is the share of 5 minute samples above the request. Memory: request = limit, a sample above\n"
        + "it is an OOM kill; short is the share of days with one, over four day starts. Rows 'x VPA' are\n"
        + "ratios: short share at VPA's slack, slack at VPA's short share, changes at VPA's slack. How sure the\n"
        + "first is: 1,000 samples of the machines, resampled (drawn with replacement) and as random halves.\n"
        + "Shows requests, not latency; no replicas, no nodes; a resize succeeds at once.";
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Path folder =
        data.orElseThrow(() ->
            new IllegalArgumentException("rightsizing needs --data with CPU or memory series"));
    for (Resource resource : Resource.values()) {
      rows.addAll(SizingStudy.run(folder, resource).rows());
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "no CPU or memory series with more than 3 days at 5 minutes in " + folder);
    }
    Table table =
        new Table(
            "resource",
            "strategy",
            "slack",
            "short %",
            "far short % / OOMs a day",
            "changes a month",
            "cost");
    for (Map<String, Object> row : rows) {
      if ("all".equals(row.get("set"))) {
        print(table, row);
      }
    }
    return table;
  }

  private static void print(Table table, Map<String, Object> row) {
    String resource = text(row, "resource");
    String strategy = text(row, "strategy");
    switch (text(row, "kind")) {
      case "point" -> {
        if (Boolean.TRUE.equals(row.get("default"))) {
          boolean cpu = resource.equals("cpu");
          table.row(
              resource,
              strategy,
              number(row, "slack"),
              100 * number(row, cpu ? "short_share" : "oom_day_share"),
              cpu ? 100 * number(row, "far_short_share") : number(row, "ooms_a_day"),
              number(row, "changes_a_month"),
              number(row, "cost"));
        }
      }
      case "against VPA" ->
          table.row(
              resource,
              strategy + ", x VPA",
              row.getOrDefault("slack_at_its_short", "-"),
              row.getOrDefault("short_at_its_slack", "-"),
              "-",
              row.getOrDefault("changes_at_its_slack", "-"),
              "-");
      case "resampled", "random halves" ->
          table.row(
              resource,
              "%s, x VPA, %s: 5 to 95 %%".formatted(strategy, text(row, "kind")),
              "-",
              "%.2f to %.2f; over %.2f: %.0f %%"
                  .formatted(
                      number(row, "low"),
                      number(row, "high"),
                      number(row, "bar"),
                      100 * number(row, "share_over_the_bar")),
              "-",
              "-",
              "-");
      default -> {}
    }
  }

  private static String text(Map<String, Object> row, String name) {
    return (String) Objects.requireNonNull(row.get(name));
  }

  private static double number(Map<String, Object> row, String name) {
    return (double) Objects.requireNonNull(row.get(name));
  }

  @Override
  public List<Map<String, Object>> rows(Table printed) {
    return rows;
  }
}
