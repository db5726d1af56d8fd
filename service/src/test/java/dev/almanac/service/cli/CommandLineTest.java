package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a person or a script meets it: what is printed, and the exit code. */
class CommandLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("almanac.root", ".."));

  @Test
  void theDemoIsShortLessOftenThanPlainHpaAtItsCostAndPerfectForesightBoundsBoth(
      @TempDir Path folder) throws IOException {
    CommandRun demo = run("demo", "--headless", "-o", "json", "--data", folder.toString());
    assertThat(demo.code()).as(demo.err()).isZero();
    JsonNode policies = JSON.readTree(demo.out()).path("policies");
    JsonNode hpa = policies.get(0);
    JsonNode almanac = policies.get(1);
    JsonNode oracle = policies.get(2);
    assertThat(hpa.path("name").asText()).isEqualTo("hpa");
    assertThat(almanac.path("name").asText()).isEqualTo("almanac");
    assertThat(oracle.path("name").asText()).isEqualTo("oracle");
    assertThat(almanac.path("short_minutes").asDouble())
        .isLessThan(hpa.path("short_minutes").asDouble())
        .isGreaterThanOrEqualTo(oracle.path("short_minutes").asDouble());
    assertThat(almanac.path("pod_hours").asDouble())
        .isLessThan(1.15 * hpa.path("pod_hours").asDouble())
        .isGreaterThanOrEqualTo(oracle.path("pod_hours").asDouble());
    assertThat(hpa.path("pod_hours").asDouble())
        .isGreaterThanOrEqualTo(oracle.path("pod_hours").asDouble());

    CommandRun verify = run("verify", folder.resolve("decisions").toString());
    assertThat(verify.code()).as(verify.out()).isZero();
    assertThat(verify.out()).startsWith("verified: ");
    explains(folder.resolve("decisions"));
    simulatesTheLog(folder.resolve("decisions"));
  }

  private static void simulatesTheLog(Path decisions) throws IOException {
    Path whole;
    try (Stream<Path> files = Files.list(decisions)) {
      whole = files.filter(f -> f.toString().endsWith(".jsonl")).sorted().findFirst().orElseThrow();
    }
    Path some = Files.createDirectory(decisions.resolveSibling("some"));
    Path log = some.resolve(whole.getFileName());
    try (Stream<String> lines = Files.lines(whole)) {
      Files.write(log, (Iterable<String>) lines.limit(1_000)::iterator);
    }
    CommandRun json = run("simulate", "--log", some.toString(), "-o", "json");
    assertThat(json.code()).as(json.out()).isZero();
    JsonNode run = JSON.readTree(json.out());
    assertThat(run.path("records").asLong()).isGreaterThan(900);
    assertThat(run.path("same_bytes")).isEqualTo(run.path("records"));
    for (JsonNode workload : run.path("over_virtual_pods")) {
      double decided = workload.path("decisions").asDouble();
      assertThat(workload.path("same").asDouble() / decided).as(json.out()).isGreaterThan(0.98);
      assertThat(workload.path("replicas_off").asDouble()).as(json.out()).isLessThan(0.2);
      assertThat(workload.path("ready_off").asDouble()).as(json.out()).isLessThan(0.5);
    }
    CommandRun peak = run("simulate", "--log", some.toString(), "--peak", "3");
    assertThat(peak.code()).isEqualTo(2);
    assertThat(peak.err()).contains("--peak says nothing about a decision log");

    String text = Files.readString(log);
    int digit = text.lastIndexOf("\"specReplicas\":") + "\"specReplicas\":".length();
    char other = (char) (text.charAt(digit) ^ 1);
    Files.writeString(log, text.substring(0, digit) + other + text.substring(digit + 1));
    CommandRun bad = run("simulate", "--log", some.toString());
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.out())
        .startsWith("DIFFERS: ")
        .contains("first difference: " + log.getFileName() + " line 1000 ")
        .contains("observation.target.specReplicas");
  }

  private static void explains(Path decisions) throws IOException {
    JsonNode record;
    try (Stream<Path> files = Files.list(decisions);
        Stream<String> lines = Files.lines(files.sorted().findFirst().orElseThrow())) {
      record =
          JSON.readTree(lines.filter(l -> l.contains("\"FORECAST\"")).findFirst().orElseThrow());
    }
    String workload = record.path("workload").asText();
    String at = record.path("observation").path("at").asText();
    CommandRun table = run("verify", decisions.toString(), "--explain", workload, "--at", at);
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out()).startsWith(workload + " at " + at + ": ").contains(", FORECAST");
    assertThat(table.out().lines()).allMatch(line -> line.length() <= 80);
    CommandRun json =
        run("verify", decisions.toString(), "--explain", workload, "--at", at, "-o", "json");
    JsonNode chain = JSON.readTree(json.out());
    assertThat(chain.path("stages").findValuesAsText("stage"))
        .startsWith("evidence")
        .contains("reactive", "need", "hold", "merge", "guards");
    JsonNode last = chain.path("stages").get(chain.path("stages").size() - 1);
    assertThat(chain.path("to").asInt()).isEqualTo(last.path("replicas").asInt());
    CommandRun newest = run("verify", decisions.toString(), "--explain", workload);
    assertThat(newest.out()).isNotEqualTo(table.out());
    CommandRun unknown = run("verify", decisions.toString(), "--explain", "no/body");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("no decision of no/body");
  }

  @Test
  void theReadmeShowsWhatTheDemoPrints(@TempDir Path folder) throws IOException {
    CommandRun demo = run("demo", "--headless", "--data", folder.toString());
    String readme = Files.readString(ROOT.resolve("README.md"));
    demo.out().lines().limit(4).forEach(line -> assertThat(readme).contains(line));
    assertThat(demo.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void forecastPrintsQuantilesThatRiseWithTheirLevel(@TempDir Path folder) throws IOException {
    CommandRun run =
        run("forecast", "--csv", csv(folder).toString(), "--horizon", "2h", "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode quantiles = JSON.readTree(run.out()).path("quantiles");
    assertThat(quantiles.path("0.5")).hasSize(120);
    for (int h = 0; h < 120; h++) {
      assertThat(quantiles.path("0.99").get(h).asDouble())
          .isGreaterThanOrEqualTo(quantiles.path("0.5").get(h).asDouble());
    }
    JsonNode why = JSON.readTree(run.out()).path("explanation").get(2);
    double sum = 0;
    for (JsonNode part : why.path("parts")) {
      sum += part.path("amount").asDouble();
    }
    double median = quantiles.path("0.5").get(119).asDouble();
    assertThat(why.path("median").asDouble()).isEqualTo(median);
    assertThat(sum).isEqualTo(median, within(1e-6 * median));
    CommandRun drawn = run("forecast", "--csv", csv(folder).toString(), "--draw");
    assertThat(drawn.out()).contains("#").contains("this time of day");
  }

  @Test
  void simulateGivesTheSameResultTwice(@TempDir Path folder) throws IOException {
    String file = csv(folder).toString();
    CommandRun first = run("simulate", "--csv", file, "--peak", "20");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(run("simulate", "--csv", file, "--peak", "20")).isEqualTo(first);
  }

  @Test
  void badInputIsNamedWithItsPlaceAndEndsWithTwo(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("bad.csv"), "timestamp,value\n0,1\n60,many\n");
    CommandRun run = run("forecast", "--csv", text.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("bad.csv:3");
    assertThat(run("simulate", "--csv", folder.resolve("none.csv").toString()).code()).isEqualTo(2);
    assertThat(run("verify", folder.resolve("none").toString()).code()).isEqualTo(2);
    assertThat(run("forecast", "--csv", text.toString(), "--levels", "0.5,1.5").code())
        .isEqualTo(2);
    assertThat(run("demo", "--headless", "--speed", "-1").code()).isEqualTo(2);
    assertThat(run("serve", "--config", folder.resolve("nothing").toString()).code()).isEqualTo(2);
    assertThat(run("no-such-verb").code()).isEqualTo(2);
  }

  @Test
  void simulateAsksForACapacityWhereDemandHasNoPeak(@TempDir Path folder) throws IOException {
    StringBuilder rows = new StringBuilder("timestamp,value\n");
    for (int minute = 0; minute < 60; minute++) {
      rows.append(minute * 60).append(",0\n");
    }
    String file = Files.writeString(folder.resolve("zero.csv"), rows).toString();
    CommandRun run = run("simulate", "--csv", file);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "almanac: demand has no peak to go by: its 99.95 % point is 0; give --per-replica\n");
    assertThat(run("simulate", "--csv", file, "--per-replica", "1").code()).isZero();
  }

  @Test
  void aDecisionLogTooSmallToWorkIsRefused() {
    Path config = Path.of(System.getProperty("almanac.root"), "deploy/kustomize/config");
    CommandRun run = run("serve", "--config", config.toString(), "--log-size", "7");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("almanac: --log-size: must be at least 8 MiB, was 7\n");
  }

  @Test
  void whatDoesNotAnswerEndsWithThree() {
    CommandRun run = run("forecast", "--prometheus", "http://127.0.0.1:1", "--query", "up");
    assertThat(run.err()).contains("127.0.0.1");
    assertThat(run.code()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "serve",
        "backtest",
        "forecast",
        "simulate",
        "whatif",
        "rightsize",
        "pack",
        "export",
        "verify",
        "doctor"
      })
  void everyVerbExplainsItselfInEightyColumns(String verb) {
    CommandRun run = run(verb, "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Usage: almanac " + verb);
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(run.err()).isEmpty();
  }

  private static Path csv(Path folder) throws IOException {
    StringBuilder text = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < 3 * 1440; i++) {
      text.append(60L * i)
          .append(',')
          .append(Math.round(600 - 500 * Math.cos(2 * Math.PI * i / 1440)))
          .append('\n');
    }
    return Files.writeString(folder.resolve("demand.csv"), text);
  }
}
