package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Public traces at the command line. */
class TraceOptionsTest {
  private static final Path ROOT = Path.of(System.getProperty("almanac.root", ".."));

  @TempDir Path folder;

  /** Two virtual machines with a day of a saw, in the layout of Bitbrains. */
  private Path machines() throws IOException {
    for (int vm = 1; vm <= 2; vm++) {
      StringBuilder csv =
          new StringBuilder("Timestamp [ms];\tCPU usage [MHZ];\tMemory usage [KB]\n");
      for (int i = 0; i < 300; i++) {
        csv.append("%d;\t%d.5;\t%d\n".formatted(1_376_314_800L + 300 * i, vm * (40 + i % 40), 1));
      }
      Files.writeString(folder.resolve(vm + ".csv"), csv);
    }
    return folder;
  }

  @Test
  void aFolderOfMachinesIsSimulatedAsTheirSum() throws IOException {
    String place = machines().toString();
    CommandRun run = run("simulate", "--trace", place, "--sum", "--peak", "10");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo("bitbrains: 1 series, step 5m, 0.0 % absent, in MHz, absolute\n");
    CommandRun one =
        run("simulate", "--csv", place, "--series", "2", "--peak", "10", "--column", "cpu");
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.out()).isNotEqualTo(run.out());
    CommandRun several = run("simulate", "--trace", place);
    assertThat(several.code()).isEqualTo(2);
    assertThat(several.err()).contains("has 2 series: choose one with --series NAME", "1, 2");
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() throws IOException {
    String place = machines().toString();
    assertThat(run("simulate", "--trace", place, "--sum", "--series", "1").err())
        .contains("leave one of them out");
    CommandRun format = run("forecast", "--trace", place, "--format", "bitbrain");
    assertThat(format.code()).isEqualTo(2);
    assertThat(format.err()).contains("is no format of traces", "worldcup98");
    assertThat(run("forecast", "--trace", place, "--series", "1", "--column", "watts").err())
        .contains("bitbrains has no column \"watts\"; it has cpu, memory");
    CommandRun wrong = run("backtest", "--trace", place, "--format", "worldcup98");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("not in the summer of 1998");
  }

  @Test
  void aStudyTakesATraceAsABlock() throws IOException {
    machines();
    Path study =
        Files.writeString(
            folder.resolveSibling(folder.getFileName() + ".yaml"),
            """
            kind: WhatIf
            traces:
            - {file: %s, format: bitbrains, sum: true, name: demand}
            workloads:
            - {name: web, peakReplicas: 10}
            """
                .formatted(folder.getFileName()));
    try {
      CommandRun run = run("whatif", study.toString());
      assertThat(run.code()).as(run.err()).isZero();
      Files.writeString(study, Files.readString(study).replace("bitbrains", "bitbrain"));
      assertThat(refusal(study)).contains("did you mean \"bitbrains\"");
      Files.writeString(
          study, Files.readString(study).replace("sum: true", "sum: true, series: a"));
      assertThat(refusal(study)).contains("leave one of them out");
    } finally {
      Files.delete(study);
    }
  }

  /** In one line: where it is broken depends on the length of the file's name. */
  private static String refusal(Path study) {
    return run("whatif", study.toString()).err().replaceAll("\\s+", " ");
  }

  /** The page says of every format what it is called and what is read of it. */
  @Test
  void theReferenceNamesEveryFormatAndColumn() throws IOException {
    List<String> page = Files.readAllLines(ROOT.resolve("docs/reference/traces.md"));
    for (var format : dev.almanac.collector.trace.TraceFormat.values()) {
      String row =
          page.stream()
              .filter(line -> line.startsWith("| `" + format.label() + "` |"))
              .findFirst()
              .orElse("");
      for (String column : format.columns()) {
        assertThat(row).as(format.label()).contains("`" + column + "`");
      }
    }
  }
}
