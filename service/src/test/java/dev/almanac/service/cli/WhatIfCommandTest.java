package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code almanac whatif} as a person or a script meets it. */
class WhatIfCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("almanac.root", ".."));
  private static final Path GUIDE = ROOT.resolve("docs/guides/whatif.md");

  private static final String STUDY =
      """
      kind: WhatIf
      traces: demand.csv
      tick: 1m
      seeds: [1, 2]
      workloads:
      - name: web
        perReplica: 10
        replicas: {min: 1, max: 30}
        startUpTimes: {median: 40s, sigma: 0.35}
        requests: {cpu: 500m, memory: 1Gi}
      nodes:
        groups:
        - {type: m, zones: [a, b], cpu: 2, memory: 8Gi, price: 0.1, max: 9}
      scenarios:
      - name: growth
        grow: {factor: [1.5, 2]}
      - name: zone
        loseZone: {every: 1h, for: 30m}
      """;

  /** Six hours with a rise in the middle. */
  private static Path study(Path folder, String text) throws IOException {
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int m = 0; m < 360; m++) {
      csv.append(1_772_409_600L + 60 * m)
          .append(',')
          .append(m < 120 || m > 240 ? 40 + m % 7 : 110 + m % 11)
          .append('\n');
    }
    Files.writeString(folder.resolve("demand.csv"), csv);
    return Files.writeString(folder.resolve("study.yaml"), text);
  }

  static Stream<List<String>> commandsOfTheGuide() throws IOException {
    List<List<String>> commands = new ArrayList<>();
    Matcher m = Pattern.compile("(?m)^\\./almanac (whatif .*)$").matcher(Files.readString(GUIDE));
    while (m.find()) {
      List<String> words = new ArrayList<>();
      Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(m.group(1));
      while (word.find() && !word.group().equals(">")) {
        words.add(word.group(1) == null ? word.group(2) : word.group(1));
      }
      commands.add(words);
    }
    return commands.stream();
  }

  /** Every command of the guide runs, and what the guide shows of it is what it prints. */
  @ParameterizedTest
  @MethodSource("commandsOfTheGuide")
  void theGuideShowsWhatIsPrinted(List<String> command) throws IOException {
    List<String> args =
        command.stream().map(w -> w.startsWith("docs/") ? ROOT.resolve(w).toString() : w).toList();
    CommandRun run = run(args.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(command.contains("--fail-if") ? 1 : 0);
    String page = Files.readString(GUIDE);
    String written = "./almanac " + String.join(" ", command);
    int block = page.indexOf("```", page.indexOf(written.split(" '")[0]) + written.length());
    String shown = page.substring(block);
    Matcher output = Pattern.compile("\\A```\\n\\n```\\n(.*?)```", Pattern.DOTALL).matcher(shown);
    if (output.find()) {
      assertThat(run.out()).contains(output.group(1).strip());
      assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }
  }

  @Test
  void sameBytesOnAnyNumberOfThreads(@TempDir Path folder) throws IOException {
    String file = study(folder, STUDY).toString();
    CommandRun one = run("whatif", file, "--threads", "1", "-o", "json");
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(run("whatif", file, "--threads", "2", "-o", "json").out()).isEqualTo(one.out());
    JsonNode root = new ObjectMapper().readTree(one.out());
    assertThat(root.path("cases")).hasSize(2 * (2 + 1));
    JsonNode growth = root.path("cases").get(2);
    assertThat(growth.path("labels").get(0).asText()).isEqualTo("grow.factor=2");
    JsonNode lines = growth.path("lines");
    assertThat(lines.path("answer").path("pod_hours").asDouble())
        .isGreaterThan(lines.path("today").path("pod_hours").asDouble());
    assertThat(lines.path("foresight").path("short_pod_minutes").asDouble())
        .isLessThanOrEqualTo(lines.path("answer").path("short_pod_minutes").asDouble());
    JsonNode sweep = root.path("cases").get(4).path("sweep");
    assertThat(sweep.path("places")).hasSize(2);
    assertThat(sweep.path("cells")).hasSize(2 * 5); // the last hour is not watched to its end
    // Random start-up times: the seeds differ.
    assertThat(root.path("cases").get(0).path("lines").path("answer").path("hash"))
        .isNotEqualTo(root.path("cases").get(1).path("lines").path("answer").path("hash"));
  }

  /** What is drawn of reclaims, and who gives way to whom, does not depend on threads either. */
  @ParameterizedTest
  @ValueSource(strings = {"spot", "priority"})
  void sameBytesWhereNodesAndPlacesAreTaken(String study) {
    String file = ROOT.resolve("docs/guides/whatif/" + study + ".yaml").toString();
    CommandRun one = run("whatif", file, "--threads", "1", "-o", "json");
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.out()).containsPattern("\"(reclaimed_nodes|preemptions)\" ?: ?[1-9]");
    assertThat(run("whatif", file, "--threads", "2", "-o", "json").out()).isEqualTo(one.out());
  }

  @Test
  void aKilledRunGoesOnWhereItWas(@TempDir Path folder) throws IOException {
    String file = study(folder, STUDY).toString();
    Path results = folder.resolve("results.jsonl");
    CommandRun whole = run("whatif", file, "-o", "json", "--results", results.toString());
    assertThat(whole.code()).as(whole.err()).isZero();
    List<String> lines = Files.readAllLines(results);
    assertThat(lines).hasSize(1 + 6);
    // Cut in the middle of the fourth line, with a mark in the second that only a reader can bring.
    String marked = lines.get(1).replaceFirst("\"pod_hours\":[0-9.E]+", "\"pod_hours\":123456.5");
    Files.writeString(
        results,
        lines.get(0) + "\n" + marked + "\n" + lines.get(2) + "\n" + lines.get(3).substring(0, 50));
    CommandRun again = run("whatif", file, "-o", "json", "--results", results.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("123456.5");
    assertThat(Files.readAllLines(results)).hasSize(1 + 6).contains(lines.get(3), lines.get(6));
    // Another study does not take these results for its own.
    CommandRun other =
        run(
            "whatif",
            study(folder, STUDY.replace("1.5", "1.6")).toString(),
            "--results",
            results.toString());
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("another study");
  }

  @Test
  void shardsMergeToTheWhole(@TempDir Path folder) throws IOException {
    String file = study(folder, STUDY).toString();
    String whole = run("whatif", file, "-o", "csv").out();
    List<String> args = new ArrayList<>(List.of("whatif", "merge", file));
    for (int i = 1; i <= 3; i++) {
      String part = folder.resolve("part" + i + ".jsonl").toString();
      assertThat(run("whatif", file, "--shard", i + "/3", "--results", part).code()).isZero();
      args.add(part);
    }
    args.addAll(List.of("-o", "csv"));
    CommandRun merged = run(args.toArray(String[]::new));
    assertThat(merged.code()).as(merged.err()).isZero();
    assertThat(merged.out()).isEqualTo(whole);
    CommandRun ofFolder = run("whatif", "merge", file, folder.toString(), "-o", "csv");
    assertThat(ofFolder.out()).as(ofFolder.err()).isEqualTo(whole);
    CommandRun first = run("whatif", file, "--shard", "1/3", "-o", "csv");
    assertThat(run("whatif", file, "--job-index", "0/3", "-o", "csv").out()).isEqualTo(first.out());
    assertThat(run("whatif", file, "--job-index", "3/3").err()).contains("the last 2");
    assertThat(run("whatif", file, "--shard", "0/3").err()).contains("the first is 1");
    assertThat(run("whatif", file, "--shard", "1/3", "--job-index", "0/3").code()).isEqualTo(2);
    args.remove(3);
    CommandRun partly = run(args.toArray(String[]::new));
    assertThat(partly.code()).isEqualTo(2);
    assertThat(partly.err()).contains("2 of 6 cases");
  }

  @Test
  void aScenarioThatChangesNothingKeepsItsTitle(@TempDir Path folder) throws IOException {
    String study = STUDY.substring(0, STUDY.indexOf("scenarios:")).replace("[1, 2]", "[1]");
    CommandRun run =
        run(
            "whatif",
            study(
                    folder,
                    study
                        + """
                        scenarios:
                        - name: as it is
                        - name: the same again
                          grow: {factor: 1}
                        - name: hpa at its own target
                          setPolicy: {type: hpa, target: 0.7}
                        """)
                .toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsSubsequence(
            "today", "plain HPA", "the same again\nanswer", "hpa at its own target\nanswer");
  }

  @Test
  void gatesDecideTheExitCode(@TempDir Path folder) throws IOException {
    String file = study(folder, STUDY).toString();
    CommandRun failed = run("whatif", file, "--fail-if", "pod_hours > 1", "--fail-if", "cost>=1e3");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err()).contains("is no gate");
    failed = run("whatif", file, "--fail-if", "pod_hours > 1");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("gate failed: growth grow.factor=1.5 seed=1: pod_hours is");
    assertThat(failed.err()).containsPattern("pod_hours is [0-9]+(\\.[0-9])?, > 1\n");
    assertThat(run("whatif", file, "--fail-if", "pod_hours > 100000").code()).isZero();
    CommandRun unknown = run("whatif", file, "--fail-if", "short_minuts > 1");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("short_minutes");
  }

  @Test
  void everyMistakeIsToldWithItsLineAndFix(@TempDir Path folder) throws IOException {
    Path file =
        study(
            folder,
            """
            kind: WhatIf
            traces: demand.csv
            workloads:
            - name: web
              perReplica: 10
              replicas: {min: 1, max: 30}
              request: {cpu: 500m}
            nodes:
              groups:
              - {type: m, zones: [a, b], cpu: 2, memory: 8Gi, price: 0.1, maximum: 9}
            scenarios:
            - name: growth
              grow: {factr: 2}
            - name: zone
              loseZone: {zone: c, at: 1h}
            - name: late
              event: {start: 900h, factor: 2, length: 1h}
            """);
    CommandRun run = run("whatif", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().replaceAll("\\s+", " "))
        .contains("study.yaml:7: workloads[0].request: unknown field; did you mean \"requests\"?")
        .contains("study.yaml:10: nodes.groups[0].maximum: unknown field");
    Files.writeString(
        file, Files.readString(file).replace("request:", "requests:").replace("maximum", "max"));
    run = run("whatif", file.toString());
    assertThat(run.err().replaceAll("\\s+", " "))
        .contains("study.yaml:13: scenarios[0].grow.factr: unknown field; did you mean \"factor\"?")
        .contains("there is no zone \"c\"; there are a, b")
        .contains("lies outside of the time that is run");
  }

  @Test
  void whatDoesNotFitTogetherIsRefused(@TempDir Path folder) throws IOException {
    String[][] wrong = {
      {"max: 30", "max: 0", "out of bounds"},
      {"min: 1, max: 30", "min: 9, max: 3", "lies below min"},
      {"cpu: 500m", "cpu: 3", "fit on no group"},
      {"demand.csv", "nothing.csv", "is there such a file"},
      {"tick: 1m", "tick: 45s", "must be 15s, 20s, 30s or 1m"},
      {"seeds: [1, 2]", "seeds: [1, 1]", "one seed twice"},
      {"perReplica: 10", "perReplica: 10\n  peakReplicas: 3", "give this"},
      {"name: zone", "name: growth", "that of another scenario"},
      {"for: 30m", "for: 30m, at: 1h", "give this (one instant), or every"},
      {"kind: WhatIf", "kind: Whatif", "did you mean"},
      {"max: 9}", "min: 10, max: 9}", "need 0 <= min <= max"},
    };
    for (String[] w : wrong) {
      assertThat(STUDY).contains(w[0]);
      CommandRun run = run("whatif", study(folder, STUDY.replace(w[0], w[1])).toString());
      assertThat(run.code()).as(w[1]).isEqualTo(2);
      assertThat(run.err().replaceAll("\\s+", " "))
          .as(w[1])
          .contains(w[2])
          .doesNotContain("at least one group");
    }
    assertThat(run("whatif").code()).isEqualTo(2);
    assertThat(run("whatif", folder.resolve("none.yaml").toString()).code()).isEqualTo(2);
  }

  /** The record of the guide was made at 15 s: at that tick the replay is the record. */
  @Test
  void aFineReplayOfTheRecordIsTheRecord(@TempDir Path folder) throws IOException {
    Path guide = ROOT.resolve("docs/guides/whatif");
    Files.copy(guide.resolve("recorded.csv"), folder.resolve("recorded.csv"));
    Path file = folder.resolve("fidelity.yaml");
    Files.writeString(
        file, Files.readString(guide.resolve("fidelity.yaml")).replace("tick: 1m", "tick: 15s"));
    CommandRun run = run("whatif", file.toString(), "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode fidelity = new ObjectMapper().readTree(run.out()).path("fidelity").get(0);
    assertThat(fidelity.path("minutes").asInt()).isEqualTo(1440);
    assertThat(fidelity.path("relative_error").asDouble()).isLessThan(0.005);
    assertThat(Math.abs(fidelity.path("pod_hours_error").asDouble())).isLessThan(0.005);
  }

  /** The spike of 10 minutes a night is above 300m, and the report's 700 MiB above 512 MiB. */
  @Test
  void otherRequestsSayWhatTheyDoToAPod() throws IOException {
    String file = ROOT.resolve("docs/guides/whatif/requests.yaml").toString();
    JsonNode root = new ObjectMapper().readTree(run("whatif", file, "-o", "json").out());
    JsonNode lines = root.path("cases").get(1).path("lines");
    assertThat(lines.path("answer").path("throttled_minutes").asDouble()).isEqualTo(30);
    assertThat(lines.path("nothing").path("throttled_minutes").asDouble()).isZero();
    assertThat(lines.path("answer").path("oom_kills").asDouble()).isEqualTo(1);
    assertThat(lines.path("nothing").path("oom_kills").asDouble()).isZero();
    assertThat(lines.path("answer").path("requested_core_hours").asDouble())
        .isLessThan(lines.path("nothing").path("requested_core_hours").asDouble());
    assertThat(run("whatif", file, "--fail-if", "oom_kills > 0").code()).isEqualTo(1);
  }

  @Test
  void aLimitBelowItsRequestIsRefused(@TempDir Path folder) throws IOException {
    Path file =
        study(
            folder,
            STUDY.replace(
                "  grow: {factor: [1.5, 2]}", "  setRequests: {cpu: 2, limits: {cpu: 1}}"));
    CommandRun run = run("whatif", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("setRequests.limits: a limit lies below its request");
    Files.writeString(
        file,
        STUDY.replace("  perReplica: 10", "  perReplica: 10\n  usage: {cpu: used, memory: used}"));
    assertThat(run("whatif", file.toString()).err())
        .contains("there is no series \"used\" of usage");
  }

  @Test
  void runOutDatesAreInEveryForm() throws IOException {
    String file = ROOT.resolve("docs/guides/whatif/runway.yaml").toString();
    JsonNode root = new ObjectMapper().readTree(run("whatif", file, "-o", "json").out());
    assertThat(root.path("runway")).hasSize(5);
    assertThat(root.path("runway").get(0).path("limit").asText()).isEqualTo("maxReplicas of web");
    assertThat(root.path("growth_per_month").path("p90").asDouble()).isEqualTo(0.12);
    assertThat(run("whatif", file, "-o", "html").out()).contains("Days until each limit binds");
  }

  @Test
  void aTraceWithHolesIsScoredWhereItIsKnown(@TempDir Path folder) throws IOException {
    Path file = study(folder, STUDY);
    Path csv = folder.resolve("demand.csv");
    List<String> rows = new ArrayList<>(Files.readAllLines(csv));
    rows.subList(100, 160).clear();
    Files.writeString(csv, String.join("\n", rows) + "\n");
    CommandRun run = run("whatif", file.toString(), "-o", "json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("NaN");
  }

  @Test
  void theReportIsOnePageWithoutScripts(@TempDir Path folder) throws IOException {
    CommandRun run = run("whatif", study(folder, STUDY).toString(), "-o", "html");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("default-src 'none'")
        .doesNotContain("<script", "http://", "https://", "NaN")
        .contains("Cost against short time", "What changes most", "Cost by cause")
        .contains("Nodes at their peak", "An outage at every instant", "Difference to");
    assertThat(run("whatif", study(folder, STUDY).toString(), "-o", "markdown").out())
        .contains("| growth | grow.factor=1.5 | 1 | foresight |");
  }
}
