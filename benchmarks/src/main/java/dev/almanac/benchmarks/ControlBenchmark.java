package dev.almanac.benchmarks;

import dev.almanac.benchmarks.control.ControlStudy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replica policies over real workload series, at start-up lags of 30, 60 and 180 s. */
public final class ControlBenchmark implements Benchmark {
  private List<Map<String, Object>> rows = List.of();

  @Override
  public String about() {
    return """
    Short = time with fewer Ready replicas than the load needs. Last 40 % of each series, ticks of 15 s,
    a metric of 60 s that is 30 s old; rises are Ready a lag later, falls at once. `left` = short time
    that the priced window leaves at the cost of an HPA at 60 to 90 %; `events` = its scale events there;
    `x oracle` = its cost at 0.1 % short over that of perfect foresight with the same lag. `cost` and
    `budget` choose a price for six hours from the days before: replicas and short time over those of HPA
    at 70 %, and the short time under a promise of 0.1 %, with the cost over that of an HPA whose target
    hindsight sets to the same short time. Simulation, open loop; most series have synthetic minutes.\
    """;
  }

  @Override
  public Table run(Optional<Path> data) throws Exception {
    Path folder = data.orElseThrow(() -> new IllegalArgumentException("control needs --data DIR"));
    ControlStudy study = ControlStudy.over(folder);
    rows = study.rows();
    Table table =
        new Table(
            "set",
            "trace",
            "lag s",
            "left",
            "events",
            "x oracle",
            "cost: replicas",
            "cost: short",
            "cost: events",
            "cost: worse",
            "budget: short %",
            "budget: x HPA");
    study.summary().forEach(line -> table.row(line.cells()));
    return table;
  }

  @Override
  public List<Map<String, Object>> rows(Table printed) {
    return rows;
  }
}
