package dev.almanac.service.cli;

import dev.almanac.predictor.backtest.Backtest;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.CalendarForecaster;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.backtest.BacktestJson;
import dev.almanac.service.backtest.BacktestPage;
import dev.almanac.service.backtest.BacktestReport;
import dev.almanac.service.backtest.BacktestTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Is a forecast worth it? Answered on history that is there. */
@Command(
    name = "backtest",
    description = {
      "Says on existing history whether a forecast is worth it.",
      "Forecasts from instants of the past and scores what came: accuracy by horizon,",
      "skill over seasonal naive, and for each series a verdict against that and",
      "against reacting alone."
    },
    footer = {
      "",
      "At every origin the model is fitted anew on up to 28 days before it. Origins",
      "lie in the last two fifths. Series finer than a minute are averaged to it.",
      "",
      "Examples:",
      "  almanac backtest --csv demand.csv --html report.html",
      "  almanac backtest --prometheus http://127.0.0.1:9090 \\",
      "    --query 'sum by (deployment) (rate(http_requests_total[1m]))'"
    },
    mixinStandardHelpOptions = true)
public final class BacktestCommand implements Callable<Integer> {

  @ArgGroup(multiplicity = "1")
  private SeriesChoice where = new SeriesChoice();

  @Option(
      names = "--horizons",
      split = ",",
      paramLabel = "TIME",
      description = "How far ahead to score (default: 15m,1h,24h).")
  private List<Duration> horizons =
      List.of(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(24));

  @Option(
      names = "--lead",
      paramLabel = "TIME",
      description = "From order to ready; the verdict is made there (default: 3m).")
  private Duration lead = Duration.ofMinutes(3);

  @Option(
      names = "--origins",
      paramLabel = "N",
      description = "Forecasts a series, at most (default: 24).")
  private int origins = 24;

  @Mixin private CalendarOption calendar = new CalendarOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table).")
  private Output output = Output.TABLE;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write a report with pictures, in one file.")
  private Path html = Path.of("");

  private final Streams streams = new Streams();

  @Override
  public Integer call() throws InterruptedException {
    Backtest.Plan plan = plan();
    boolean page = !html.toString().isEmpty();
    if (page) {
      checkWritable(); // Before the work rather than after it.
    }
    DemandCalendar days = calendar.read();
    SequencedMap<String, TimeSeries> series = where.all();
    BacktestReport report;
    try (Progress progress = new Progress(streams.err(), "backtest")) {
      report =
          BacktestReport.run(
              series,
              new CalendarForecaster(new PooledRidgeForecaster()),
              days,
              plan,
              page,
              done -> progress.at(done, series.size()));
    }
    if (page) {
      write(BacktestPage.of(report));
    }
    streams
        .out()
        .print(output == Output.JSON ? BacktestJson.of(report) + "\n" : BacktestTable.of(report));
    return 0;
  }

  private Backtest.Plan plan() {
    try {
      return new Backtest.Plan(horizons, lead, origins);
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }

  private void checkWritable() {
    Path folder = html.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(html)) {
      throw new BadInput("--html: %s is not a file in a folder that exists".formatted(html));
    }
  }

  /** Whole or not at all: a reader never meets half a page. */
  private void write(String page) {
    Path temporary = html.resolveSibling(html.getFileName() + ".part");
    try {
      Files.writeString(temporary, page);
      Files.move(temporary, html, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BadInput("--html: cannot write %s: %s".formatted(html, e.getMessage()));
    }
  }
}
