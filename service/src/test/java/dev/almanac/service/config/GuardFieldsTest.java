package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.FloorSchedule;
import dev.almanac.predictor.scaling.Guards;
import dev.almanac.predictor.scaling.Guards.Direction;
import dev.almanac.predictor.scaling.Guards.Veto;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an owner forbids, and the floors by calendar. */
class GuardFieldsTest {
  private static final String DEMAND =
      "maxReplicas: 10\ndemand: {source: cluster-prometheus, query: up, perReplica: 1}\n";

  @Test
  void guardsAndTheirQueriesReachTheWorkload() {
    Workload workload =
        workload(
            DEMAND
                + """
                direction: UpOnly
                coverage: {reportingPods: 'count(up{deployment="$name"})', leastPercent: 95}
                vetoes:
                  - {name: errors, query: 'e{n="$namespace"}', above: 0.05}
                  - {name: p99, query: latency, above: 2}
                """);
    assertThat(workload.policy().guards())
        .isEqualTo(
            new Guards(
                Direction.UP_ONLY,
                OptionalDouble.of(0.95),
                List.of(new Veto("errors", 0.05), new Veto("p99", 2))));
    assertThat(workload.signals().vetoes()).containsExactly("e{n=\"$namespace\"}", "latency");
    assertThat(workload.filled(workload.signals().reportingPods()))
        .isEqualTo("count(up{deployment=\"" + workload.target().name() + "\"})");
  }

  @Test
  void withoutThemNothingIsForbiddenOrAsked() {
    Workload workload = workload(DEMAND);
    assertThat(workload.policy().guards()).isEqualTo(Guards.NONE);
    assertThat(workload.policy().floors()).isEmpty();
    assertThat(workload.signals()).isEqualTo(Workload.SignalQueries.NONE);
  }

  @Test
  void floorsReachThePolicy() {
    Workload workload =
        workload(
            DEMAND
                + """
                floors:
                  - {name: office, days: "Mon-Wed, fri", from: 08:00, to: 18:30, timeZone: Europe/Berlin, minReplicas: 4}
                  - {name: night, from: 22:00, to: 00:00, minReplicas: 2}
                """);
    assertThat(workload.policy().floors())
        .containsExactly(
            new FloorSchedule(
                "office",
                List.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.FRIDAY),
                LocalTime.of(8, 0),
                LocalTime.of(18, 30),
                ZoneId.of("Europe/Berlin"),
                4),
            new FloorSchedule(
                "night",
                Arrays.asList(DayOfWeek.values()),
                LocalTime.of(22, 0),
                LocalTime.MIDNIGHT,
                ZoneId.of("UTC"),
                2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "direction: Uponly | direction: \"Uponly\" is unknown; did you mean \"UpOnly\"?",
        "coverage: {leastPercent: 90} | coverage.reportingPods: is missing",
        "coverage: {reportingPods: up, leastPercent: 0} | 1 to 100",
        "vetoes: [{name: e, query: up}] | vetoes[0].above: is missing",
        "vetoes: [{name: e, query: up, above: -1}] | 0 to 1000000000000",
        "floors: [{name: f, from: 8:00, to: 09:00, minReplicas: 2}] | HH:MM",
        "floors: [{name: f, from: 08:00, to: 24:00, minReplicas: 2}] | write 00:00",
        "floors: [{name: f, days: Mon-Fry, from: 08:00, to: 09:00, minReplicas: 2}] | Mon-Fri",
        "floors: [{name: f, from: 08:00, to: 09:00, minReplicas: 11}] | 11 is above spec.maxReplicas",
        "floors: [{name: f, from: 08:00, to: 09:00, minReplicas: 2, zone: Mars}] | did you mean \"timeZone\"",
        "floors: [{name: f, from: 08:00, to: 09:00, minReplicas: 2, timeZone: Europe/Berlln}] | Europe/Berlin",
      })
  void whatIsWrongIsNamedWithItsFix(String field, String words) {
    assertThat(Documents.problems(Documents.autoscaler("web", DEMAND + field)))
        .asString()
        .contains(words);
  }

  private static Workload workload(String spec) {
    return Documents.configuration(Documents.autoscaler("web", spec)).workloads().getFirst();
  }
}
