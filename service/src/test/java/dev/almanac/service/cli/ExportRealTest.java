package dev.almanac.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.testbed.PrometheusServer;
import dev.almanac.testbed.RealParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten days of two series out of a real Prometheus: more points than it answers at once. */
@Tag("real")
class ExportRealTest {
  private static final int MINUTES = 10 * 24 * 60;
  private static final int GAP = 5_000;

  @TempDir static Path folder;
  private static PrometheusServer prometheus;
  private static long end;

  @BeforeAll
  static void loadTenDays() throws IOException {
    RealParts.prometheus();
    end = InstantSource.system().instant().getEpochSecond() / 60 * 60 - 600;
    StringBuilder text = new StringBuilder("# TYPE demand gauge\n");
    for (String app : List.of("api", "web, \\\"the\\\" shop")) {
      for (int i = 0; i < MINUTES; i++) {
        if (i < GAP || i >= GAP + 60) {
          text.append("demand{app=\"%s\"} %s %d\n".formatted(app, demand(i), second(i)));
        }
      }
    }
    Path file = Files.writeString(folder.resolve("days.om"), text.append("# EOF\n"));
    prometheus = PrometheusServer.start(folder.resolve("prometheus"), List.of(file));
  }

  @AfterAll
  static void stop() {
    if (prometheus != null) {
      prometheus.close();
    }
  }

  private static double demand(int minute) {
    return 100 + minute % 1_440 / 7.0;
  }

  private static long second(int minute) {
    return end - 60L * (MINUTES - 1 - minute);
  }

  private static CommandRun export(String query, Path to) {
    return CommandRun.run(
        "export",
        "--prometheus",
        prometheus.url().toString(),
        "--query",
        query,
        "--history",
        (MINUTES - 1) + "m",
        "--until",
        Instant.ofEpochSecond(end).toString(),
        "--to",
        to.toString());
  }

  @Test
  void everySampleIsInTheFileAndTheGapIsNot() throws IOException {
    for (String name : List.of("demand.csv", "demand.csv.gz", "demand.json", "demand.json.gz")) {
      Path file = folder.resolve(name);
      CommandRun run = export("demand", file);
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err()).contains("of 2 series in");
      SequencedMap<String, TimeSeries> read = TraceFiles.read(file);
      assertThat(read).hasSize(2);
      assertThat(read.firstEntry().getKey()).isEqualTo("demand{app=\"api\"}");
      for (TimeSeries series : read.values()) {
        assertThat(series.stepSeconds()).isEqualTo(60);
        assertThat(series.startEpochSecond()).isEqualTo(second(0));
        assertThat(series.length()).isEqualTo(MINUTES);
        for (int i = 0; i < MINUTES; i++) {
          if (i < GAP || i >= GAP + 60) {
            assertThat(series.values()[i]).as("minute %d", i).isEqualTo(demand(i));
          } else if (i >= GAP + 5) { // Before, Prometheus still shows the last sample.
            assertThat(series.values()[i]).as("minute %d", i).isNaN();
          }
        }
      }
      assertThat(folder).isDirectoryNotContaining(p -> p.toString().endsWith(".part"));
    }
  }

  @Test
  void whatCannotBeExportedLeavesTheFileAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("kept.csv"), "kept");
    assertThat(export("nothing_of_that_name", file).code()).isEqualTo(2);
    assertThat(export("demand{", file).code()).isEqualTo(2);
    assertThat(Files.readString(file)).isEqualTo("kept");
    CommandRun folderless = export("demand", folder.resolve("none/demand.csv"));
    assertThat(folderless.code()).isEqualTo(2);
    assertThat(folderless.err()).contains("not a file in a folder that exists");
  }
}
