package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.testbed.PrometheusServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BacktestCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void everySeriesHasItsScoresAndItsVerdict() throws IOException {
    CommandRun run = run("backtest", "--csv", csv().toString(), "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode report = JSON.readTree(run.out());
    assertThat(report.path("series")).hasSize(3);
    JsonNode wave = report.path("series").get(0);
    assertThat(wave.path("name").asText()).isEqualTo("wave");
    assertThat(wave.path("verdict").path("answer").asText()).isEqualTo("forecast");
    assertThat(wave.path("verdict").path("saved_over_reacting").asDouble()).isBetween(0.05, 1.0);
    assertThat(wave.path("horizons")).hasSize(3);
    JsonNode day = wave.path("horizons").get(2);
    assertThat(day.path("seconds").asInt()).isEqualTo(86_400);
    assertThat(day.path("forecast").path("mase").asDouble()).isPositive();
    assertThat(day.path("forecast").path("coverage").path("p95").asDouble()).isBetween(0.5, 1.0);
    JsonNode walk = report.path("series").get(1);
    assertThat(walk.path("verdict").path("answer").asText()).isEqualTo("react");
    JsonNode tiny = report.path("series").get(2);
    assertThat(tiny.path("verdict").path("answer").asText()).isEqualTo("unknown");
    assertThat(tiny.path("verdict").path("saved_over_reacting").isNull()).isTrue();
    assertThat(report.path("verdicts").path("forecast").asInt()).isEqualTo(1);
  }

  @Test
  void theTableFitsEightyColumnsAndSaysWhy() throws IOException {
    CommandRun run = run("backtest", "--csv", csv().toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(run.out())
        .contains("than reacting alone")
        .contains("3 samples are there; a backtest needs 30.")
        .contains("verdict: 1 forecast, 1 react, 1 too little data");
    assertThat(run.err()).contains("backtest 100 %");
  }

  @Test
  void oneSeriesMayBeChosen() throws IOException {
    CommandRun run = run("backtest", "--csv", csv().toString(), "--series", "walk", "-o", "json");
    assertThat(JSON.readTree(run.out()).path("series")).hasSize(1);
    CommandRun none = run("backtest", "--csv", csv().toString(), "--series", "wake");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("there is no series \"wake\" in it", "wave, walk, tiny");
  }

  @Test
  void theReportIsOneFileThatFetchesNothing() throws IOException {
    Path file = folder.resolve("report.html");
    CommandRun run = run("backtest", "--csv", csv().toString(), "--html", file.toString());
    assertThat(run.code()).as(run.err()).isZero();
    String html = Files.readString(file);
    assertThat(html)
        .contains("default-src 'none'")
        .contains("<svg")
        .contains("What makes the median of", "this time of day")
        .contains("</html>")
        .doesNotContain("<script")
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("src=");
    assertThat(folder).isDirectoryNotContaining(p -> p.toString().endsWith(".part"));
  }

  @Test
  void aCalendarIsRead() throws IOException {
    Path calendar =
        Files.writeString(
            folder.resolve("days.yaml"),
            """
            apiVersion: almanac.dev/v1alpha1
            kind: DemandCalendar
            metadata: {name: days}
            spec: {exclusions: [{from: 1970-01-02, to: 1970-01-01, reason: x}]}
            """);
    CommandRun wrong =
        run("backtest", "--csv", csv().toString(), "--calendar", calendar.toString());
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("days.yaml:4: spec.exclusions[0].to: is not after");
    // All but the last minutes of what there is: the forecasts must suffer.
    Files.writeString(
        calendar,
        Files.readString(calendar)
            .replace("1970-01-02, to: 1970-01-01", "1970-01-01, to: 1970-03-01"));
    String file = csv().toString();
    CommandRun blind =
        run("backtest", "--csv", file, "--series", "wave", "--calendar", calendar.toString());
    assertThat(blind.code()).as(blind.err()).isZero();
    assertThat(blind.out()).isNotEqualTo(run("backtest", "--csv", file, "--series", "wave").out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timestamp,value\\n0,1\\n60,many\\n | bad.csv:3: value \"many\" is not a number",
        "timestamp,value\\n0,1\\n60,2\\n30,3\\n | bad.csv:4: timestamp 30 comes after 60",
        "timestamp,value\\n0,1\\n60,2\\n120,2\\n180,2\\n230,2\\n"
            + " | bad.csv:6: timestamp 230 lies off",
        "timestamp,value\\n0,1\\n60,NaN\\n | bad.csv:3: value \"NaN\"",
        "timestamp,value\\n | there are no rows",
        "time,value\\n0,1\\n | the header is missing",
        "'' | the header is missing"
      })
  void aBadFileIsNamedWithItsLine(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.csv"), content.replace("\\n", "\n"));
    CommandRun run = run("backtest", "--csv", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void tenMillionPointsEnd() throws IOException {
    // One a second: four months. The service would read minutes, and so does the backtest.
    Path file = folder.resolve("long.csv");
    try (var out = Files.newBufferedWriter(file)) {
      out.write("timestamp,value\n");
      for (int i = 0; i < 10_000_000; i++) {
        out.write(Integer.toString(i));
        out.write(',');
        out.write(Integer.toString(500 + i % 86_400 / 100));
        out.write('\n');
      }
    }
    CommandRun run = run("backtest", "--csv", file.toString(), "--origins", "6", "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(JSON.readTree(run.out()).path("series").get(0).path("step_seconds").asInt())
        .isEqualTo(60);
  }

  @Test
  void badOptionsEndWithTwoAndSilenceWithThree() throws IOException {
    String file = csv().toString();
    assertThat(run("backtest").code()).isEqualTo(2);
    assertThat(run("backtest", "--csv", file, "--origins", "0").code()).isEqualTo(2);
    assertThat(run("backtest", "--csv", file, "--horizons", "0s").code()).isEqualTo(2);
    assertThat(run("backtest", "--csv", file, "--lead", "soon").code()).isEqualTo(2);
    assertThat(run("backtest", "--csv", file, "--html", "/nowhere/report.html").code())
        .isEqualTo(2);
    assertThat(run("backtest", "--csv", file, "--calendar", file).code()).isEqualTo(2);
    CommandRun silent = run("backtest", "--prometheus", "http://127.0.0.1:1", "--query", "up");
    assertThat(silent.code()).isEqualTo(3);
    assertThat(silent.err()).contains("127.0.0.1");
    assertThat(run("backtest", "--prometheus", "not a url", "--query", "up").code()).isEqualTo(2);
  }

  /** Three days of two series in a Prometheus, queried as a person would. */
  @Test
  @Tag("real")
  void aLivePrometheusIsReadSeriesBySeries() throws Exception {
    long end = Instant.now().truncatedTo(ChronoUnit.MINUTES).getEpochSecond() - 600;
    StringBuilder text = new StringBuilder("# TYPE demand gauge\n");
    for (String app : List.of("shop", "walk")) {
      Random random = new Random(2);
      double walk = 500;
      for (int i = 0; i < 3 * 1_440; i++) {
        walk = Math.abs(walk + random.nextGaussian());
        double wave = 600 - 500 * Math.cos(2 * Math.PI * i / 1_440) + 10 * random.nextGaussian();
        text.append(
            "demand{app=\"%s\"} %s %d\n"
                .formatted(
                    app, app.equals("shop") ? Math.abs(wave) : walk, end - 60L * (3 * 1_440 - i)));
      }
    }
    Path history = Files.writeString(folder.resolve("history.om"), text.append("# EOF\n"));
    try (PrometheusServer prometheus =
        PrometheusServer.start(folder.resolve("prometheus"), List.of(history))) {
      String url = prometheus.url().toString();
      CommandRun run =
          run(
              "backtest",
              "--prometheus",
              url,
              "--query",
              "sum by (app) (demand)",
              "--history",
              "3d",
              "-o",
              "json");
      assertThat(run.code()).as(run.err()).isZero();
      JsonNode series = JSON.readTree(run.out()).path("series");
      assertThat(series).hasSize(2);
      assertThat(series.get(0).path("name").asText()).isEqualTo("{app=\"shop\"}");
      assertThat(series.get(0).path("present_share").asDouble()).isGreaterThan(0.95);
      assertThat(series.get(0).path("horizons").get(0).path("skill").asDouble()).isFinite();
      assertThat(series.get(1).path("verdict").path("answer").asText()).isEqualTo("react");

      CommandRun empty = run("backtest", "--prometheus", url, "--query", "absent_metric");
      assertThat(empty.code()).isEqualTo(2);
      assertThat(empty.err()).contains("the query has no series in the range");
      CommandRun wrong = run("backtest", "--prometheus", url, "--query", "sum(");
      assertThat(wrong.code()).isEqualTo(2);
      assertThat(wrong.err()).contains("query refused: 400");
      CommandRun two = run("forecast", "--prometheus", url, "--query", "demand", "--history", "1d");
      assertThat(two.code()).isEqualTo(2);
      assertThat(two.err()).contains("the query yields 2 series");
    }
  }

  /** Two weeks of five minutes, and three samples. */
  private Path csv() throws IOException {
    StringBuilder text = new StringBuilder("series,timestamp,value\n");
    Random random = new Random(1);
    double level = 1;
    for (int i = 0; i < 14 * 288; i++) {
      level += 0.01 * random.nextGaussian() + 0.02 * (1 - level);
      double wave = 600 - 500 * Math.cos(2 * Math.PI * i / 288);
      text.append("wave,%d,%.3f%n".formatted(300 * i, Math.abs(wave * level)));
    }
    double walk = 1_000;
    for (int i = 0; i < 14 * 288; i++) {
      walk = Math.abs(walk + 5 * random.nextGaussian());
      text.append("walk,%d,%.3f%n".formatted(300 * i, walk));
    }
    text.append("tiny,0,1\ntiny,300,2\ntiny,600,3\n");
    return Files.writeString(folder.resolve("demand.csv"), text);
  }
}
