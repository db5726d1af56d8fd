package dev.almanac.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.config.Workload;
import dev.almanac.service.loop.WorkloadTick;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final Path DOCS =
      Path.of(System.getProperty("almanac.root", ".."), "docs/reference/metrics.md");

  @Test
  void theReferencePageNamesExactlyTheMetricsThatExist() throws IOException {
    Telemetry telemetry =
        new Telemetry()
            .count("almanac_fits", "f", () -> 1)
            .count("almanac_fits_failed", "f", () -> 0)
            .count("almanac_log_records", "r", () -> 0)
            .count("almanac_log_dropped", "d", () -> 0);
    Set<String> exposed = new TreeSet<>();
    Set<String> documented = new TreeSet<>();
    Pattern.compile("`(almanac_[a-z_]+)`")
        .matcher(Files.readString(DOCS))
        .results()
        .forEach(m -> documented.add(m.group(1)));
    telemetry.tickTook(.1);
    everything(telemetry);
    text(telemetry)
        .lines()
        .filter(line -> line.startsWith("# TYPE almanac_"))
        .forEach(line -> exposed.add(line.split(" ")[2]));
    assertThat(documented).isEqualTo(exposed);
  }

  @Test
  void theReferencePageExplainsEveryReasonCode() throws IOException {
    String page = Files.readString(DOCS);
    for (ReasonCode reason : ReasonCode.values()) {
      assertThat(page).contains("| `" + reason + "` |");
    }
  }

  @Test
  void aSkippedWorkloadCountsItsCauseAndItsReading() {
    Telemetry telemetry = new Telemetry();
    everything(telemetry);
    assertThat(text(telemetry))
        .contains("almanac_skipped_total{cause=\"not_found\"} 1.0")
        .contains("almanac_readings_total{kind=\"no_data\"} 1.0")
        .contains("almanac_ticks_total 1.0");
  }

  private static void everything(Telemetry telemetry) {
    Workload workload =
        new Workload(
            "shop",
            "web",
            TargetRef.deployment("shop", "web"),
            "p",
            "q",
            "req/s",
            DemandCalendar.empty(),
            ScalingPolicy.of(1, 2, Stage.FLOOR, 1),
            false);
    Observation o =
        new Observation(
            Instant.EPOCH,
            new TargetFacts(1, 1, 1, false, "1", Instant.EPOCH, StartUpTimes.none()),
            List.of(),
            new Demand(new Reading.Present(5, Instant.EPOCH)),
            Optional.empty(),
            Optional.empty(),
            Limits.none());
    Step step = new Autoscaler().step(workload.policy(), o, AutoscalerState.cold());
    telemetry.ticked(
        Instant.EPOCH,
        List.of(
            new WorkloadTick.Skipped(
                workload, Instant.EPOCH, "not_found", "gone", new Reading.NoData("none")),
            new WorkloadTick.Decided(
                workload,
                Instant.EPOCH,
                workload.policy(),
                o,
                TimeSeries.empty(Instant.EPOCH, Duration.ofMinutes(1)),
                AutoscalerState.cold(),
                step.decision(),
                step.decision(),
                step.next(),
                Optional.of(new ApplyResult.Applied("2")))));
    telemetry.workloads("Floor", 1);
  }

  private static String text(Telemetry telemetry) {
    return new String(telemetry.scrape(), StandardCharsets.UTF_8);
  }
}
