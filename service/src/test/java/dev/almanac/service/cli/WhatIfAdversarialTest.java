package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Studies that contradict themselves: what is wrong is told with file, place and fix. */
class WhatIfAdversarialTest {
  private static final String STUDY =
      """
      kind: WhatIf
      traces: demo
      window: {length: 2h}
      tick: 1m
      workloads:
      - name: web
        peakReplicas: 10
        requests: {cpu: 500m, memory: 1Gi}
        %s
      nodes:
        groups:
        - type: m
          cpu: 2
          memory: 8Gi
          price: 0.1
          %s
      scenarios:
      - name: it
        %s
      """;

  private static void refused(
      Path folder, String workload, String group, String scenario, String expected)
      throws IOException {
    Path file = folder.resolve("study.yaml");
    Files.writeString(file, STUDY.formatted(workload, group, scenario));
    CommandRun run = run("whatif", file.toString());
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err().replaceAll("\\s+", " ")).contains("study.yaml:").contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          spot: {}                                | nodes.groups[0].spot.reclaimsPerNodeHour: is missing
          spot: {reclaimsPerNodeHour: 0}          | nodes.groups[0].spot: spot nodes that nobody takes back are plain ones
          spot: {reclaimsPerNodeHour: 0.1, reclaimsPerNodeMonth: 5} | reclaimsPerNodeMonth: says again what reclaimsPerNodeHour says; keep one
          spot: {reclaimsPerNodeHour: -1}         | nodes.groups[0].spot.reclaimsPerNodeHour: -1 is out of bounds
          spot: {reclaimsPerNodeHour: .nan}       | nodes.groups[0].spot.reclaimsPerNodeHour
          spot: {reclaimsPerNodeHour: 1, notice: 2h} | nodes.groups[0].spot.notice: 2h is out of bounds
          spot: {waves: {share: 0.5}}             | nodes.groups[0].spot.waves.perMonth: is missing
          spot: {waves: {perMonth: 2, share: 2}}  | nodes.groups[0].spot.waves.share: 2 is out of bounds
          spot: {reclaimPerNodeHour: 1}           | did you mean "reclaimsPerNodeHour"?
          """)
  void spotThatMakesNoSense(String group, String expected, @TempDir Path folder)
      throws IOException {
    refused(folder, "", group, "grow: {factor: 2}", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          reclaims: {factor: 3}                              | scenarios[0]: no group of nodes is on spot
          reclaims: {}                                       | scenarios[0].reclaims.factor: is missing
          setSpot: {reclaimsPerNodeHour: 1}                  | scenarios[0].setSpot.discount: is missing
          setSpot: {discount: 0.5}                           | scenarios[0].setSpot.reclaimsPerNodeHour: is missing
          setSpot: {type: n, discount: 0.5, reclaimsPerNodeHour: 1} | no group of nodes has the type n
          """)
  void changesThatHaveNothingToChange(String scenario, String expected, @TempDir Path folder)
      throws IOException {
    refused(folder, "", "max: 9", scenario, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {}                                  | workloads[0].disruptionBudget.minAvailable: give this, or maxUnavailable
          {minAvailable: 1, maxUnavailable: 1} | workloads[0].disruptionBudget.minAvailable: give this, or maxUnavailable
          {minAvailable: 1001}                | minAvailable: 1,001 is more than the workload ever has, 1,000: no pod could be moved; if that is meant, write maxUnavailable: 0
          {minAvailable: 120%}                | minAvailable: 120% is out of bounds; allowed: 0 to 9,999,999, or 0% to 100%
          {maxUnavailable: -1}                | maxUnavailable: "-1" is no whole number, and no percent such as 25%
          {maxUnavailable: a quarter}         | maxUnavailable: "a quarter" is no whole number, and no percent such as 25%
          {maxUnavailabel: 1}                 | unknown field; did you mean "maxUnavailable"?
          """)
  void budgetsThatMakeNoSense(String budget, String expected, @TempDir Path folder)
      throws IOException {
    refused(folder, "disruptionBudget: " + budget, "max: 9", "grow: {factor: 2}", expected);
  }

  @ParameterizedTest
  @CsvSource({"reclaims: {factor: 100}"})
  void aFactorThatLeadsOutOfBounds(String scenario, @TempDir Path folder) throws IOException {
    refused(
        folder,
        "",
        "spot: {reclaimsPerNodeHour: 1}",
        scenario,
        "scenarios[0]: reclaims of a node must lie in 0 to 60 an hour, were 100");
  }
}
