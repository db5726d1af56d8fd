package dev.almanac.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.Cluster.ApplyResult;
import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetFacts;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Demand;
import dev.almanac.predictor.scaling.Limits;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ReasonCode;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.shadow.Ledger;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private Instant now = Instant.EPOCH;

  private static final Path DOCS =
      Path.of(System.getProperty("almanac.root", ".."), "docs/reference/metrics.md");

  @Test
  void theReferencePageNamesExactlyTheMetricsThatExist() throws IOException {
    Telemetry telemetry =
        new Telemetry(() -> now)
            .count("almanac_fits", "f", () -> 1)
            .count("almanac_fits_failed", "f", () -> 0)
            .count("almanac_log_records", "r", () -> 0)
            .count("almanac_log_dropped", "d", () -> 0)
            .ledgers(TelemetryTest::ledgers);
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
    Telemetry telemetry = new Telemetry(() -> now);
    everything(telemetry);
    assertThat(text(telemetry))
        .contains("almanac_skipped_total{cause=\"not_found\"} 1.0")
        .contains("almanac_readings_total{kind=\"no_data\"} 1.0")
        .contains("almanac_ticks_total 1.0");
  }

  @Test
  void aSizeIsEmittedWhileItIsFreshAndNoLonger() {
    Telemetry telemetry = new Telemetry(() -> now);
    String series = "almanac_emitted_replicas{name=\"web\",namespace=\"shop\"} ";
    everything(telemetry);
    assertThat(text(telemetry)).contains(series + "2.0");
    now = Instant.EPOCH.plusSeconds(30);
    assertThat(text(telemetry)).as("two intervals old").contains(series + "2.0");
    now = now.plusMillis(1);
    assertThat(text(telemetry)).doesNotContain("almanac_emitted_replicas{");
    assertThat(text(telemetry)).as("and does not come back").doesNotContain(series);
  }

  @Test
  void aHoldIsNotEmittedNorIsASizeThatIsWritten() {
    Telemetry telemetry = new Telemetry(() -> now);
    everything(telemetry);
    telemetry.ticked(now, List.of(decided(EMITTING, new Reading.NoData("gone"))));
    assertThat(text(telemetry)).doesNotContain("almanac_emitted_replicas{");
    telemetry.ticked(
        now,
        List.of(
            decided(
                EMITTING.withActuation(Actuation.SCALE), new Reading.Present(5, Instant.EPOCH))));
    assertThat(text(telemetry)).doesNotContain("almanac_emitted_replicas{");
  }

  private static final StartUpTimes STARTED =
      new StartUpTimes(
          30,
          Duration.ofSeconds(20),
          Duration.ofSeconds(95),
          new StartUpTimes.OnNodes(25, Duration.ofSeconds(28)),
          new StartUpTimes.OnNodes(5, Duration.ofMillis(141_500)));

  @Test
  void theLeadTimeIsToldWithWhatItRestsOn() {
    Telemetry telemetry = new Telemetry(() -> now);
    everything(telemetry);
    String series = "almanac_lead_time_seconds{name=\"web\",namespace=\"shop\",of=\"%s\"} %s";
    assertThat(text(telemetry))
        .contains(series.formatted("decisions", "95.0"))
        .contains(series.formatted("running_nodes", "28.0"))
        .contains(series.formatted("new_nodes", "141.5"));
  }

  private static Map<String, Ledger.Totals> ledgers() {
    return Map.of(
        "shop/web",
        new Ledger.Totals(
            Optional.of(Instant.EPOCH),
            24,
            new Ledger.Column(240, 1.5),
            new Ledger.Column(250, 4),
            new Ledger.Column(230, 2),
            new Ledger.Column(200, 0)),
        "shop/not-decided-for",
        Ledger.Totals.NONE);
  }

  @Test
  void theLedgerIsToldByWhoWouldHaveHeldWhat() {
    Telemetry telemetry = new Telemetry(() -> now).ledgers(TelemetryTest::ledgers);
    everything(telemetry);
    String series = "almanac_ledger_%s{by=\"%s\",name=\"web\",namespace=\"shop\"} %s";
    assertThat(text(telemetry))
        .contains(series.formatted("replica_hours", "held", "240.0"))
        .contains(series.formatted("replica_hours", "foresight", "200.0"))
        .contains(series.formatted("short_minutes", "hpa", "4.0"))
        .contains(series.formatted("short_minutes", "forecast", "2.0"))
        .doesNotContain("not-decided-for");
  }

  @Test
  void trustIsToldWithItsCauseAndOneCauseOnly() {
    Telemetry telemetry = new Telemetry(() -> now);
    everything(telemetry);
    assertThat(text(telemetry))
        .contains("almanac_trust{cause=\"EARNED\",name=\"web\",namespace=\"shop\"} 2.0")
        .doesNotContain("cause=\"NOT_SCORED\"");
  }

  private static final ScalingPolicy EMITTING =
      ScalingPolicy.of(1, 2, Stage.FLOOR, 1).withActuation(Actuation.EMIT);

  private static Workload workload(ScalingPolicy policy) {
    return new Workload(
        "shop",
        "web",
        TargetRef.deployment("shop", "web"),
        "p",
        "q",
        "req/s",
        DemandCalendar.empty(),
        policy,
        false,
        Workload.SignalQueries.NONE,
        Optional.empty(),
        OptionalDouble.of(0.04));
  }

  private static WorkloadTick.Decided decided(ScalingPolicy policy, Reading demand) {
    Observation o =
        new Observation(
            Instant.EPOCH,
            new TargetFacts(1, 1, 1, false, "1", Instant.EPOCH, STARTED),
            List.of(),
            new Demand(demand),
            Optional.empty(),
            Optional.empty(),
            Limits.none());
    Step step = new Autoscaler().step(policy, o, AutoscalerState.cold());
    return new WorkloadTick.Decided(
        workload(policy),
        Instant.EPOCH,
        policy,
        o,
        TimeSeries.empty(Instant.EPOCH, Duration.ofMinutes(1)),
        AutoscalerState.cold(),
        step.decision(),
        step.decision(),
        step.next(),
        Optional.of(new ApplyResult.Applied("2")));
  }

  private static void everything(Telemetry telemetry) {
    telemetry.ticked(
        Instant.EPOCH,
        List.of(
            new WorkloadTick.Skipped(
                workload(EMITTING), Instant.EPOCH, "not_found", "gone", new Reading.NoData("none")),
            decided(EMITTING, new Reading.Present(5, Instant.EPOCH))));
    telemetry.workloads("Floor", 1);
  }

  private static String text(Telemetry telemetry) {
    return new String(telemetry.scrape(), StandardCharsets.UTF_8);
  }
}
