package dev.almanac.service.cli;

import static dev.almanac.service.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On nine days of New York's taxi trips a half hour, up to Tuesday 2014-07-15 23:30 UTC (NAB,
 * numenta/NAB@ea702d7, MIT).
 */
class ForecastPlanTest {
  private static final String TAXI =
      Path.of(System.getProperty("almanac.root", ".."))
          .resolve("service/src/test/resources/dev/almanac/service/serve/nyc_taxi_9_days.csv")
          .toString();

  private static final String DOCUMENTS =
      """
      apiVersion: almanac.dev/v1alpha1
      kind: MetricSource
      metadata: {name: p}
      spec: {url: "http://p"}
      ---
      apiVersion: almanac.dev/v1alpha1
      kind: DemandCalendar
      metadata: {name: days, namespace: taxi}
      spec:
        timeZone: America/New_York
        events:
          - {name: parade, from: "2014-07-16T10:00", to: "2014-07-16T13:00", uplift: 1.5}
      ---
      apiVersion: almanac.dev/v1alpha1
      kind: PredictiveAutoscaler
      metadata: {name: trips, namespace: taxi}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: trips}
        minReplicas: 3
        maxReplicas: 24
        demand: {source: p, query: trips, perReplica: 2000, unit: trips, calendar: days}
        floors:
          - {name: evening shift, days: Mon-Fri, from: "18:00", to: "02:00", timeZone: America/New_York, minReplicas: 22}
          - {name: working hours of the whole company, days: Mon-Fri, from: "08:00", to: "20:00", timeZone: America/New_York, minReplicas: 12}
          - {name: weekend, days: Sat-Sun, from: "00:00", to: "00:00", timeZone: America/New_York, minReplicas: 9}
      """;

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("all.yaml"), DOCUMENTS);
  }

  private CommandRun plan(String... more) {
    List<String> args = new ArrayList<>(List.of("forecast", "plan", "--config", folder.toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void endsWithTheCheapestTimetable() throws IOException {
    CommandRun table = plan("--csv", TAXI);
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(table.out())
        .containsPattern(
            "by the clock: .* asked for 1m ahead; .*\\s.* within 1h stays; [0-9]+ replica-hours")
        .containsPattern("(?m)^Wed 07-16 0[0-9]:[0-5][05] +[0-9]+$");

    JsonNode json = new ObjectMapper().readTree(plan("--csv", TAXI, "-o", "json").out());
    JsonNode lines = json.path("timetable");
    assertThat(lines.size()).isBetween(3, 30);
    for (JsonNode hour : json.path("hours")) {
      int most = 0;
      for (JsonNode line : lines) {
        boolean apart =
            line.path("to").asText().compareTo(hour.path("from").asText()) <= 0
                || line.path("from").asText().compareTo(hour.path("to").asText()) >= 0;
        most = apart ? most : Math.max(most, line.path("replicas").asInt());
      }
      assertThat(most).as(hour.toString()).isGreaterThanOrEqualTo(hour.path("replicas").asInt());
    }
    assertThat(plan("--csv", TAXI, "--keep", "8d").code()).isEqualTo(2);
    CommandRun floorsAlone = plan();
    assertThat(floorsAlone.out()).doesNotContain("by the clock");
  }

  @Test
  void showsWhatDecidesEachHour() throws IOException {
    CommandRun table = plan("--csv", TAXI);
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(table.out())
        .contains("taxi/trips: 3 to 24 replicas of 2,000 trips each; times of America/New_York")
        .contains("demand by pooled-ridge")
        .containsPattern("Tue 07-15 20:00 +- +[0-9,]+ +[0-9]+ +22 +2[2-4]  ")
        .containsPattern("Wed 07-16 10:00 +x1\\.5 +[0-9,]+ +2[0-9] +12 +2[0-4]  ")
        .contains("floor weekend, 9: does not occur in these 24 hours")
        .containsPattern("floor evening shift, 22: holds in 8 of 24 hours, is the largest in 8,")
        .containsPattern("working hours of the whole company, 12: holds in 12 of 24 hours, is the");

    JsonNode json = new ObjectMapper().readTree(plan("--csv", TAXI, "-o", "json").out());
    JsonNode plain = withoutTheParade();
    assertThat(json.path("hours")).hasSize(24);
    for (int i = 0; i < 24; i++) {
      JsonNode hour = json.path("hours").path(i);
      int needed = hour.path("needed").asInt();
      int floor = hour.path("floors").path(0).path("replicas").asInt(0);
      assertThat(needed).isEqualTo((int) Math.ceil(hour.path("demand").asDouble() / 2000));
      assertThat(hour.path("replicas").asInt())
          .isEqualTo(Math.clamp(Math.max(needed, floor), 3, 24));
      // Both fits learn from the same days: the parade is all that tells them apart.
      double uplift = hour.path("uplift").asDouble();
      assertThat(hour.path("demand").asDouble())
          .isCloseTo(uplift * plain.path("hours").path(i).path("demand").asDouble(), within(0.5));
      boolean parade = List.of(14, 15, 16).contains(hourOf(hour));
      assertThat(uplift).isEqualTo(parade ? 1.5 : 1);
    }
  }

  private static int hourOf(JsonNode hour) {
    return Integer.parseInt(hour.path("from").asText().substring(11, 13));
  }

  private JsonNode withoutTheParade() throws IOException {
    Files.writeString(folder.resolve("all.yaml"), DOCUMENTS.replace("uplift: 1.5", "uplift: 1"));
    JsonNode plain = new ObjectMapper().readTree(plan("--csv", TAXI, "-o", "json").out());
    write();
    return plain;
  }

  @Test
  void aWeekIsShownByItsBusiestHours() {
    CommandRun table = plan("--csv", TAXI, "--horizon", "7d");
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out().lines().filter(line -> line.matches("[A-Z][a-z]{2} 07-.*"))).hasSize(8);
    assertThat(table.out()).containsPattern("floor weekend, 9: holds in 48 of 168 hours");
  }

  @Test
  void withoutAHistoryFloorsAndEventsAreThere() {
    CommandRun table = plan("--from", "2014-07-16T13:30:00Z", "--horizon", "4h", "--by", "hour");
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out()).contains("no history given: floors, bounds and events alone");
    assertThat(table.out().lines().filter(line -> line.startsWith("Wed")))
        .containsExactly(
            "Wed 07-16 09:00      -            -       -      12        12  working …e company",
            "Wed 07-16 10:00   x1.5            -       -      12        12  working …e company",
            "Wed 07-16 11:00   x1.5            -       -      12        12  working …e company",
            "Wed 07-16 12:00   x1.5            -       -      12        12  working …e company");
  }

  @Test
  void whatCannotBeShownSaysWhy() {
    assertThat(plan("--workload", "taxi/cabs").err())
        .contains("holds 0 PredictiveAutoscalers called taxi/cabs")
        .contains("taxi/trips");
    assertThat(plan("--level", "1").err()).contains("--level must lie between 0 and 1, was 1.0");
    assertThat(plan("--horizon", "900d").err()).contains("choose 1 to 8,784");
    assertThat(plan("--time-zone", "Mars/Olympus").err()).contains("--time-zone: Unknown");
    assertThat(plan("--csv", TAXI, "--from", "2034-01-01T00:00:00Z").err())
        .contains("after the last sample");
    assertThat(run("forecast").err()).contains("nothing to forecast: give --csv FILE");
    assertThat(run("forecast").code()).isEqualTo(2);
  }

  @Test
  void explainsItselfInEightyColumns() {
    CommandRun help = run("forecast", "plan", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
  }
}
